"""The course of each negotiation: our offers, the buyer's demands, and when each was made.

A negotiation is cut into as many slots of at least two working days as there are answers, and one more for
the demand that stays unanswered. Each demand stands in the first hours of its slot's first day.
"""

from dataclasses import dataclass

import numpy as np

from jobs.sample.company import Company
from jobs.sample.draws import Bools, Floats, Ints, between, chance, pick, stream
from jobs.sample.facts import Facts
from jobs.sample.fiscal import HOUR, WORKDAY
from jobs.sample.plan import Path, Plan
from jobs.sample.policy import NEGOTIATION
from jobs.sample.prices import Prices
from jobs.sample.timeline import Timeline

MOST = 4  # answers in one negotiation
_STEP_WEIGHTS = (8, 27, 30, 22, 13)
_HASTE_SHARE = 0.08  # of the answers of other reps that come within hours all the same
_HASTE_HOURS = 6.0
_HOLD_SHARE = 0.12  # of answers that repeat the offer before
_MORNING = 4 * HOUR  # demands come in the first hours, so that an answer within hours falls on the same day


@dataclass(frozen=True)
class Talks:
    """One entry per opportunity with an offer; `deal` is its position among all.

    `replies` and `demands` count the used columns of the matrices (talks x MOST, talks x MOST + 1): our
    answers and the buyer's demands, in cents and working seconds, in order.
    """

    deal: Ints
    ask: Ints
    ask_at: Ints
    replies: Ints
    reply: Ints
    reply_at: Ints
    demands: Ints
    demand: Ints
    demand_at: Ints

    @property
    def has_reply(self) -> Bools:
        """Used cells of `reply`."""
        return np.asarray(np.arange(MOST) < self.replies[:, None], dtype=np.bool_)

    @property
    def has_demand(self) -> Bools:
        """Used cells of `demand`."""
        return np.asarray(np.arange(MOST + 1) < self.demands[:, None], dtype=np.bool_)


def make_talks(company: Company, line: Timeline, facts: Facts, plan: Plan, prices: Prices, open_stage: Ints) -> Talks:
    """The talks of all opportunities that have a price."""
    rng = stream(company.seed, "talks")
    deal = np.flatnonzero(prices.final > 0).astype(np.int64)
    at_table = plan.negotiates | (line.is_open & (open_stage == NEGOTIATION))
    days = np.where(at_table, (line.ended - line.talks_from) // WORKDAY - 1, 0)[deal]
    is_low = prices.final[deal] < facts.threshold[deal]
    replies = np.maximum(pick(rng, _STEP_WEIGHTS, len(deal)), is_low)
    replies = np.clip(replies, 0, np.maximum(days // 2 - 1, 0))
    demands = np.where(plan.is_won[deal], np.maximum(replies, 1), replies + 1)
    demands = np.where(at_table[deal], demands, 0)
    ask = np.where(at_table[deal] & (replies == 0), prices.final[deal], prices.ask[deal])
    demand_at, reply_at = _times(rng, company, line, deal, days, replies)
    return Talks(
        deal=deal,
        ask=ask,
        ask_at=_ask_times(rng, line, deal, at_table),
        replies=replies,
        reply=_replies(rng, ask, prices.final[deal], replies),
        reply_at=reply_at,
        demands=demands,
        demand=_demands(rng, plan, prices, deal, demands),
        demand_at=demand_at,
    )


def _ask_times(rng: np.random.Generator, line: Timeline, deal: Ints, at_table: Bools) -> Ints:
    """The first offer goes out shortly before the negotiation."""
    until = np.where(at_table, line.talks_from, line.ended)[deal]
    return line.created[deal] + ((until - line.created[deal]) * between(rng, 0.89, 0.97, len(deal))).astype(np.int64)


def _times(
    rng: np.random.Generator,
    company: Company,
    line: Timeline,
    deal: Ints,
    days: Ints,
    replies: Ints,
) -> tuple[Ints, Ints]:
    """Times of demands and replies; one rep replies within hours, others after a working day or more."""
    first_day = line.talks_from[deal] // WORKDAY + 1
    slots = first_day[:, None] + np.arange(MOST + 2) * days[:, None] // (replies[:, None] + 1)
    shape = (len(deal), MOST)
    demand_at = slots[:, :-1] * WORKDAY + (_MORNING * rng.random((len(deal), MOST + 1))).astype(np.int64)
    length = (slots[:, 1:-1] - slots[:, :-2]) * WORKDAY
    wait = length * (0.5 + 0.25 * rng.random(shape))
    is_conceder = (line.rep[deal] == company.people.conceder)[:, None]
    quick = HOUR * (0.3 + (company.effects.fast_concession_hours - 0.3) * rng.random(shape))
    hasty = HOUR * (1 + (_HASTE_HOURS - 1) * rng.random(shape))
    wait = np.where(rng.random(shape) < _HASTE_SHARE, hasty, wait)
    wait = np.where(is_conceder & (rng.random(shape) < company.effects.fast_concession_share), quick, wait)
    return demand_at, demand_at[:, :-1] + wait.astype(np.int64)


def _replies(rng: np.random.Generator, ask: Ints, final: Ints, replies: Ints) -> Ints:
    """Steps from the first offer down to the last, mostly smaller and smaller, some of them none."""
    shape = (len(ask), MOST)
    place = np.arange(MOST)
    fade: Floats = np.array((1.0, 0.62, 0.4, 0.26))
    weights = (0.3 + 0.7 * rng.random(shape)) * np.where(rng.random((len(ask), 1)) < 0.75, fade, fade[::-1])
    holds = (rng.random(shape) < _HOLD_SHARE) & (place < replies[:, None] - 1)
    weights = np.where(holds | (place >= replies[:, None]), 0.0, weights)
    total = np.cumsum(weights, axis=1)
    share = total / np.maximum(total[:, -1:], 1e-9)
    offers = np.rint((ask[:, None] - (ask - final)[:, None] * share) / 100).astype(np.int64) * 100
    return np.where(place == replies[:, None] - 1, final[:, None], np.maximum(offers, final[:, None]))


def _demands(rng: np.random.Generator, plan: Plan, prices: Prices, deal: Ints, demands: Ints) -> Ints:
    """Even steps up to the last demand: the planned one, else a little below our last offer."""
    final = prices.final[deal]
    nearest = np.where(plan.ends(Path.WON)[deal], 0.95, 0.86)
    last = final * (nearest + (1 - nearest) * 0.98 * rng.random(len(deal)))
    last = np.where(plan.demand[deal] > 0, plan.demand[deal], last)
    first = last * between(rng, 0.85, 0.97, len(deal))
    share = np.minimum((np.arange(MOST + 1) + 1) / np.maximum(demands, 1)[:, None], 1.0)
    share = np.where(demands[:, None] > 1, (share * demands[:, None] - 1) / np.maximum(demands - 1, 1)[:, None], 1.0)
    demand = np.rint((first[:, None] + (last - first)[:, None] * share) / 100).astype(np.int64) * 100
    is_last = np.arange(MOST + 1) == demands[:, None] - 1
    return np.where(is_last & (plan.demand[deal] > 0)[:, None], plan.demand[deal][:, None], demand)


def last_demands(talks: Talks, count: int) -> tuple[Ints, Ints]:
    """Last demand of each of `count` opportunities and its time; 0 and -1 where there was none."""
    amount = np.zeros(count, dtype=np.int64)
    at = np.full(count, -1, dtype=np.int64)
    some = np.flatnonzero(talks.demands > 0)
    place = talks.demands[some] - 1
    amount[talks.deal[some]] = talks.demand[some, place]
    at[talks.deal[some]] = talks.demand_at[some, place]
    return amount, at


def offers_are_logged(seed: int, count: int) -> Bools:
    """Opportunities whose offers somebody wrote down; of the others only the amount tells."""
    return chance(stream(seed, "logged offers"), 0.92, count)
