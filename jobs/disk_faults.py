"""A disk that is full, or a place that this user may not write: said as place, fault and mend. Called by the commands.

It may come from the system, from DuckDB, which tells of it in words, or from the ledger. Nothing was lost in either
case: before its journal a run has changed nothing, and one that had begun to publish is finished by the next command.
"""

from __future__ import annotations

import errno
import os
import re
import sqlite3

from jobs.errors import BatnaError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_BARRED = (errno.EACCES, errno.EPERM, errno.EROFS)
_BROKEN = (errno.EIO, errno.ENXIO, errno.ESTALE)
_FAULTS = {
    _FULL: ("there is no room left", "Make room and run it again; nothing was lost"),
    _BARRED: ("cannot be written", "Let this user write there, and run it again"),
    _BROKEN: ("the disk does not answer", "Look at the disk and run it again; nothing was lost"),
}
_KNOWN = tuple(code for codes in _FAULTS for code in codes)
_PLACE = re.compile(r'"([^"]+)"')


def disk_fault(error: BaseException) -> BatnaError | None:
    """The error as somebody can mend it; None where it is no fault of the disk."""
    if isinstance(error, OSError):
        place = error.filename2 or error.filename or "the disk"
        return _told(str(place), error.errno) if error.errno in _KNOWN else None
    if isinstance(error, sqlite3.OperationalError):
        codes = {"full": errno.ENOSPC, "readonly": errno.EROFS, "I/O": errno.EIO, "unable to open": errno.EACCES}
        found = [code for word, code in codes.items() if word in str(error)]
        return _told("runs.sqlite", found[0]) if found else None
    return _by_words(str(error)) if type(error).__module__.startswith(("duckdb", "_duckdb")) else None


def is_disk_fault(error: OSError) -> bool:
    """Whether this is about the disk, and not about the file that is read."""
    return error.errno in (*_FULL, errno.EROFS, *_BROKEN)


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
