"""A disk that is full, a place that this user may not use, a damaged warehouse or ledger: place, fault and mend.

It may come from the system, from DuckDB, or from SQLite, which tell of it in words. Nothing was lost in any of these
cases: before its journal a run has changed nothing, and one that had begun to publish is finished by the next command.
"""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from pathlib import Path

from jobs.errors import BatnaError, LedgerFault

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_BARRED = (errno.EACCES, errno.EPERM)
_READ_ONLY = (errno.EROFS,)
_BROKEN = (errno.EIO, errno.ENXIO, errno.ESTALE)
_MAKE_ROOM = "Make room and run it again; nothing was lost"
_FAULTS = {
    _FULL: ("there is no room left", _MAKE_ROOM),
    _BARRED: ("may not be used by this user", "Let this user read and write there, and run it again"),
    _READ_ONLY: ("this disk can only be read", "Mount it so that it can be written, and run it again"),
    _BROKEN: ("the disk does not answer", "Look at the disk and run it again; nothing was lost"),
}
_KNOWN = tuple(code for codes in _FAULTS for code in codes)
_LEDGER_FAULTS = {  # by what SQLite says
    "full": ("there is no room left", _MAKE_ROOM),
    "I/O": ("cannot be read or written", "Make room or look at the disk, and run it again; nothing was lost"),
    "readonly": ("may not be written by this user", "Let this user write it, and in its folder, and run it again"),
    "unable to open": ("may not be used by this user", "Let this user read and write it, and in its folder"),
    "locked": ("another program holds it", "Close what has it open there, and run it again"),
}
_LEDGER_LOST = (
    "Put it back from a copy; or move it away: the next run begins a new one, and nobody knows then which weeks were "
    "delivered"
)
_DAMAGED = {  # by what DuckDB says
    "not a valid DuckDB database file": "it is no DuckDB file",
    "Could not read enough bytes": "its end is missing",
    "Corrupt database file": "a part of it is not what was written",
}
_OTHER_VERSION = "Trying to read a database file with version number"
PUT_BACK = "`batna rollback` puts an earlier one in its place, and `batna rebuild` makes it again from the archive"
_PLACE = re.compile(r'"([^"]+)"')


def disk_fault(error: BaseException, root: Path) -> BatnaError | None:
    """The error as somebody can mend it; None where it is no fault of the disk.

    root: the workspace, where it happened if the error names no place.
    """
    if isinstance(error, OSError):
        return _told(_place_of(error, root), error.errno) if error.errno in _KNOWN else None
    if not type(error).__module__.startswith(("duckdb", "_duckdb")):
        return None
    return damage_told(str(error), root) or _by_words(str(error), root)


def is_disk_fault(error: OSError) -> bool:
    """Whether this is about the disk, and not about the file that is read."""
    return error.errno in (*_FULL, errno.EROFS, *_BROKEN)


def ledger_fault(error: sqlite3.DatabaseError, path: Path) -> LedgerFault:
    """What keeps SQLite from reading or writing this file."""
    found = [told for words, told in _LEDGER_FAULTS.items() if words in str(error)]
    fault, mend = found[0] if found else ("cannot be used", _LEDGER_LOST)
    return LedgerFault(str(path), f"{fault} ({error})", mend)


def unopened(path: Path, words: str) -> BatnaError:
    """A warehouse that the engine does not open, for a reason that is none of those known here."""
    words = _PLACE.sub("it", words).removeprefix("IO Error: ").rstrip(".!")
    if _OTHER_VERSION in words:
        mend = "Open it with the version of batna that wrote it, or make it again with this one: `batna rebuild`"
        return BatnaError(str(published_place(path)), f"another version of DuckDB wrote it ({words})", mend)
    return BatnaError(str(published_place(path)), f"cannot be opened as a warehouse ({words})", PUT_BACK)


def damage_told(text: str, root: Path) -> BatnaError | None:
    """What DuckDB says of a damaged file; None where its words are of anything else."""
    found = [fault for words, fault in _DAMAGED.items() if words in text]
    if not found:
        return None
    place = _PLACE.search(text)
    path = published_place(Path(place[1]) if place else root / "warehouse.duckdb")
    return BatnaError(str(path), f"the warehouse is damaged: {found[0]}", PUT_BACK)


def published_place(path: Path) -> Path:
    """A run works on a copy: then it is the published one that is damaged."""
    is_copy = path.parent.parent.name == ".work"
    return path.parent.parent.parent / path.name if is_copy else path


def _place_of(error: OSError, root: Path) -> str:
    """Of a move it is the folder that may not be used, where one of the two may not."""
    if error.filename2 and error.errno in _BARRED:
        folders = [Path(os.fsdecode(name)).parent for name in (error.filename, error.filename2)]
        barred = [folder for folder in folders if not os.access(folder, os.W_OK | os.X_OK)]
        return str(barred[0]) if barred else str(error.filename2)
    return str(error.filename2 or error.filename or root)


def _by_words(text: str, root: Path) -> BatnaError | None:
    """DuckDB ends its messages with the words of the system, and names the file in quotes."""
    found = [code for code in _KNOWN if os.strerror(code) in text]
    place = _PLACE.search(text)
    if not found and "Could not write" in text:
        found = [errno.ENOSPC]  # fewer bytes were written than there were
    return _told(place[1] if place else str(root), found[0]) if found else None


def _told(place: str, code: int | None) -> BatnaError:
    fault, mend = next(words for codes, words in _FAULTS.items() if code in codes)
    return BatnaError(place, f"{fault} ({os.strerror(code or 0)})", mend)
