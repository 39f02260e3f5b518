"""An analyst, a process: looks again and again, and keeps count of what was wrong.

    python -m benchmarks.soak.analyst KIND WORKSPACE

It ends when its standard input does, and prints what it has seen.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import cycle, islice
from pathlib import Path

from benchmarks.soak.readers import KINDS, PAUSES, Seen
from jobs.workspace import Workspace


@dataclass
class Diary:
    """What an analyst has seen. weeks: what each was told by. memory: MB at each look that saw a week, of the analyst
    or of the process that looked for it.
    """

    kind: str
    looks: int = 0
    weeks: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def note(self, seen: Seen) -> None:
        """One look. What was there stays, and a week that was seen once is told alike for ever."""
        newest, before = max(seen.weeks, default=""), max(self.weeks, default="")
        wrong = [*seen.faults, *(f"{before} was there, and now {newest or 'none'} is the newest",) * (newest < before)]
        changed = [week for week, told in seen.weeks.items() if self.weeks.get(week, told) != told]
        wrong += [f"{week} is told in another way than before" for week in changed]
        self.looks, self.weeks = self.looks + 1, {**self.weeks, **seen.weeks}
        self.faults += [f"look {self.looks}: {fault}" for fault in wrong]
        if seen.weeks:
            self.memory.append(seen.other_mb or _resident_mb())


def started(workspace: Workspace, count: int) -> list[subprocess.Popen[str]]:
    """So many analysts, of each kind in turn."""
    module = [sys.executable, "-m", "benchmarks.soak.analyst"]
    return [
        subprocess.Popen([*module, kind, str(workspace.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for kind in islice(cycle(KINDS), count)
    ]


def ended(analysts: list[subprocess.Popen[str]]) -> Iterator[Diary]:
    """Let each look for the last time, and read what it has seen."""
    for analyst in analysts:
        told, _ = analyst.communicate()
        yield Diary(**json.loads(told))


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """Look until standard input ends."""
    kind, root = sys.argv[1:]
    look, diary, workspace = KINDS[kind](), Diary(kind), Workspace(Path(root))
    is_over = False
    while not is_over:
        is_over = bool(select.select([sys.stdin], [], [], PAUSES[kind])[0])
        try:
            seen = look(workspace)
        except Exception as error:
            seen = Seen({}, (f"{type(error).__name__}: {error}",))
        diary.note(seen)
    print(json.dumps(asdict(diary)))


if __name__ == "__main__":
    main()
