"""`batna` in a process of its own, with the real loading, small models and pages, and a clock that stands still.

`python -m tests.faults.batna STEP NOW COMMAND...`: once STEP of the run is done, no file can grow any more ("" for
never, "start" from the beginning on). Where BATNA_FILL names a folder, that disk is filled to the last byte instead.
Other steps: "share" is a full disk that pages are copied to; "stop" lets the run say that it holds the workspace, and wait until it is ended; "little" is a disk with
little room; "grow" lets an export grow while it is read.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sys
from collections import namedtuple
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from jobs import command
from jobs.load import create_raw_tables, load_files
from jobs.load.shape import open_warehouse
from jobs.publish import prepare
from jobs.schedule import outside
from jobs.slot import Slot
from jobs.stages import Edges
from jobs.workspace import Workspace
from tests import fakes

STAGES = replace(fakes.STAGES, connect=open_warehouse, create_raw_tables=create_raw_tables, load_files=load_files)
_MEGABYTE = bytes(1 << 20)
_Usage = namedtuple("_Usage", "total used free")


def main(step: str, now: str, arguments: Sequence[str]) -> int:
    """Run one command and return its exit code. The commands look these names up when they are imported."""
    full: list[str] = []

    def reached(done: str) -> None:
        if step == "stop":
            print("holds", flush=True)
            signal.pause()
        if step == "grow" and done == "loaded":
            _grow(Path(arguments[-1]))
        if done == step:
            full.append(done)
        if full:  # again after each later step: what the run gives up meanwhile is taken by others
            _no_room()

    def edges(progress: Any) -> Edges:
        return Edges(STAGES, command.now, progress, reached)

    command.edges, command.now = edges, lambda: datetime.fromisoformat(now)
    outside.outside_of = partial(outside.outside_of, command=partial(_child, now))
    if os.environ.get("BATNA_FILL"):
        prepare.SPARE_BYTES = 0  # a small disk is full with less
    if step == "little":
        shutil.disk_usage = lambda _: _Usage(10**9, 10**9, 50 * 10**6)
    if step == "share":
        shutil.copy2 = partial(_copied_without_room, shutil.copy2)
    if step == "start":
        _no_room()
    from jobs import cli

    return cli.main(arguments)


def _child(now: str, workspace: Workspace, slot: Slot) -> list[str]:
    told = [slot.job, slot.on.isoformat(), slot.due_at.isoformat(), slot.trigger, slot.run_id or ""]
    return [sys.executable, "-m", "tests.faults.child", now, str(workspace.root), *told]


def _no_room() -> None:
    folder = os.environ.get("BATNA_FILL")
    if not folder:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        return
    with (Path(folder) / "ballast").open("ab", buffering=0) as ballast:
        for piece in (_MEGABYTE, _MEGABYTE[:4096], b"x"):
            try:
                while ballast.write(piece) == len(piece):
                    pass
            except OSError:
                continue


def _copied_without_room(copy: Any, *given: Any, **named: Any) -> Any:
    """The disk that it goes to is full, and the workspace's own is not."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        return copy(*given, **named)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _grow(root: Path) -> None:
    with (root / "inbox" / "deals.csv").open("a") as file:
        file.write("D99,More,r1,Negotiation,1,2026-01-01,2026-12-01,2026-11-15T12:00:00\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
