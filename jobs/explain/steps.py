"""From one week to the next, change by change in a fixed order (03-metrics.md, section 3, What moved)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from jobs.explain.standing import Level, Stake, Standing, level_of
from jobs.explain.week import BookWeek

LEARNT = ("learnt", "learnt_untested", "base_rate")
LOST = ("lost", "void")


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of change, the deals that it is about, and what it did to the three levels."""

    name: str
    opportunity_ids: tuple[str, ...]
    gap_change: Decimal
    attainment_change: Decimal
    strength_change: Decimal


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change: which deals, and the book after it."""

    name: str
    opportunity_ids: tuple[str, ...]
    after: Standing


def steps(before: BookWeek, after: BookWeek) -> tuple[Step, ...]:
    """One step per kind of change, whether or not it happened; each level is rounded, so the steps add up."""
    found: list[Step] = []
    level = level_of(before.standing)
    for change in changes(before, after):
        reached = level_of(change.after)
        found.append(_step(change, level, reached))
        level = reached
    return tuple(found)


def _step(change: Change, level: Level, reached: Level) -> Step:
    return Step(
        change.name,
        change.opportunity_ids,
        reached.gap_amount - level.gap_amount,
        reached.attainment_points - level.attainment_points,
        reached.strength_points - level.strength_points,
    )


def changes(before: BookWeek, after: BookWeek) -> Iterator[Change]:
    """quota, wins, lost, declined, new, amounts, dates, probabilities, time: each on top of those before it.

    `new` is every coming and going that is no ending: a deal that came in, and one that left the candidates while
    it was open. `probabilities` has what a deal itself changed by, `time` what came with the week: N, the common
    factor, and the chances of deals of which nothing changed but the weeks left.
    """
    now, target = before.standing, after.standing
    now = replace(now, quota_amount=target.quota_amount)
    yield Change("quota", (), now)
    for name, outcomes in (("wins", ("won",)), ("lost", LOST), ("declined", ("declined",))):
        gone = _ended(now, after, outcomes)
        won = target.won_amount if name == "wins" else now.won_amount
        now = replace(now, won_amount=won, stakes=_without(now.stakes, gone))
        yield Change(name, gone, now)
    moved = tuple(sorted(now.stakes.keys() ^ target.stakes.keys()))
    stakes = {name: now.stakes.get(name, stake) for name, stake in target.stakes.items()}
    now = replace(now, stakes=stakes)
    yield Change("new", moved, now)
    for name, part, concerns in _partial(before, after):
        ids = tuple(
            each for each in stakes if part(stakes[each], target.stakes[each]) != stakes[each] and concerns(each)
        )
        stakes = {each: part(stake, target.stakes[each]) if each in ids else stake for each, stake in stakes.items()}
        now = replace(now, stakes=stakes)
        yield Change(name, tuple(sorted(ids)), now)
    late = tuple(sorted(name for name in stakes if stakes[name] != target.stakes[name]))
    yield Change("time", late, target)


Part = Callable[[Stake, Stake], Stake]


def _partial(before: BookWeek, after: BookWeek) -> Iterator[tuple[str, Part, Callable[[str], bool]]]:
    """Changes of deals that stayed: what they take over from the later week, and of which deals."""
    yield "amounts", _with_cents, lambda _: True
    yield "dates", _with_chance, lambda name: _has_new_date(before, after, name)
    yield "probabilities", _with_chance, lambda name: not _is_of_time(before, after, name)


def _with_cents(old: Stake, new: Stake) -> Stake:
    return replace(old, cents=new.cents)


def _with_chance(old: Stake, new: Stake) -> Stake:
    return replace(old, probability=new.probability, is_at_table=new.is_at_table)


def _has_new_date(before: BookWeek, after: BookWeek, name: str) -> bool:
    return name in before.told and before.told[name].close_on != after.told[name].close_on


def _is_of_time(before: BookWeek, after: BookWeek, name: str) -> bool:
    """Whether nothing of the deal changed, so that its chance moved with the weeks left, or ended with the quarter."""
    told, is_over = after.told[name], after.standing.stakes[name].probability == 0
    return before.told.get(name) == told and (told.source in LEARNT or is_over)


def _ended(now: Standing, after: BookWeek, outcomes: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(
        name for name in now.stakes if name not in after.standing.stakes and after.endings.get(name) in outcomes
    ))  # fmt: skip


def _without(stakes: Mapping[str, Stake], gone: Collection[str]) -> Mapping[str, Stake]:
    return {name: stake for name, stake in stakes.items() if name not in gone}
