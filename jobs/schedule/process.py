"""A run as a process of its own, so that one which hangs in native code can be ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from threading import Thread
from time import monotonic

from jobs.schedule.wake import Wake
from jobs.slot import Slot
from jobs.workspace import Workspace

GRACE = 10.0  # seconds from the request to stop to the end by force


def child_command(workspace: Workspace, slot: Slot) -> list[str]:
    """The command line of jobs/schedule/child.py for one slot; -P: whatever lies in this folder, it is ours."""
    told = [slot.job, slot.on.isoformat(), slot.due_at.isoformat(), slot.trigger, slot.run_id or ""]
    return [sys.executable, "-P", "-m", "jobs.schedule.child", str(workspace.root), *told]


def run_child(command: Sequence[str], wake: Wake, *, stop_within: float, run_within: float) -> int:
    """Run to the end and return the exit code, negative where a signal ended it. Both limits are seconds.

    A run that was told to end and did so with a code of its own was ended by the signal too: Python itself, told so
    while it starts, exits with 1.

    It is interrupted, and soon after ended by force, when it runs for longer than `run_within`, when it still runs
    `stop_within` after the service was told to stop, and at once when the service is told so again.
    """
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    Thread(target=_watch, args=(process, wake), daemon=True).start()
    signals, sent, stops, deadline = _signals(), 0, 0, monotonic() + run_within
    while process.returncode is None:
        wake.wait(deadline - monotonic())
        told = wake.stops  # read once: a signal may come between any two lines
        if told > stops:
            deadline, stops = min(deadline, monotonic() + (stop_within if told == 1 else 0)), told
        if process.returncode is None and monotonic() >= deadline:
            with suppress(ProcessLookupError):
                sent = next(signals)
                os.killpg(process.pid, sent)
            deadline = monotonic() + GRACE
    return -sent if sent and process.returncode > 0 else process.returncode


def _watch(process: subprocess.Popen[bytes], wake: Wake) -> None:
    process.wait()
    wake.call()


def _signals() -> Iterator[int]:
    yield signal.SIGINT
    while True:
        yield signal.SIGKILL
