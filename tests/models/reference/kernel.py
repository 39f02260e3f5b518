"""Sums of deals that are won or not, by plain counting: 03-metrics.md, section 3, rho 0 and N 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

Spread = Mapping[Decimal, float]


@dataclass(frozen=True, slots=True)
class Stake:
    """A candidate in a book."""

    deal: str
    amount: Decimal
    probability: float
    phase: str


def spread(stakes: Iterable[Stake]) -> Spread:
    """How likely each sum is."""
    sums: dict[Decimal, float] = {Decimal(0): 1.0}
    for stake in stakes:
        grown: dict[Decimal, float] = {}
        for total, chance in sums.items():
            grown[total] = grown.get(total, 0.0) + chance * (1 - stake.probability)
            more = total + stake.amount
            grown[more] = grown.get(more, 0.0) + chance * stake.probability
        sums = grown
    return sums


def reaches(sums: Spread, gap: Decimal) -> float:
    return 1.0 if gap <= 0 else sum(chance for total, chance in sums.items() if total >= gap)


def counted(sums: Spread, gap: Decimal) -> float:
    """E[min(S, gap)]."""
    return sum(float(min(total, gap)) * chance for total, chance in sums.items())


@dataclass(frozen=True, slots=True)
class Part:
    """The quarter without one deal, and with it won."""

    without: float
    if_won: float
    surviving_share: float | None
    loss_if_gone: float


def part(stakes: Sequence[Stake], stake: Stake, gap: Decimal) -> Part:
    rest = spread(other for other in stakes if other.deal != stake.deal)
    without, if_won = reaches(rest, gap), reaches(rest, gap - stake.amount)
    if gap <= 0:
        return Part(without, if_won, 1.0, 0.0)
    whole, left = counted(spread(stakes), gap), counted(rest, gap)
    return Part(without, if_won, left / whole if whole else None, whole - left)


def strength(stakes: Sequence[Stake], gap: Decimal) -> dict[str, object]:
    """The figures of a book with a gap."""
    attainment = reaches(spread(stakes), gap)
    table = [stake for stake in stakes if stake.phase == "negotiation"]
    judged = table or stakes
    found: dict[str, object] = {
        "attainment_probability": attainment,
        "batna_basis": "table" if table else "pipeline" if stakes else "none",
        "batna_strength": 100 * attainment, "surviving_share": None if gap > 0 else 1.0,
    }  # fmt: skip
    if judged:
        money = float(sum(stake.amount for stake in judged))
        parts = [(float(stake.amount), part(stakes, stake, gap)) for stake in judged]
        found["batna_strength"] = 100 * sum(x * each.without for x, each in parts) / money
        shares = [(x, each.surviving_share) for x, each in parts]
        known = [x * share for x, share in shares if share is not None]
        found["surviving_share"] = sum(known) / money if len(known) == len(shares) else None
    return found | drivers(stakes, gap)


def drivers(stakes: Sequence[Stake], gap: Decimal) -> dict[str, object]:
    """Beside the strength, never blended into it."""
    expected = [float(stake.amount) * stake.probability for stake in stakes]
    pairs = [a.amount + b.amount >= gap for a, b in combinations(stakes, 2)]
    largest = sorted((stake.amount for stake in stakes), reverse=True)
    covering = (count for count in range(len(largest) + 1) if sum(largest[:count], Decimal(0)) >= gap)
    is_open = gap > 0
    return {
        "covering_pair_share": 1.0 if not is_open else sum(pairs) / len(pairs) if pairs else None,
        "smallest_covering_count": 0 if not is_open else next(covering, None),
        "top_deal_gap_share": float(largest[0] / gap) if is_open and largest else None,
        "pipeline_cover_ratio": sum(expected) / float(gap) if is_open else None,
        "pipeline_cover_without_top_ratio": (sum(expected) - max(expected, default=0)) / float(gap) if is_open else None,
    }  # fmt: skip


def effective_count(stakes: Sequence[Stake]) -> float | None:
    """1 / HHI of p*x."""
    expected = [float(stake.amount) * stake.probability for stake in stakes]
    squares = sum(value * value for value in expected)
    return sum(expected) ** 2 / squares if squares else None


def comparable(stakes: Sequence[Stake], phase_orders: Mapping[str, int], stake: Stake, share: Decimal) -> int:
    """Other candidates within one stage and of at least a share of the amount."""
    order = phase_orders[stake.phase]
    return sum(
        other.deal != stake.deal
        and abs(phase_orders[other.phase] - order) <= 1
        and other.amount >= share * stake.amount
        for other in stakes
    )
