"""A delivery that kills itself after a step: `python -m tests.deliver.killed WORKSPACE STEP`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from jobs.deliver.deliver import Request, deliver
from jobs.settings import load_settings
from jobs.workspace import Workspace
from tests.fakes import edges


def main(root: Path, last_step: str) -> None:
    """Deliver, and die by SIGKILL once this step is done."""

    def die_in_time(step: str) -> None:
        if step == last_step:
            os.kill(os.getpid(), signal.SIGKILL)

    mortal = edges(checkpoint=die_in_time)
    deliver(Workspace(root), load_settings(root), Request(), {}, mortal, lambda _: None)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
