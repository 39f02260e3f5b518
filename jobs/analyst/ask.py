"""A question answered in a process of its own, which is ended when it takes too long (docs/decisions/0073)."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import IO, BinaryIO

from jobs.analyst.question import Limits, Question, request_line
from jobs.analyst.refused import Refused
from jobs.errors import UsageError
from jobs.workspace import Workspace, require_published

_CHUNK = 1 << 16
_PACKAGES = Path(__file__).resolve().parents[2]
_START = "import sys; sys.path.insert(0, sys.argv[1]); from jobs.analyst.worker import main; main()"


def ask(workspace: Workspace, question: Question, limits: Limits, out: BinaryIO) -> int:
    """Write the answer of the published warehouse, and return how many rows it has.

    Raises Refused where the query is refused or stopped, UsageError where it was asked the wrong way, DataRefused where
    there is no warehouse yet.
    """
    require_published(workspace)
    with _worker() as process:
        assert process.stdin and process.stdout and process.stderr  # noqa: PT018 they are pipes
        process.stdin.write(request_line(workspace.warehouse, question, limits))
        process.stdin.flush()
        _pass_on(process.stdout, out, limits.timeout_seconds)
        said, code = process.stderr.read(), process.wait()
    return _row_count(said, code)


@contextmanager
def _worker() -> Iterator[subprocess.Popen[bytes]]:
    """A process in a session of its own: a Ctrl-C is for us, and we end it, whatever it is doing."""
    command = [sys.executable, "-P", "-c", _START, str(_PACKAGES)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True) as process:
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def _pass_on(source: IO[bytes], out: BinaryIO, seconds: float) -> None:
    """Copy until the end. Time counts while we wait for rows, not while the reader of ours looks at them."""
    left = seconds
    while True:
        since = monotonic()
        is_ready = select.select([source], [], [], max(left, 0))[0]
        left -= monotonic() - since
        if not is_ready:
            mend = "Ask for less, or raise timeout_seconds under [sql] in batna.toml"
            raise Refused("sql", f"the query was stopped after {seconds:g} seconds", mend)
        chunk = os.read(source.fileno(), _CHUNK)
        if not chunk:
            return
        out.write(chunk)


def _row_count(said: bytes, code: int) -> int:
    """What the process said last: how many rows, or a fault. One that was ended by the system says nothing."""
    if code < 0:
        fault = f"the query brought its process down ({signal.Signals(-code).name})"
        raise Refused("sql", fault, "It needs more than a query may take: ask for less, or in a simpler way")
    if code > 0:
        raise RuntimeError(said.decode(errors="replace"))
    told = json.loads(said.splitlines()[-1])
    if "error" not in told:
        return int(told["rows"])
    error = told["error"]
    if told["is_usage"]:
        raise UsageError(error["place"], error["fault"], error["mend"])
    raise Refused(**error)
