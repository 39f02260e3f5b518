"""The child of a test: small stages, a clock that stands still, and a build that may wait at a gate.

`gate` in the workspace is a pipe that the build reads from; `deaf` makes it deaf to all but force.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from jobs.schedule.child import main
from jobs.stages import Edges
from tests.fakes import NOON, STAGES


def build(*arguments: Any, **options: Any) -> None:
    root = Path(sys.argv[1])
    (root / "child").write_text(str(os.getpid()))
    if (root / "deaf").exists():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if (root / "gate").exists():
        print("at the gate", file=sys.stderr, flush=True)
        (root / "gate").read_text()
    STAGES.build(*arguments, **options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Edges(replace(STAGES, build=build), lambda: NOON)))
