"""A file and the entity it is to feed, before and after it is staged: what the loading modules share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from jobs.errors import BatnaError
from jobs.load.entities import Entity
from jobs.load.ledger import Identity
from jobs.load.profile import Profile
from jobs.load.records import Source
from jobs.load.results import FileResult, LoadOptions, Told
from jobs.load.stage import Staged


@dataclass(frozen=True)
class Run:
    """What one call of load_files works with. `work` is a folder for copies that goes when the call ends."""

    connection: DuckDBPyConnection
    options: LoadOptions
    work: Path
    progress: Callable[[str], None]


@dataclass(frozen=True)
class Opened:
    """A readable file, or a part of the one at `path`: a member of an archive, a sheet.

    number: tells the ones of one run apart. file_name: such as export.zip/Opportunity.csv. arrived_at: UTC.
    """

    number: int
    path: Path
    file_name: str
    arrived_at: datetime
    source: Source


@dataclass(frozen=True)
class Claim:
    """A file that a profile reads for an entity."""

    file: Opened
    entity: Entity
    profile: Profile
    identity: Identity
    references: tuple[Path, ...]
    coverage: str
    notes: tuple[str, ...]
    is_mended: bool = False  # refused rows that were mended
    told: Told | None = None  # what became of it before, in a rebuild

    def result(self, **more: Any) -> FileResult:
        """A result of this claim."""
        return FileResult(
            path=self.file.path,
            file_name=self.file.file_name,
            sha256=self.file.source.sha256,
            entity=self.entity.name,
            profile=self.profile.name,
            notes=self.notes,
            **more,
        )

    def refused(self, error: BatnaError) -> FileResult:
        """The result of a claim that was refused as a whole."""
        return self.result(status="refused", problem=str(error))


@dataclass(frozen=True)
class Candidate:
    """A staged claim. `is_known` says that this very file is in already, so only its keys matter."""

    claim: Claim
    staged: Staged
    exported_at: datetime
    is_known: bool
    despite: tuple[str, ...] = ()
