"""What is sold and to whom: products with their costs, customers, exchange rates."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from jobs.sample.draws import Bools, Floats, Ints, chance, exponential, floored, normal, pick, stream, whole
from jobs.sample.fiscal import Calendar
from jobs.sample.people import REGIONS
from jobs.sample.policy import SEGMENTS


class Product(NamedTuple):
    """A product at its first price, in euro cents per unit."""

    name: str
    list_cents: int
    direct_cents: int


PRODUCTS = (
    Product("Flow Sensor Kit", 38_000, 16_300),
    Product("Edge Gateway", 145_000, 62_400),
    Product("Analytics Seat", 62_000, 25_400),
    Product("Control Suite", 210_000, 88_200),
    Product("Calibration Service", 54_000, 24_300),
    Product("Site Rollout", 185_000, 81_400),
)
LIST_RISE, COST_RISE = 104, 105  # per cent, once, in the middle of the sample
USD_LIST = 110  # the price book in dollars, per cent of the one in euros
EUR, USD = 0, 1
CURRENCIES = ("EUR", "USD")
COUNTRIES = (
    ("Germany", "Austria", "Switzerland"),
    ("Sweden", "Denmark", "Finland", "Norway"),
    ("United Kingdom", "Ireland"),
    ("United States", "Canada", "Mexico"),
)
INDUSTRIES = (
    "Manufacturing",
    "Utilities",
    "Food & Beverage",
    "Chemicals",
    "Healthcare",
    "Transportation",
    "Retail",
)
PLATFORMS = ("cloud", "on_premises", "hybrid", "mainframe")
USE_CASES = ("monitoring", "batch_control", "compliance", "energy_saving", "resale")
_EMPLOYEES = ((12, 240), (240, 2_400), (2_400, 60_000))  # by segment


@dataclass(frozen=True)
class Accounts:
    """One entry per account.

    Accounts are dealt out over the groups (region, segment) in turn: see `in_group`.
    """

    groups: int
    region: Ints
    segment: Ints
    country: Ints
    industry: Ints
    currency: Ints
    employees: Ints
    revenue: Ints
    platform: Ints
    use_case: Ints
    is_strategic: Bools

    @property
    def count(self) -> int:
        """Number of accounts."""
        return len(self.region)

    def in_group(self, region: Ints, segment: Ints, place: Floats) -> Ints:
        """An account of each (region, segment); `place` in [0, 1) says which."""
        group = region * len(SEGMENTS) + segment
        size = (self.count - group + self.groups - 1) // self.groups
        return np.asarray(group + self.groups * floored(place * size), dtype=np.int64)


@dataclass(frozen=True)
class Rates:
    """Euros per dollar in ten-thousandths, one rate a month: true from `valid_from` (day numbers) on."""

    valid_from: Ints
    rate: Ints

    def euro_cents(self, cents: Ints, currency: Ints, day: Ints) -> Ints:
        """Cents in euros at the rate of `day`, rounded down."""
        at = np.maximum(np.searchsorted(self.valid_from, day, side="right") - 1, 0)
        return np.asarray(np.where(currency == USD, cents * self.rate[at] // 10_000, cents), dtype=np.int64)


def make_accounts(seed: int, teams: int, opportunities: int) -> Accounts:
    """Customers for about two and a half opportunities each."""
    rng = stream(seed, "accounts")
    regions = min(teams, len(REGIONS))
    groups = regions * len(SEGMENTS)
    count = max(3 * groups, opportunities * 2 // 5)
    group = np.arange(count, dtype=np.int64) % groups
    region, segment = group // len(SEGMENTS), group % len(SEGMENTS)
    low, high = np.array(_EMPLOYEES, dtype=np.int64)[segment].T
    employees = (low + (high - low) * np.square(rng.random(count))).astype(np.int64)
    return Accounts(
        groups=groups,
        region=region,
        segment=segment,
        country=np.floor(rng.random(count) * np.array([len(names) for names in COUNTRIES])[region]).astype(np.int64),
        industry=pick(rng, (30, 14, 16, 14, 10, 10, 6), count),
        currency=np.where(chance(rng, np.where(region == 3, 0.9, 0.08), count), USD, EUR),
        employees=employees,
        revenue=employees * whole(rng, 90, 320, count) * 1_000,
        platform=pick(rng, (50, 20, 25, 5), count),
        use_case=pick(rng, (35, 25, 20, 15, 5), count),
        is_strategic=chance(rng, np.where(segment == 2, 0.15, 0.01), count),
    )


def make_rates(seed: int, calendar: Calendar) -> Rates:
    """A walk of monthly steps of at most a cent, from well before the first quarter."""
    valid_from = np.arange(calendar.starts[0] - 400, calendar.starts[-1], 30, dtype=np.int64)
    steps = whole(stream(seed, "rates"), -100, 101, len(valid_from))
    return Rates(valid_from, np.clip(9_150 + np.cumsum(steps), 8_300, 9_900))


def list_targets(rng: np.random.Generator, segment: Ints) -> Floats:
    """Wished list amounts in euros, lognormal by segment."""
    median = np.array([one.median_list for one in SEGMENTS], dtype=np.float64)[segment]
    spread = np.array([one.spread for one in SEGMENTS])[segment]
    return median * exponential(spread * normal(rng, len(segment)))


def mean_list(segment: int) -> float:
    """Mean of `list_targets` of a segment, in euros."""
    one = SEGMENTS[segment]
    return one.median_list * float(exponential(np.array([one.spread * one.spread / 2]))[0])
