"""Which stages each opportunity passes through, and when."""

from dataclasses import dataclass

import numpy as np

from jobs.sample.draws import Bools, Ints, chance, pick, stream, whole
from jobs.sample.fiscal import WORKDAY
from jobs.sample.people import People, Pipeline
from jobs.sample.policy import NEGOTIATION, PROPOSAL
from jobs.sample.timeline import Timeline

_SETTLED = 14 * WORKDAY  # age from which an open deal can stand in any stage
_OPEN_WEIGHTS = (3, 8, 15, 14, 10, 9, 16, 25)
_YOUNG_WEIGHTS = (25, 35, 25, 15)
_EARLY_LOST_WEIGHTS = (8, 22, 22, 16, 12, 8, 12)  # last stage of deals that never came to negotiate
_SKIP_SHARE = 0.6


@dataclass(frozen=True)
class StagePath:
    """First and last open stage of each deal; `entered` (deals x 8) in working seconds, -1 if skipped."""

    first: Ints
    last: Ints
    entered: Ints


def open_stages(seed: int, people: People, line: Timeline) -> Ints:
    """Present stage of the open deals (0 for closed ones)."""
    rng = stream(seed, "open stages")
    count = line.count
    old = line.ended - line.created >= _SETTLED
    stage = np.where(old, pick(rng, _OPEN_WEIGHTS, count), pick(rng, _YOUNG_WEIGHTS, count))
    kind = people.pipeline[line.rep]
    many = kind == Pipeline.MANY_ALTERNATIVES
    stage = np.where(many, np.maximum(stage, 2), stage)
    stage = np.where(many & old & chance(rng, 0.3, count), NEGOTIATION, stage)
    stage = np.where((kind == Pipeline.ONE_BIG_DEAL) & (line.open_rank == 0) & old, NEGOTIATION, stage)
    return np.where(line.is_open, stage, 0)


def make_stage_path(seed: int, line: Timeline, open_stage: Ints, negotiates: Bools) -> StagePath:
    """Stages from creation on; the negotiation is entered exactly at `talks_from`."""
    rng = stream(seed, "stages")
    count = line.count
    last = np.where(line.is_open, open_stage, np.where(negotiates, NEGOTIATION, pick(rng, _EARLY_LOST_WEIGHTS, count)))
    first = np.minimum(whole(rng, 0, 3, count), last)
    until = np.where(negotiates, line.talks_from, line.ended)
    steps = np.maximum(last - first + ~negotiates, 1)
    entered = np.full((count, NEGOTIATION + 1), -1, dtype=np.int64)
    for stage in range(1, NEGOTIATION + 1):
        early = np.where((stage == last) & negotiates, 0.0, 0.8 * rng.random(count))
        at = line.created + ((until - line.created) * (stage - first - early) / steps).astype(np.int64)
        skipped = chance(rng, _SKIP_SHARE if stage < PROPOSAL else _SKIP_SHARE / 3, count) & (stage != last)
        passed = (stage > first) & (stage <= last) & ~skipped
        entered[:, stage] = np.where(passed, at, -1)
    entered[np.arange(count), first] = line.created
    return StagePath(first, last, entered)
