"""A service that looks once, as `batna schedule --once` does, on a simulated clock; it may die, and so may its run.

python -m benchmarks.soak.service FOLDER MOMENT SEED LOOK
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from filelock import FileLock

from benchmarks.soak.place import Place
from benchmarks.soak.plan import Kill, ServiceKill, die_after, run_kill, service_kill
from benchmarks.soak.record import last_whole, log_file, processes
from jobs.schedule.process import child_command
from jobs.schedule.tick import LOCKED, Outside, tick
from jobs.settings import load_settings
from jobs.slot import Slot

PATIENCE = 0.2  # seconds between two looks at a workspace that is busy
NEVER = Kill(-1, 0.0)


@dataclass(frozen=True, slots=True)
class Service:
    """One service and its end, which may be a sudden one."""

    place: Place
    now: datetime
    seed: str
    kill: ServiceKill | None

    def look(self) -> int:
        """Run what is due. Exit code: LOCKED where a run of an earlier service is still alive."""
        outside = Outside(
            lambda: self.now, self.run, lambda: False, lambda _: None, lambda _: None, lambda words: sys.exit(words)
        )
        workspace = self.place.workspace
        ticked = tick(workspace, load_settings(workspace.root), outside)
        return LOCKED if ticked.ending == "busy" else 0

    def run(self, slot: Slot) -> int:
        """The process of a slot; the one or the other may be killed at any moment."""
        code = self._start(slot)
        if self.kill and self.kill.moment == "ended":
            die_after(self.kill.seconds)
        return code

    def _start(self, slot: Slot) -> int:
        kill = self._drawn(slot) or NEVER
        process = started(self.place, slot, self.now, kill)
        if self.kill and self.kill.moment == "begun":
            die_after(0)
        return process.wait()

    def _drawn(self, slot: Slot) -> Kill | None:
        """The first run of a job is whole: the others are measured by it."""
        whole = last_whole(self.place.runs, slot.job)
        if whole is None:
            return None
        attempt = len(processes(self.place.runs, slot.job, str(slot.on)))
        return run_kill(f"{self.seed} {slot.job} {slot.on}", attempt, whole.steps, whole.cpu)


def started(place: Place, slot: Slot, now: datetime, kill: Kill = NEVER) -> subprocess.Popen[bytes]:
    """The process of a slot, which says what it does in a file of its own, and may have to die."""
    told = child_command(place.workspace, slot)[4:]
    line = [sys.executable, "-m", "benchmarks.soak.run", str(kill.after), str(kill.seconds), now.isoformat(), *told]
    before = partial(die_after, max(kill.seconds, 0.001)) if kill.after == 0 else None
    with log_file(place.runs, slot).open("x", encoding="utf-8") as log:
        return subprocess.Popen(line, stderr=log, preexec_fn=before)


def looked(place: Place, now: datetime, seed: str) -> int:
    """Let services look, the next one where one was killed, until nothing is due and nothing runs.

    How many were killed. The run of such a service may still be at its very end, when all that is on record is done.
    """
    killed = look = 0
    while True:
        kill = service_kill(f"{seed} {now} {look}")
        at_start = partial(die_after, max(kill.seconds, 0.001)) if kill and kill.moment == "start" else None
        line = [sys.executable, "-m", "benchmarks.soak.service", str(place.folder), now.isoformat(), seed, str(look)]
        code = subprocess.run(line, preexec_fn=at_start, check=False).returncode
        look += 1
        if code < 0:
            killed += 1
        elif code == LOCKED:
            time.sleep(PATIENCE)
        elif code == 0:
            with FileLock(place.workspace.lock, mode=0o600):
                return killed
        else:
            raise SystemExit(f"the service of {now} ended with {code}")


def main() -> None:
    """One look."""
    folder, moment, seed, look = sys.argv[1:]
    now = datetime.fromisoformat(moment)
    sys.exit(Service(Place(Path(folder)), now, seed, service_kill(f"{seed} {now} {look}")).look())


if __name__ == "__main__":
    main()
