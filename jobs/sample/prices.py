"""The last price we offered in each negotiation, with the planted discounts in it."""

from dataclasses import dataclass

import numpy as np

from jobs.sample.comebacks import Comebacks
from jobs.sample.company import Company
from jobs.sample.draws import Bools, Floats, Ints, around, between, chance, stream
from jobs.sample.facts import Facts
from jobs.sample.fiscal import day_of
from jobs.sample.plan import Path, Plan
from jobs.sample.policy import NEGOTIATION, PROPOSAL
from jobs.sample.timeline import Timeline

HUG_BAND = 0.03  # above the threshold; source: 03-metrics.md section 2
_HELD_BAND = (0.005, 0.08)  # above the threshold, where we held the line
_ASK_BAND = 0.04  # of list, the most that the first offer leaves off
_APPROVAL, _WALK = 1, 3  # of every six deals at the table one is in each of these zones, the others are clear
_SPLIT_SHARE = 0.02
OWNER_SHARE = 0.7  # of the credit of a split deal
RENEWAL = 2  # the deal type that does not count towards a quota


@dataclass(frozen=True)
class Prices:
    """One entry per opportunity; cents, 0 where no price was offered.

    `ask` is our first offer, `final` our last. The flags mark the deals that carry a planted price.
    """

    ask: Ints
    final: Ints
    is_hugged: Bools
    is_rushed: Bools
    is_safe: Bools


def make_prices(
    company: Company, line: Timeline, facts: Facts, plan: Plan, back: Comebacks, open_stage: Ints
) -> Prices:
    """Ordinary prices; then the rep who hugs, the end of the quarter, and the quarter already made."""
    rng = stream(company.seed, "prices")
    effects = company.effects
    ask = _whole_up(facts.list_cents * (1 - between(rng, 0, _ASK_BAND, line.count)))
    final = _ordinary(rng, line, facts, plan, open_stage)
    final[back.renewed] = _returned(plan, back, final[back.renewed])
    is_plain = plan.ends(Path.WON) & (plan.returned_from < 0)
    hugs = (line.rep == company.people.hugger) & chance(rng, effects.hug_share, line.count) & is_plain
    near = _whole_up(facts.threshold * (1 + between(rng, 0, HUG_BAND - 0.002, line.count)))
    final = np.where(hugs, near, final)
    is_plain &= ~hugs
    rushed = company.calendar.in_last_week(line.ended) & (effects.quarter_end_discount > 0)
    final = np.where(is_plain & rushed, _less(final, effects.quarter_end_discount, facts), final)
    safe = is_plain & _begun_when_made(company, line, facts, plan, final)
    safe &= effects.safe_quarter_discount > 0
    final = np.where(safe, _less(final, effects.safe_quarter_discount, facts), final)
    rushed &= is_plain | (plan.ends(Path.ACCEPTED) & (plan.returned_from < 0))
    final = np.where(line.is_open & (open_stage == PROPOSAL), ask, final)
    offered = plan.negotiates | (line.is_open & (open_stage >= PROPOSAL))
    return Prices(
        ask=np.where(offered, np.maximum(ask, final), 0),
        final=np.where(offered, final, 0),
        is_hugged=hugs,
        is_rushed=rushed,
        is_safe=safe,
    )


def is_split(seed: int, count: int) -> Bools:
    """Deals whose credit the owner shares with the partner."""
    return chance(stream(seed, "credits"), _SPLIT_SHARE, count)


def _whole_up(cents: Floats) -> Ints:
    """Rounded up to whole units of the currency."""
    return np.ceil(cents / 100).astype(np.int64) * 100


def _less(final: Ints, discount: float, facts: Facts) -> Ints:
    """Less a share of list, in whole units."""
    return np.rint((final - discount * facts.list_cents) / 100).astype(np.int64) * 100


def _ordinary(rng: np.random.Generator, line: Timeline, facts: Facts, plan: Plan, open_stage: Ints) -> Ints:
    """Between threshold and list; just above the threshold where held, the demand where accepted."""
    room = facts.list_cents - facts.threshold
    usual = _whole_up(facts.list_cents - room * around(rng, 0, 1, line.count))
    held = _whole_up(facts.threshold * (1 + around(rng, *_HELD_BAND, line.count)))
    final = np.where(plan.ends(Path.RESTORED, Path.HELD_LOST, Path.DECLINED), held, usual)
    final = np.where(plan.ends(Path.ACCEPTED), plan.demand, final)
    at_table = line.is_open & (open_stage == NEGOTIATION)
    turn = np.cumsum(at_table) % 6
    corridor = facts.floor + (facts.threshold - facts.floor) * between(rng, 0.2, 0.9, line.count)
    below = facts.floor * between(rng, 0.92, 0.99, line.count)
    final = np.where(at_table & (turn == _APPROVAL), _whole_up(corridor), final)
    return np.where(at_table & (turn == _WALK), _whole_up(below), final)


def _returned(plan: Plan, back: Comebacks, usual: Ints) -> Ints:
    """The price of returns: what came back where it was taken, at least that where the deal was lost."""
    taken = np.isin(plan.path[back.renewed], (Path.WON, Path.ACCEPTED))
    return np.where(taken, back.amount, np.maximum(usual, back.amount))


def _begun_when_made(company: Company, line: Timeline, facts: Facts, plan: Plan, final: Ints) -> Bools:
    """Deals whose negotiation began after the won deals of the rep's quarter had reached the quota.

    What counts are prices before the discount in question; that changes nothing, since every deal it
    touches closes after the quota was reached.
    """
    quotas = company.quotas
    won = np.flatnonzero(plan.is_won & (facts.deal_type != RENEWAL))
    won = won[np.lexsort((line.ended[won], line.rep[won], line.quarter[won]))]
    credit = np.where(is_split(company.seed, line.count), OWNER_SHARE, 1.0)[won]
    euros = company.rates.euro_cents(final[won], facts.currency[won], day_of(line.ended[won]))
    group = line.quarter[won] * len(quotas.cents) + line.rep[won]
    total = _running_totals(group, np.rint(euros * credit).astype(np.int64))
    quota = quotas.euro_cents[line.rep[won], line.quarter[won]]
    reached = won[(total >= quota) & (quota > 0)]
    made_at = np.full(quotas.cents.shape, company.calendar.now, dtype=np.int64)
    np.minimum.at(made_at, (line.rep[reached], line.quarter[reached]), line.ended[reached])
    return np.asarray(line.talks_from >= made_at[line.rep, line.quarter], dtype=np.bool_)


def _running_totals(group: Ints, values: Ints) -> Ints:
    """Running total of `values` within each run of equal `group`s."""
    total = np.cumsum(values)
    first = np.searchsorted(group, group, side="left")
    return np.asarray(total - (total[first] - values[first]), dtype=np.int64)
