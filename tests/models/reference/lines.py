"""Walk-away points, prices and zones, exact: 03-metrics.md, section 2."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.models.reference.facts import Row, latest
from tests.models.reference.states import Deal


@dataclass(frozen=True, slots=True)
class Line:
    """Where we walk, in the deal's currency."""

    source: str
    floor: Fraction | None
    threshold: Fraction

    def zone(self, price: Fraction) -> str:
        if price >= self.threshold:
            return "clear"
        return "walk" if self.floor is not None and price < self.floor else "approval"

    def buffer(self, price: Fraction) -> Fraction | None:
        return price / self.threshold - 1 if self.threshold else None


def currency(deal: Deal, moment: datetime) -> str | None:
    """The deal's; the reporting currency only where no deal names one."""
    told = deal.column("currency", moment)
    names = any(row.get("currency") for row in deal.facts.tables["opportunities"])
    return told or (None if names else deal.facts.settings.reporting.currency)


def product(deal: Deal, moment: datetime) -> Row | None:
    """The product's price and cost that held on the day."""
    name = deal.column("product", moment)
    on = deal.facts.day_of(moment)
    rows = [
        {**row, "valid_from": row.get("valid_from") or date.min}
        for row in deal.facts.known("products", moment)
        if row["product"] == name
    ]
    return latest([row for row in rows if row["valid_from"] <= on], "valid_from")


def of_product(deal: Deal, name: str, moment: datetime) -> Fraction | None:
    """A price of the product, which is in the reporting currency; of no use to a deal in another one."""
    item = product(deal, moment)
    known = item and item.get(name) is not None and currency(deal, moment) == deal.facts.settings.reporting.currency
    return Fraction(item[name]) if item and known else None


def list_amount(deal: Deal, moment: datetime) -> Fraction | None:
    own = deal.column("list_amount", moment)
    return Fraction(own) if own is not None else of_product(deal, "list_amount", moment)


def cost(deal: Deal, moment: datetime) -> Decimal | None:
    """The deal's own cost; overhead that is not told is none."""
    direct = deal.column("direct_cost", moment)
    return None if direct is None else direct + (deal.column("allocated_overhead", moment) or 0)


def product_cost(deal: Deal, moment: datetime) -> Fraction | None:
    return of_product(deal, "direct_cost", moment)


def first_amount(deal: Deal, moment: datetime) -> Decimal | None:
    told = [e.value for e in deal.events if e.field == "amount" and e.at <= moment and e.value is not None]
    return told[0] if told else None


def _size(deal: Deal, moment: datetime) -> Fraction | None:
    """What bands are about: the list price, else the first known amount, in the reporting currency."""
    listed = list_amount(deal, moment)
    amount = listed if listed is not None else first_amount(deal, moment)
    rate = deal.facts.rate(currency(deal, moment), deal.facts.day_of(moment), moment)
    return None if amount is None or rate is None else Fraction(amount) * Fraction(rate)


def _fits(cell: Any, size: Fraction | None) -> bool:
    """A cell without a band fits every deal, also one of unknown size."""
    if not cell.min_amount and cell.max_amount is None:
        return True
    return size is not None and (cell.min_amount or 0) <= size and (cell.max_amount is None or size < cell.max_amount)


def cell(deal: Deal, moment: datetime) -> Any:
    """The policy cell of the deal's segment and band, the latest one valid on the day."""
    segment, on = deal.column("segment", moment), deal.facts.day_of(moment)
    size = _size(deal, moment)
    fitting = [
        cell for cell in deal.facts.settings.policy.cells
        if (cell.valid_from or date.min) <= on and cell.segment in (None, segment) and _fits(cell, size)
    ]  # fmt: skip
    return max(fitting, key=lambda cell: (cell.segment is not None, cell.valid_from or date.min), default=None)


def line(deal: Deal, moment: datetime, known_at: datetime | None = None) -> Line | None:
    """The walk-away line that held at the moment, told by what was known at `known_at`."""
    known_at = known_at or moment
    points = [
        row for row in deal.facts.of("walk_away_points", deal.opportunity_id, known_at) if row["set_at"] <= moment
    ]
    point = latest(points, "set_at")
    if point is not None and point["threshold_amount"] is not None:
        floor = point.get("floor_amount")
        return Line("point", None if floor is None else Fraction(floor), Fraction(point["threshold_amount"]))
    return _by_policy(deal, moment)


def _by_policy(deal: Deal, moment: datetime) -> Line | None:
    policy = cell(deal, moment)
    if policy is None:
        return None
    basis = deal.facts.settings.policy.margin_basis
    for source, amount in (("cost", cost(deal, moment)), ("product_cost", product_cost(deal, moment))):
        if amount is not None and basis is not None and policy.target is not None:
            return Line(
                source, _margin(basis, amount, policy.minimum), _margin(basis, amount, policy.target) or Fraction()
            )
    listed = list_amount(deal, moment)
    if listed is None or policy.target_price_share is None:
        return None
    low = policy.minimum_price_share
    floor = None if low is None else Fraction(listed) * Fraction(low)
    return Line("list", floor, Fraction(listed) * Fraction(policy.target_price_share))


def _margin(basis: str, amount: Decimal | Fraction, ratio: Decimal | None) -> Fraction | None:
    if ratio is None:
        return None
    share = Fraction(ratio)
    return Fraction(amount) * (1 + share) if basis == "markup_on_cost" else Fraction(amount) / (1 - share)


def last_offer(deal: Deal, side: str, moment: datetime, known_at: datetime) -> Row | None:
    """The latest offer of a side made by the moment."""
    rows = deal.facts.of("offers", deal.opportunity_id, known_at)
    return latest([row for row in rows if row["side"] == side and row["offered_at"] <= moment], "offered_at")


def start_of_negotiation(deal: Deal, moment: datetime) -> datetime | None:
    """First entry to the phase or first buyer offer; None where neither is known."""
    bids = [
        row["offered_at"] for row in deal.facts.of("offers", deal.opportunity_id, moment)
        if row["side"] == "buyer" and row["offered_at"] <= moment
    ]  # fmt: skip
    stages = [event for event in deal.events if event.field == "stage" and event.at <= moment]
    for event in stages:
        if deal.facts.phase(event.value) == "negotiation":
            if event.version is not deal.versions[0]:
                bids.append(event.at)
            break
    return min(bids, default=None)


def is_preset(deal: Deal, moment: datetime) -> bool | None:
    start = start_of_negotiation(deal, moment)
    return None if start is None else line(deal, start) is not None
