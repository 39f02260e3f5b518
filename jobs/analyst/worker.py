"""The process that answers one question. Its parent is jobs/analyst/ask.py.

It has no more memory than the question may take, and can make no file longer than nothing: what the engine itself does
not refuse or stop, the system does. It ends with its parent, which may end it at any moment.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from contextlib import closing
from threading import Thread

from jobs.analyst.answer import answer
from jobs.analyst.question import read_request
from jobs.analyst.refused import Refused
from jobs.errors import BatnaError, UsageError
from jobs.warehouse import connect_for_questions

OWN_MEMORY_MB = 512  # of Python, Arrow and what the engine does not count
_MIB = 1024 * 1024


def main() -> None:
    """Read one request from standard input; write the rows to standard output, and what became of it to the error."""
    warehouse, question, limits = read_request(sys.stdin.buffer.readline())
    Thread(target=_end_with_parent, daemon=True).start()
    _limit(limits.memory_mb)
    try:
        with closing(connect_for_questions(warehouse, limits.memory_mb)) as connection:
            count = answer(connection, question, limits, sys.stdout.buffer, warehouse.parent)
            told: dict[str, object] = {"rows": count}
            sys.stdout.flush()
    except BrokenPipeError:
        os._exit(1)
    except BatnaError as error:
        told = fault_of(error)
    sys.stderr.write(json.dumps(told) + "\n")
    sys.stderr.flush()
    os._exit(0)  # at once: the engine's bindings have things to say at the end that nobody needs


def fault_of(error: BatnaError) -> dict[str, object]:
    """An error, for the way to the other process."""
    told: dict[str, object] = {"place": error.place, "fault": error.fault, "mend": error.mend}
    if isinstance(error, Refused):
        told |= {"excerpt": error.excerpt, "is_unknown": error.is_unknown}
    return {"is_usage": isinstance(error, UsageError), "error": told}


def _limit(memory_mb: int) -> None:
    _lower(resource.RLIMIT_DATA, (memory_mb + OWN_MEMORY_MB) * _MIB)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_CORE, 0)


def _lower(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (limit, limit))


def _end_with_parent() -> None:
    """The parent keeps this end open as long as it lives."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)
