"""What the loader is asked, and what it answers. Called by jobs/weekly.py and the command `batna load`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from jobs.letting_in import NOTHING, LetIn
from jobs.load.erased import NOBODY, Erased
from jobs.load.unpack import LIMITS, Limits

Status = Literal["loaded", "unchanged", "refused", "ignored"]


@dataclass(frozen=True)
class Told:
    """What became of a file and entity when it was accepted, as the manifest tells a rebuild. Times are UTC.

    sha256: of the file as it came. file_number, exported_at: None where it was unchanged. may_go: what it lacked went.
    despite: guards that were let pass.
    """

    sha256: str
    file_number: int | None
    exported_at: datetime | None
    may_go: bool
    despite: tuple[str, ...] = ()


@dataclass(frozen=True)
class IncomingFile:
    """A file to load. `arrived_at` is UTC without a zone; None takes the one of LoadOptions.

    told: by name and entity, what became of it, or of a part of it, before; where it is loaded again for a rebuild.
    """

    path: Path
    arrived_at: datetime | None = None
    told: Mapping[tuple[str, str], Told] | None = None


@dataclass(frozen=True)
class LoadOptions:
    """The settings that loading depends on (batna.toml: workspace.time_zone, load, sources)."""

    time_zone: str
    max_shrink: float
    max_reject_share: float
    sources: Mapping[str, Any] = field(default_factory=dict)
    settings_place: str = "batna.toml"
    arrived_at: datetime = datetime(1970, 1, 1)
    folder: Path | None = None  # what the paths of reference files start from: the workspace
    closed_stages: frozenset[str] = frozenset()  # the stages whose phase is closed
    limits: Limits = LIMITS  # what a packed file may grow to
    erased: Erased = NOBODY  # whom the workspace has forgotten
    let_in: LetIn = NOTHING  # guards that are not to stop a file of this run


@dataclass(frozen=True)
class FileResult:
    """What became of one file and entity. rows_in = rows_loaded + rows_unchanged + rows_refused, always."""

    path: Path
    file_name: str  # of a part of a file: export.zip/Opportunity.csv, deals.xlsx/Sheet1
    sha256: str
    entity: str | None
    profile: str | None
    status: Status
    rows_in: int = 0
    rows_loaded: int = 0
    rows_unchanged: int = 0
    rows_refused: int = 0
    problem: str | None = None  # place, fault, mend
    rejects_path: Path | None = None
    rows_gone: int = 0  # records that a full export no longer had
    file_number: int | None = None
    exported_at: datetime | None = None  # UTC; of a loaded file the time that it stands for
    is_full: bool = False  # a full export with all its parts: what it lacks has gone
    settled_count: int = 0  # records refused before that are in it, mended or refused anew
    notes: tuple[str, ...] = ()  # what was loaded but deserves a look
    despite: tuple[str, ...] = ()  # guards that said no, and were let pass on purpose


@dataclass(frozen=True)
class LoadResult:
    """Every file and entity, in the order in which they were worked on.

    settled_rejects: names of the files in rejects/ of which nothing is open any more.
    """

    files: tuple[FileResult, ...]
    settled_rejects: tuple[str, ...] = ()
