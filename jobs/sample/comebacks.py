"""Which declined opportunities come back, as which new opportunity, and at what amount."""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from jobs.sample.company import Company
from jobs.sample.draws import Bools, Ints, between, chance, stream, whole
from jobs.sample.facts import Facts
from jobs.sample.fiscal import WORKDAY
from jobs.sample.plan import Path, Plan, is_dry, with_returns
from jobs.sample.policy import PROPOSAL
from jobs.sample.timeline import Timeline

_GAP = (4, 50)  # working days from the decline to the return, at the least
_LONGEST = 90  # working days
_WON_SHARE = 0.75  # of returns at or above the threshold


@dataclass(frozen=True)
class Comebacks:
    """One entry per return: the declined opportunity, the new one, and the amount that came back (cents).

    `eligible_count` is the number of declines with a price for which a later opportunity of the rep could
    be the return.
    """

    declined: Ints
    renewed: Ints
    amount: Ints
    eligible_count: int


def with_comebacks(
    company: Company, line: Timeline, open_stage: Ints, facts: Facts, plan: Plan
) -> tuple[Facts, Plan, Comebacks]:
    """Facts and plan in which some opportunities are returns of declined ones, and the list of them."""
    rng = stream(company.seed, "returns")
    effects = company.effects
    pairs = _matches(rng, company, line, facts, plan, open_stage)
    kept = np.sort(np.argsort(rng.random(len(pairs)), kind="stable")[: round(effects.return_share * len(pairs))])
    uplift = 1 + effects.return_uplift_ratio * between(rng, 0.5, 1.5, len(pairs))
    wins = chance(rng, _WON_SHARE, len(pairs))
    source, target = pairs[kept].T
    amount = np.rint(plan.demand[source] * uplift[kept] / 100).astype(np.int64) * 100
    facts = facts.copied(source, target)
    plan = with_returns(plan, facts, source, target, amount, wins[kept])
    return facts, plan, Comebacks(source, target, amount, len(pairs))


def _matches(
    rng: np.random.Generator, company: Company, line: Timeline, facts: Facts, plan: Plan, open_stage: Ints
) -> Ints:
    """Pairs (declined, next free opportunity of the same rep after a gap); each opportunity at most once."""
    declined = np.flatnonzero(plan.ends(Path.DECLINED) & plan.is_declared & ~facts.is_bare)
    declined = declined[np.argsort(line.ended[declined], kind="stable")]
    begins = line.ended[declined] + whole(rng, *_GAP, len(declined)) * WORKDAY
    latest = line.ended[declined] + _LONGEST * WORKDAY
    free = _free_by_rep(line, _can_return(company, line, facts, plan, open_stage))
    pairs = []
    for one, begin, end in zip(declined.tolist(), begins.tolist(), latest.tolist(), strict=True):
        found = _take_first(free.get(int(line.rep[one]), ([], [])), begin, end)
        if found is not None:
            pairs.append((one, found))
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _can_return(company: Company, line: Timeline, facts: Facts, plan: Plan, open_stage: Ints) -> Bools:
    """Opportunities that may be a return: no decline, not planted, and if open without an offer yet."""
    settled = ~plan.is_declined & ~line.is_early_win & ~is_dry(company, line) & ~facts.is_bare
    return np.asarray(settled & (~line.is_open | (open_stage < PROPOSAL)), dtype=np.bool_)


def _free_by_rep(line: Timeline, free: Bools) -> dict[int, tuple[list[int], list[int]]]:
    """Creation times and positions of the free opportunities of each rep, in order of creation."""
    by_rep: dict[int, tuple[list[int], list[int]]] = {}
    for one in np.flatnonzero(free).tolist():
        times, places = by_rep.setdefault(int(line.rep[one]), ([], []))
        times.append(int(line.created[one]))
        places.append(one)
    return by_rep


def _take_first(free: tuple[list[int], list[int]], begin: int, end: int) -> int | None:
    """Takes the first free opportunity created in [begin, end) out of the lists."""
    times, places = free
    place = bisect_left(times, begin)
    if place == len(times) or times[place] >= end:
        return None
    times.pop(place)
    return places.pop(place)
