"""A run of the small stages that kills itself after its n-th step: `python killed_run.py WORKSPACE N [backfill|rollback]`."""

from __future__ import annotations

import os
import signal
import sys
from datetime import date
from itertools import count
from pathlib import Path

from jobs import backfill
from jobs.rollback.rollback import Request as Back
from jobs.rollback.rollback import rollback
from jobs.settings import load_settings
from jobs.weekly import Request, weekly
from jobs.workspace import Workspace
from tests.fakes import edges

AS_OF_ON = date(2026, 11, 15)
BACKFILL = backfill.Request(date(2026, 10, 28), AS_OF_ON, "all")


def main(root: Path, last_step: int, command: str = "weekly") -> None:
    """Run, and die by SIGKILL once `last_step` steps are done."""
    steps = count(1)

    def die_in_time(_: str) -> None:
        if next(steps) == last_step:
            os.kill(os.getpid(), signal.SIGKILL)

    workspace, settings, mortal = Workspace(root), load_settings(root), edges(checkpoint=die_in_time)
    if command == "backfill":
        backfill.backfill(workspace, settings, BACKFILL, mortal)
    elif command == "rollback":
        rollback(workspace, Back("last"), mortal)
    else:
        weekly(workspace, settings, Request(AS_OF_ON), mortal)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
