"""Quotas: what the company could expect of a rep, made easier or harder by a factor of the rep's own."""

from dataclasses import dataclass

import numpy as np

from jobs.sample.draws import Floats, Ints
from jobs.sample.fiscal import Calendar
from jobs.sample.market import EUR, USD, USD_LIST, Rates, mean_list
from jobs.sample.people import People, region_of
from jobs.sample.policy import SEGMENTS
from jobs.sample.timeline import OPEN_SHARE

_WON_SHARE = 0.38  # of closed deals that count towards a quota
_USUAL_PRICE = 0.87  # share of list
_GROWTH = 0.015  # a quarter
_RAMP = 0.5  # of the full quota, in a rep's first quarter


@dataclass(frozen=True)
class Quotas:
    """`cents` by rep and quarter in the rep's currency (0: none), `euro_cents` at its start."""

    currency: Ints
    cents: Ints
    euro_cents: Ints


def make_quotas(calendar: Calendar, people: People, rates: Rates, opportunities: int) -> Quotas:
    """Quotas in steps of a thousand, set before the outcome is known, so some are made and some missed."""
    currency = np.where(region_of(people.team) == 3, USD, EUR)
    full = _expected(people, opportunities, calendar.quarter_count) / people.quota_ease
    full = np.where(currency == USD, full * USD_LIST / 100, full)
    growth = 1 + _GROWTH * np.arange(calendar.finished + 1)
    steps = np.maximum(np.rint(full[:, None] * growth * _presence(calendar, people) / 1_000), 1).astype(np.int64)
    cents = np.where(_presence(calendar, people) > 0, steps * 100_000, 0)
    periods = np.broadcast_to(calendar.starts[:-1], cents.shape)
    return Quotas(currency, cents, rates.euro_cents(cents, currency[:, None], periods))


def _expected(people: People, opportunities: int, quarters: float) -> Floats:
    """Euros that a rep of each segment can be expected to win in a quarter."""
    wins = opportunities * (1 - OPEN_SHARE) * _WON_SHARE / people.count / quarters
    means = np.array([mean_list(segment) for segment in range(len(SEGMENTS))])
    return np.asarray(wins * _USUAL_PRICE * means[people.segment], dtype=np.float64)


def _presence(calendar: Calendar, people: People) -> Floats:
    """1 for each quarter that a rep begins in service, the ramp's share for the one of arrival, 0 outside."""
    begins, ends = calendar.starts[:-1], calendar.starts[1:]
    arrives = (people.started_on[:, None] >= begins) & (people.started_on[:, None] < ends)
    serves = (people.started_on[:, None] < ends) & (people.left_on[:, None] > begins)
    return np.where(serves, np.where(arrives, _RAMP, 1.0), 0.0)
