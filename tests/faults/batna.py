"""`batna` in a process of its own, with the small stages and a clock that stands still.

`python -m tests.faults.batna STEP COMMAND...`: once STEP of the run is done, no file can grow any more ("" for never).
The step "stop" lets the run say that it holds the workspace, and wait until it is ended.
"""

from __future__ import annotations

import resource
import signal
import sys
from typing import Any

from jobs import command
from jobs.stages import Edges
from tests.fakes import NOON, STAGES


def main(step: str, arguments: list[str]) -> int:
    """Run one command and return its exit code. The commands look these names up when they are imported."""

    def reached(done: str) -> None:
        if step == "stop":
            print("holds", flush=True)
            signal.pause()
        if done == step:
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    def edges(progress: Any) -> Edges:
        return Edges(STAGES, lambda: NOON, progress, reached)

    command.edges, command.now = edges, lambda: NOON
    from jobs import cli

    return cli.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
