"""Where floor, line, price and list stand on one axis: the price ladders, in percent of the width."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jobs.render.deal_rows import Position

_STEP = 0.1
_HIGHEST = 1.5
_LOWEST = 0.4
_MARGIN = 0.01


@dataclass(frozen=True)
class Tick:
    """One labelled position of the axis."""

    ratio: float  # of list or line
    x: float


@dataclass(frozen=True)
class Rung:
    """One deal on the axis; positions in percent of the width."""

    deal: Position
    price_x: float
    threshold_x: float
    floor_x: float | None
    list_x: float | None
    is_beyond: bool  # the price lies outside the axis and stands at its end


@dataclass(frozen=True)
class Ladder:
    """Deals on one axis, the price relative to list, or to the line where deals have no list."""

    basis: str  # list, threshold
    rungs: tuple[Rung, ...]
    ticks: tuple[Tick, ...]


def ladder_of(deals: Sequence[Position]) -> Ladder | None:
    """The ladder of deals that have a price and a line; None without any. By list where all have one."""
    lined = [deal for deal in deals if _has_line(deal)]
    if not lined:
        return None
    basis = "list" if all(deal.list_amount for deal in lined) else "threshold"
    low, high = _axis([value for deal in lined for value in _ratios(deal, basis) if value is not None])
    return Ladder(
        basis=basis,
        rungs=tuple(_rung(deal, basis, low, high) for deal in lined),
        ticks=tuple(Tick(ratio, _x(ratio, low, high)) for ratio in _tick_ratios(low, high)),
    )


def _has_line(deal: Position) -> bool:
    return deal.price_amount is not None and bool(deal.threshold_amount)


def _ratios(deal: Position, basis: str) -> tuple[float | None, ...]:
    """Price, line, floor and list as multiples of the basis."""
    base = deal.list_amount if basis == "list" else deal.threshold_amount
    assert base
    amounts = (deal.price_amount, deal.threshold_amount, deal.floor_amount, deal.list_amount)
    return tuple(_ratio(amount, base) for amount in amounts)


def _ratio(amount: Decimal | None, base: Decimal) -> float | None:
    return None if amount is None else float(amount / base)


def _axis(values: Sequence[float]) -> tuple[float, float]:
    """Ends of the axis: whole tenths around all values, within what is still a readable scale."""
    low = math.floor(min(values) / _STEP + 1e-9) * _STEP
    high = math.ceil(max(values) / _STEP - 1e-9) * _STEP
    low, high = max(low, _LOWEST), min(high, _HIGHEST)
    return (low - _MARGIN, max(high, low + 2 * _STEP) + _MARGIN)


def _tick_ratios(low: float, high: float) -> list[float]:
    first, last = math.ceil(low / _STEP), math.floor(high / _STEP)
    stride = 1 if last - first <= 6 else 2
    return [round(step * _STEP, 1) for step in range(first, last + 1, stride)]


def _rung(deal: Position, basis: str, low: float, high: float) -> Rung:
    price, threshold, floor, list_price = _ratios(deal, basis)
    assert price is not None
    assert threshold is not None
    return Rung(
        deal=deal,
        price_x=_x(price, low, high),
        threshold_x=_x(threshold, low, high),
        floor_x=None if floor is None else _x(floor, low, high),
        list_x=None if list_price is None else _x(list_price, low, high),
        is_beyond=not low <= price <= high,
    )


def _x(ratio: float, low: float, high: float) -> float:
    return round(min(max((ratio - low) / (high - low), 0.0), 1.0) * 100, 2)
