"""What each opportunity is about: customer, product, amounts, costs and price lines."""

from dataclasses import dataclass, fields, replace

import numpy as np

from jobs.sample.company import Company
from jobs.sample.draws import Bools, Floats, Ints, between, chance, pick, stream
from jobs.sample.fiscal import Calendar, day_of
from jobs.sample.market import COST_RISE, LIST_RISE, PRODUCTS, USD, USD_LIST, list_targets
from jobs.sample.people import People, Pipeline, region_of
from jobs.sample.policy import SEGMENTS
from jobs.sample.quotas import Quotas
from jobs.sample.timeline import Timeline

_USUAL_PRICE = 0.87  # share of list that a deal is expected to bring
_DRIFT_SHARE = 0.03  # deals whose threshold is lowered while they are negotiated
_DRIFT = 96  # per cent of the threshold before
_BARE_SHARE = 0.01  # closed deals without product, list, costs or walk-away point
_OVERHEAD = (0.11, 0.14)  # share of list
_PIPELINE_SHARES = {  # of the quota of the running quarter, per open deal: the oldest one, the others
    Pipeline.MANY_ALTERNATIVES: (0.24, 0.24),
    Pipeline.OUT_OF_REACH: (0.05, 0.05),
    Pipeline.ONE_BIG_DEAL: (0.95, 0.05),
}
_EARLY_WIN_SHARE = 0.62  # of the quota, each of the two deals that make it


@dataclass(frozen=True)
class Facts:
    """One entry per opportunity; money in cents of its currency.

    `threshold` is the line at the end, `first_threshold` the one set first; they differ where the line was
    lowered during the negotiation. `is_bare` marks deals whose list, product and costs nobody filled in.
    """

    account: Ints
    segment: Ints
    currency: Ints
    product: Ints
    units: Ints
    list_cents: Ints
    direct: Ints
    overhead: Ints
    floor: Ints
    first_threshold: Ints
    threshold: Ints
    deal_type: Ints
    is_bare: Bools

    def copied(self, source: Ints, target: Ints) -> "Facts":
        """The same facts, those of the `target` deals replaced by those of the `source` deals."""
        changed = {}
        for field in fields(self):
            values = getattr(self, field.name).copy()
            values[target] = values[source]
            changed[field.name] = values
        return replace(self, **changed)


def make_facts(company: Company, line: Timeline) -> Facts:
    """Facts of all opportunities, at the price list valid on the day of creation."""
    rng = stream(company.seed, "facts")
    people, accounts = company.people, company.accounts
    count = line.count
    account = accounts.in_group(region_of(people.team[line.rep]), line.segment, rng.random(count))
    currency = accounts.currency[account]
    target = list_targets(rng, line.segment)
    target = _planted_targets(rng, people, company.quotas, line, target)
    product = pick(rng, (18, 16, 20, 20, 14, 12), count)
    is_late = day_of(line.created) >= price_change_day(company.calendar)
    unit_list, unit_direct = _unit_prices(product, is_late, currency)
    units = np.maximum(np.rint(target * 100 / unit_list), 1).astype(np.int64)
    list_cents, direct = units * unit_list, units * unit_direct
    overhead = np.rint(list_cents * between(rng, *_OVERHEAD, count)).astype(np.int64)
    floor, threshold = price_lines(line.segment, direct + overhead)
    lowered = chance(rng, _DRIFT_SHARE, count) & ~line.is_open
    is_bare = chance(rng, _BARE_SHARE, count) & ~line.is_open & ~line.is_early_win
    return Facts(
        account=account,
        segment=line.segment,
        currency=currency,
        product=product,
        units=units,
        list_cents=list_cents,
        direct=direct,
        overhead=overhead,
        floor=floor,
        first_threshold=threshold,
        threshold=np.where(lowered & ~is_bare, threshold * _DRIFT // 100, threshold),
        deal_type=np.where(line.is_early_win, 0, pick(rng, (70, 22, 8), count)),
        is_bare=is_bare,
    )


def price_change_day(calendar: Calendar) -> int:
    """First day of the second price list (day number)."""
    return int(calendar.starts[(calendar.finished + 1) // 2])


def price_lines(segment: Ints, cost: Ints) -> tuple[Ints, Ints]:
    """Floor and threshold (markup on cost), rounded up to the cent."""
    minimum = np.array([one.minimum for one in SEGMENTS])[segment]
    target = np.array([one.target for one in SEGMENTS])[segment]
    return -(-cost * (100 + minimum) // 100), -(-cost * (100 + target) // 100)


def _unit_prices(product: Ints, is_late: Bools, currency: Ints) -> tuple[Ints, Ints]:
    """List price and direct cost of one unit, in cents of the deal's currency."""
    listed = np.array([one.list_cents for one in PRODUCTS])[product]
    direct = np.array([one.direct_cents for one in PRODUCTS])[product]
    listed = np.where(is_late, listed * LIST_RISE // 100, listed)
    direct = np.where(is_late, direct * COST_RISE // 100, direct)
    book = np.where(currency == USD, USD_LIST, 100)
    return listed * book // 100, direct * book // 100


def _planted_targets(
    rng: np.random.Generator, people: People, quotas: Quotas, line: Timeline, target: Floats
) -> Floats:
    """Sizes cut to the quota where the kind of the rep's pipeline asks for it (euros of list)."""
    shares = np.full((len(Pipeline), 2), np.nan)
    for kind, pair in _PIPELINE_SHARES.items():
        shares[kind] = pair
    share = shares[people.pipeline[line.rep], np.where(line.open_rank == 0, 0, 1)]
    share = np.where(line.is_early_win, _EARLY_WIN_SHARE, np.where(line.is_open, share, np.nan))
    quota = quotas.euro_cents[line.rep, -1] / 100
    size = share * between(rng, 0.95, 1.1, line.count) * quota / _USUAL_PRICE
    return np.where(np.isnan(size), target, size)
