"""What each opportunity looked like after every change of stage, amount or close date."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from jobs.sample.company import Company
from jobs.sample.draws import Bools, Ints, between, chance, floored, stream, whole
from jobs.sample.facts import Facts
from jobs.sample.fiscal import day_of
from jobs.sample.people import Pipeline
from jobs.sample.plan import Plan
from jobs.sample.policy import CLOSED_LOST, CLOSED_WON, PROPOSAL
from jobs.sample.stages import StagePath
from jobs.sample.talks import Talks
from jobs.sample.timeline import Timeline

UNKNOWN_AMOUNT = -1
_SAME = -9  # the field keeps its value
_ESTIMATE_SHARE = 0.3  # of further changes before an offer are of the amount, the others of the date
_NO_AMOUNT_SHARE = 0.08  # of open deals in the first two stages


class Events(NamedTuple):
    """Changes of opportunities: cents, day numbers, and `_SAME` in each field that does not change."""

    deal: Ints
    at: Ints
    stage: Ints
    amount: Ints
    close_on: Ints


@dataclass(frozen=True)
class Snapshots:
    """One entry per change, ordered by opportunity and time, with the values after it.

    Times are working seconds and differ within an opportunity; an amount of -1 is unknown. `ends` is the
    position of the last entry of each opportunity.
    """

    deal: Ints
    at: Ints
    stage: Ints
    amount: Ints
    close_on: Ints
    ends: Ints

    @property
    def is_first(self) -> Bools:
        """First entry of each opportunity."""
        return np.concatenate([[True], self.deal[1:] != self.deal[:-1]])


def make_snapshots(
    company: Company, line: Timeline, facts: Facts, plan: Plan, path: StagePath, talks: Talks, rows: int
) -> Snapshots:
    """About `rows` snapshots: what has to be there, and further changes up to that number."""
    rng = stream(company.seed, "history")
    plan_close = _planned_closes(rng, company, line, path)
    lacks_amount = line.is_open & (path.last < 2) & chance(rng, _NO_AMOUNT_SHARE, line.count)
    estimate = _estimates(rng, facts.list_cents, 0.92, 1.12)
    needed = [
        _creations(line, path, np.where(lacks_amount, UNKNOWN_AMOUNT, estimate), plan_close[0]),
        _stage_entries(path),
        *_offers(talks),
        _closings(line, plan),
    ]
    spare = max(rows - sum(len(events.deal) for events in needed), line.count // 2)
    further = _further(rng, line, facts, talks, lacks_amount, plan_close, spare)
    return _fill(Events(*(np.concatenate(parts) for parts in zip(*needed, further, strict=True))), line)


def _planned_closes(rng: np.random.Generator, company: Company, line: Timeline, path: StagePath) -> tuple[Ints, Ints]:
    """The close date as hoped for at creation, and as expected in the end (day numbers)."""
    begins, ends = day_of(line.created), day_of(line.ended)
    hoped = begins + np.maximum(((ends - begins) * between(rng, 0.55, 1.0, line.count)).astype(np.int64), 7)
    left = company.calendar.starts[-1] - 1 - ends
    kind = company.people.pipeline[line.rep]
    sure = np.isin(kind, (Pipeline.MANY_ALTERNATIVES, Pipeline.ONE_BIG_DEAL))
    inside = chance(rng, np.where(sure, 1.0, np.where(path.last >= PROPOSAL, 0.75, 0.45)), line.count)
    later = np.where(inside, left * rng.random(line.count), left + 1 + 90 * rng.random(line.count))
    ahead = ends + np.maximum(floored(later), 1)
    overdue = chance(rng, 0.05, line.count) & ~sure
    ahead = np.where(overdue, ends - whole(rng, 1, 30, line.count), ahead)
    return np.where(line.is_open, ahead - floored(30 * rng.random(line.count)), hoped), np.where(
        line.is_open, ahead, ends
    )


def _estimates(rng: np.random.Generator, list_cents: Ints, low: float, high: float) -> Ints:
    """An amount near list, in hundreds of the currency."""
    return (
        np.maximum(np.rint(list_cents * between(rng, low, high, len(list_cents)) / 10_000), 1).astype(np.int64) * 10_000
    )


def _events(
    deal: Ints,
    at: Ints,
    *,
    stage: Ints | int = _SAME,
    amount: Ints | int = _SAME,
    close_on: Ints | int = _SAME,
) -> Events:
    filled = (
        np.full(len(deal), value, dtype=np.int64) if isinstance(value, int) else value
        for value in (stage, amount, close_on)
    )
    return Events(deal, at, *filled)


def _creations(line: Timeline, path: StagePath, estimate: Ints, close_on: Ints) -> Events:
    everyone = np.arange(line.count, dtype=np.int64)
    first_close = np.maximum(close_on, day_of(line.created) + 1)
    return Events(everyone, line.created, path.first, estimate, first_close)


def _stage_entries(path: StagePath) -> Events:
    deal, stage = np.nonzero((path.entered >= 0) & (np.arange(path.entered.shape[1]) > path.first[:, None]))
    return _events(deal.astype(np.int64), path.entered[deal, stage], stage=stage.astype(np.int64))


def _offers(talks: Talks) -> tuple[Events, Events]:
    """The amount follows our offers; an offer that repeats the one before changes nothing."""
    before = np.concatenate([talks.ask[:, None], talks.reply[:, :-1]], axis=1)
    talk, place = np.nonzero(talks.has_reply & (talks.reply != before))
    answers = _events(talks.deal[talk], talks.reply_at[talk, place], amount=talks.reply[talk, place])
    return _events(talks.deal, talks.ask_at, amount=talks.ask), answers


def _closings(line: Timeline, plan: Plan) -> Events:
    closed = np.flatnonzero(~line.is_open).astype(np.int64)
    stage = np.where(plan.is_won[closed], CLOSED_WON, CLOSED_LOST)
    return _events(closed, line.ended[closed], stage=stage, close_on=day_of(line.ended[closed]))


def _further(
    rng: np.random.Generator,
    line: Timeline,
    facts: Facts,
    talks: Talks,
    lacks_amount: Bools,
    plan_close: tuple[Ints, Ints],
    count: int,
) -> Events:
    """Pushed close dates, and new estimates of the amount while there is no offer."""
    deal = whole(rng, 0, line.count, count)
    progress = between(rng, 0.02, 0.97, count)
    at = line.created[deal] + ((line.ended - line.created)[deal] * progress).astype(np.int64)
    offered_at = line.ended.copy()
    offered_at[talks.deal] = talks.ask_at
    estimates = chance(rng, _ESTIMATE_SHARE, count) & (at < offered_at[deal]) & ~lacks_amount[deal]
    hoped, final = plan_close
    pushed = hoped[deal] + ((final - hoped)[deal] * progress).astype(np.int64) + whole(rng, 0, 12, count)
    last_push = np.full(line.count, -1, dtype=np.int64)
    np.maximum.at(last_push, deal[~estimates], at[~estimates])
    pushed = np.where(line.is_open[deal] & (at == last_push[deal]), final[deal], pushed)
    close_on = np.maximum(pushed, day_of(at) + 1)
    amount = _estimates(rng, facts.list_cents[deal], 0.85, 1.15)
    return _events(deal, at, amount=np.where(estimates, amount, _SAME), close_on=np.where(estimates, _SAME, close_on))


def _fill(events: Events, line: Timeline) -> Snapshots:
    """Events in order, each field carried forward; of two events in one second the later one moves on."""
    order = np.argsort(events.deal * 2**32 + events.at, kind="stable")
    deal, at = events.deal[order], events.at[order]
    row = np.arange(len(deal), dtype=np.int64)
    key = deal * 2**32 + at
    at = np.maximum.accumulate(key - row) + row - deal * 2**32
    ends = np.searchsorted(deal, np.arange(line.count), side="right") - 1
    return Snapshots(
        deal=deal,
        at=at,
        stage=_carried(events.stage[order]),
        amount=_carried(events.amount[order]),
        close_on=_carried(events.close_on[order]),
        ends=ends.astype(np.int64),
    )


def _carried(values: Ints) -> Ints:
    """Each value where it changes, else the one before; the first of each opportunity is always given."""
    row = np.arange(len(values))
    return values[np.maximum.accumulate(np.where(values != _SAME, row, 0))]
