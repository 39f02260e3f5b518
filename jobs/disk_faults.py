"""A disk that is full, a place that this user may not use, a damaged warehouse: said as place, fault and mend.

It may come from the system, from DuckDB, which tells of it in words, or from the ledger. Nothing was lost in either
case: before its journal a run has changed nothing, and one that had begun to publish is finished by the next command.
"""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from pathlib import Path

from jobs.errors import BatnaError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_BARRED = (errno.EACCES, errno.EPERM, errno.EROFS)
_BROKEN = (errno.EIO, errno.ENXIO, errno.ESTALE)
_FAULTS = {
    _FULL: ("there is no room left", "Make room and run it again; nothing was lost"),
    _BARRED: ("may not be used by this user", "Let this user read and write there, and run it again"),
    _BROKEN: ("the disk does not answer", "Look at the disk and run it again; nothing was lost"),
}
_KNOWN = tuple(code for codes in _FAULTS for code in codes)
_DAMAGED = ("Corrupt database file", "Could not read enough bytes", "not a valid DuckDB database file")
PUT_BACK = "`batna rollback` puts an earlier one in its place, and `batna rebuild` makes it again from the archive"
_PLACE = re.compile(r'"([^"]+)"')


def disk_fault(error: BaseException) -> BatnaError | None:
    """The error as somebody can mend it; None where it is no fault of the disk."""
    if isinstance(error, OSError):
        return _told(_place_of(error), error.errno) if error.errno in _KNOWN else None
    if isinstance(error, sqlite3.OperationalError):
        codes = {"full": errno.ENOSPC, "readonly": errno.EROFS, "I/O": errno.EIO, "unable to open": errno.EACCES}
        found = [code for word, code in codes.items() if word in str(error)]
        return _told("runs.sqlite", found[0]) if found else None
    if not type(error).__module__.startswith(("duckdb", "_duckdb")):
        return None
    return damage_told(str(error)) or _by_words(str(error))


def is_disk_fault(error: OSError) -> bool:
    """Whether this is about the disk, and not about the file that is read."""
    return error.errno in (*_FULL, errno.EROFS, *_BROKEN)


def damaged(path: Path, words: str) -> BatnaError:
    """A warehouse that cannot be read. A run works on a copy: then it is the published one that is damaged."""
    is_copy = path.parent.parent.name == ".work"
    place = path.parent.parent.parent / path.name if is_copy else path
    words = _PLACE.sub("it", words).removeprefix("IO Error: ").rstrip(".!")
    return BatnaError(str(place), f"cannot be opened as a warehouse ({words})", PUT_BACK)


def damage_told(text: str) -> BatnaError | None:
    """What DuckDB says of a damaged file; None where its words are of anything else."""
    if not any(words in text for words in _DAMAGED):
        return None
    place = _PLACE.search(text)
    return damaged(Path(place[1] if place else "warehouse.duckdb"), text.splitlines()[0])


def _place_of(error: OSError) -> str:
    """Of a move it is the folder that may not be used, where one of the two may not."""
    if error.filename2 and error.errno in _BARRED:
        folders = [Path(os.fsdecode(name)).parent for name in (error.filename, error.filename2)]
        barred = [folder for folder in folders if not os.access(folder, os.W_OK | os.X_OK)]
        return str(barred[0]) if barred else str(error.filename2)
    return str(error.filename2 or error.filename or "the disk")


def _by_words(text: str) -> BatnaError | None:
    """DuckDB ends its messages with the words of the system, and names the file in quotes."""
    found = [code for code in _KNOWN if os.strerror(code) in text]
    place = _PLACE.search(text)
    if not found and "Could not write" in text:
        found = [errno.ENOSPC]  # fewer bytes were written than there were
    return _told(place[1] if place else "the disk", found[0]) if found else None


def _told(place: str, code: int | None) -> BatnaError:
    fault, mend = next(words for codes, words in _FAULTS.items() if code in codes)
    return BatnaError(place, f"{fault} ({os.strerror(code or 0)})", mend)
