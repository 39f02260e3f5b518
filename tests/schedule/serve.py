"""The service of a test: `python -m tests.schedule.serve WORKSPACE`. Its clock stands still, and it looks often."""

from __future__ import annotations

import sys
from pathlib import Path

from jobs.log import Log
from jobs.schedule import process, service
from jobs.schedule.outside import outside_of
from jobs.schedule.wake import Wake
from jobs.workspace import Workspace
from tests.fakes import NOON

service.LOOK_EVERY = 0.2
process.GRACE = 0.2


def main(root: Path) -> None:
    """Serve until a signal comes."""
    wake, workspace = Wake(), Workspace(root)
    log = Log(sys.stderr, lambda: NOON)
    wake.stop_on_signals()

    def command(chosen: Workspace, slot: object) -> list[str]:
        told = process.child_command(chosen, slot)  # type: ignore[arg-type]
        return [sys.executable, "-m", "tests.schedule.child", *told[4:]]

    service.serve(workspace, outside_of(workspace, wake, log, lambda: NOON, {}, command), wake, log)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
