"""One run at a time in a workspace; the second one is told who holds it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from filelock import FileLock, Timeout

from jobs.disk import write_synced
from jobs.errors import Locked
from jobs.modes import close_private, narrowed
from jobs.workspace import Workspace


@contextmanager
def held(workspace: Workspace, command: str, now: datetime) -> Iterator[None]:
    """Hold the workspace; what is made meanwhile is for those alone who may read it.

    Raises Locked where another run holds it, and OSError where one of its folders cannot be used: a run that
    found out at its end would have published half.

    The system drops the lock of a process that dies, so a note that it left behind blocks nobody.
    """
    workspace.make_folders()
    workspace.require_usable()
    lock = FileLock(workspace.lock, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        mend = "Wait until it has ended; if it hangs, end that process"
        raise Locked(str(workspace.root), _holder(workspace), mend) from None
    try:
        with narrowed(workspace.root):
            close_private(workspace.root)
            write_synced(workspace.holder_note, json.dumps(_note(command, now)))
            yield
    finally:
        workspace.holder_note.unlink(missing_ok=True)
        lock.release()


def _note(command: str, now: datetime) -> dict[str, str | int]:
    since = now.isoformat(timespec="seconds")
    return {"pid": os.getpid(), "host": socket.gethostname(), "command": command, "since": since}


def _holder(workspace: Workspace) -> str:
    """Who holds the workspace, as far as its note can be read: it is written just after the lock is taken."""
    try:
        note = json.loads(workspace.holder_note.read_text(encoding="utf-8"))
        return (
            f"another run holds this workspace: batna {note['command']}, process {note['pid']} "
            f"on {note['host']}, since {note['since']}"
        )
    except (OSError, ValueError, KeyError):
        return "another run holds this workspace"
