"""The journal of a publication: what a finished run still has to put in its place, should it be cut short."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from jobs.disk import write_synced
from jobs.errors import BatnaError
from jobs.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Move:
    """One file on its way; both paths are relative to the workspace.

    fingerprint: what changes when the file is written or replaced, or moves to another disk (workspace.fingerprint_of).
    """

    source: str
    target: str
    sha256: str
    fingerprint: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Pages:
    """A week's folder on its way; sha256 is of all its names and bytes, by which it is known."""

    source: str
    target: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Journal:
    """All that is left to do, in paths relative to the workspace, so that a moved workspace can be finished.

    run: name of the run's folder below .work, which holds what is to be published.
    warehouse: the finished copy. snapshot: where the warehouse published before it is kept.
    pages, week_list: the folders of the weeks, and the list of weeks; none and None where the run made no pages.
    archive: files to move out of the inbox, or to copy from elsewhere. manifest: a line for each of them.
    rejects, review: files for people. settled: files of refused rows that go before them, and others that go.
    records: what a rebuild needs beside the files (jobs/records.py).
    beside: pages that stand beside the folders of the weeks, such as the data dictionary.
    put_back: files that are to be loaded again.
    keep_snapshots: how many earlier warehouses stay; all, where it is None.
    """

    run: str
    warehouse: str
    snapshot: str
    pages: tuple[Pages, ...]
    week_list: str | None
    archive: tuple[Move, ...]
    manifest: tuple[dict[str, Any], ...]
    rejects: tuple[Move, ...]
    review: tuple[Move, ...]
    records: tuple[Move, ...] = ()
    settled: tuple[str, ...] = ()
    beside: tuple[Move, ...] = ()
    put_back: tuple[Move, ...] = ()
    keep_snapshots: int | None = None


def write_journal(workspace: Workspace, journal: Journal) -> None:
    """Write and sync: from here on the publication will be finished, by this run or by the next command."""
    write_synced(workspace.journal, json.dumps(asdict(journal), ensure_ascii=False, indent=1))


def read_journal(workspace: Workspace) -> Journal | None:
    """The open journal, or None. Raises BatnaError where it cannot be read."""
    try:
        values = json.loads(workspace.journal.read_text(encoding="utf-8"))
        return _journal(values)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        fault = f"it says what a run that was cut short has still to put in its place, and is damaged ({_kind(error)})"
        mend = "Put it back from a copy, or move it away: the next run then loads again what is in inbox/"
        raise BatnaError(str(workspace.journal), fault, mend) from error


def _kind(error: Exception) -> str:
    return f"it lacks {error}" if isinstance(error, KeyError) else "it is no journal"


def _journal(values: dict[str, Any]) -> Journal:
    kinds = ("archive", "rejects", "review", "records", "beside", "put_back")
    moves = {key: tuple(Move(**move) for move in values.get(key, ())) for key in kinds}
    listed = {key: tuple(values.get(key, ())) for key in ("manifest", "settled")}
    return Journal(**{**values, **moves, **listed, "pages": _all_pages(values["pages"])})


def _all_pages(told: Any) -> tuple[Pages, ...]:
    """An earlier version wrote one week or null; its open journal is finished all the same."""
    listed = told if isinstance(told, list) else [told] if told else []
    return tuple(Pages(**pages) for pages in listed)
