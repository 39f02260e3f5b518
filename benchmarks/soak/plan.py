"""When a process is to die: drawn from the seed, and told as a step of the run and CPU seconds after it.

Neither wall time nor the speed of the machine has a say in it: a kill hits what it is meant to hit on any of them.
"""

from __future__ import annotations

import signal
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

KILLED = (0.7, 0.35, 0.0)  # how often the first, second and third attempt at a slot is killed
SERVICE_KILLED = 0.2  # how often a service is killed in one look
GRAIN = 0.01  # CPU seconds: the system's own timers are no finer
STARTING, SETTLING = 0.5, 0.03  # CPU seconds of a service until it looks, and after the end of a run

Moment = Literal["start", "begun", "ended"]


@dataclass(frozen=True, slots=True)
class Step:
    """A step that a run has done, or its start, and the CPU seconds that the process had used by then."""

    name: str
    cpu: float


@dataclass(frozen=True, slots=True)
class Kill:
    """after: so many steps, 0 is the start of the process. seconds: of CPU from then on; 0 is at once."""

    after: int
    seconds: float


@dataclass(frozen=True, slots=True)
class ServiceKill:
    """moment: as the service starts, as a run has begun, or after a run has ended; then so many seconds of CPU."""

    moment: Moment
    seconds: float


def run_kill(seed: str, attempt: int, steps: Sequence[Step], total: float) -> Kill | None:
    """When the run of a slot is killed, None where it is not. attempt: 0 is the first.

    steps, total: of the last run of this job that was whole, its CPU seconds. Half of the kills are spread evenly over
    the CPU time of the run, and half over its steps: those of publishing are the ones that matter, and the shortest.
    """
    random = Random(f"{seed} {attempt}")
    if random.random() >= KILLED[min(attempt, len(KILLED) - 1)]:
        return None
    starts = [0.0, *(step.cpu for step in steps)]
    lengths = [end - start for start, end in zip(starts, [*starts[1:], total], strict=True)]
    if random.random() < 0.5:
        moment = random.uniform(0, total)
        after = max(number for number, start in enumerate(starts) if start <= moment)
        return _kill(after, moment - starts[after])
    after = random.randrange(len(starts))
    return _kill(after, random.uniform(0, lengths[after]))


def _kill(after: int, seconds: float) -> Kill:
    """A moment within a step that is over before a timer could ring is the beginning of that step."""
    return Kill(after, seconds if after == 0 or seconds >= GRAIN else 0.0)


def service_kill(seed: str) -> ServiceKill | None:
    """When a service is killed in one look, None where it is not."""
    random = Random(seed)
    if random.random() >= SERVICE_KILLED:
        return None
    drawn: Moment = random.choice(("start", "begun", "ended"))
    longest = {"start": STARTING, "begun": 0.0, "ended": SETTLING}[drawn]
    return ServiceKill(drawn, random.uniform(0, longest))


def die_after(seconds: float) -> None:
    """End this process after so much CPU time of its own, without a word, as kill -9 does; or at once."""
    if seconds == 0:
        signal.raise_signal(signal.SIGKILL)
    signal.setitimer(signal.ITIMER_PROF, max(seconds, 0.001))
