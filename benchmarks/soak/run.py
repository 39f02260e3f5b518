"""The process of one slot, on a simulated clock: it is the real one, but that it may have to die at a step.

    python -m benchmarks.soak.run AFTER SECONDS MOMENT WORKSPACE JOB DAY DUE_AT TRIGGER RUN_ID

AFTER: the number of the step, -1 for none. The start of the process is seen to by whoever starts it.
"""

from __future__ import annotations

import resource
import sys
import time
from datetime import datetime

from benchmarks.soak.plan import Kill, die_after
from benchmarks.soak.record import say


class Mortal:
    """Is told of each step, says so with the CPU time, and dies where it has to."""

    def __init__(self, kill: Kill) -> None:
        self.kill, self.done = kill, 0

    def passed(self, step: str) -> None:
        """A step is done."""
        self.done += 1
        print(say(passed=step, cpu=time.process_time()), file=sys.stderr, flush=True)
        if self.done == self.kill.after:
            die_after(self.kill.seconds)


def main() -> None:
    """Run the slot, and say at the end what it took."""
    from jobs.schedule.child import main as child
    from jobs.stages import Edges, shipped_stages

    after, seconds, moment, *told = sys.argv[1:]
    at, mortal = datetime.fromisoformat(moment), Mortal(Kill(int(after), float(seconds)))
    code = child(told, Edges(shipped_stages(), lambda: at, checkpoint=mortal.passed))
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(say(over=code, cpu=time.process_time(), peak_mb=peak_mb), file=sys.stderr, flush=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
