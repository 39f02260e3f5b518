"""The process of one slot, with the stages and the clock of tests/faults/batna.py: NOW, then what the child is told."""

from __future__ import annotations

import sys
from datetime import datetime

from jobs.schedule.child import main
from jobs.stages import Edges
from tests.faults.batna import STAGES

if __name__ == "__main__":
    sys.exit(main(sys.argv[2:], Edges(STAGES, lambda: datetime.fromisoformat(sys.argv[1]))))
