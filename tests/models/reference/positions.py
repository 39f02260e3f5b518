"""Prices against their lines and the open deals of one week, by the reference: 02-data.md, The warehouse; 03-metrics.md, sections 2 and 3."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.models.reference import lines
from tests.models.reference.books import ORDERS, Standing
from tests.models.reference.kernel import comparable, part
from tests.models.reference.states import Deal, closing

Found = dict[str, Any]


def priced(standing: Standing, deal: Deal, at: datetime, price: Decimal | None, rate: Decimal | None) -> Found:
    """The line at a moment and where a price stands to it, in the reporting currency."""
    line = lines.line(deal, at, standing.week.moment)
    drawn = (line.floor, line.threshold) if line else (None, None)
    money = [None if rate is None or value is None else value * Fraction(rate) for value in drawn]
    exact = None if price is None else Fraction(price)
    return {
        "floor_source": line.source if line else None, "floor_amount": money[0], "threshold_amount": money[1],
        "price_amount": None if exact is None or rate is None else exact * Fraction(rate),
        "zone": line.zone(exact) if line and exact is not None else None,
        "buffer_ratio": line.buffer(exact) if line and exact is not None else None,
    }  # fmt: skip


def open_price(standing: Standing, deal: Deal) -> Any:
    """What we last asked for, up to its closing."""
    moment, ended = standing.week.moment, closing(deal, standing.week.moment)
    until = ended.at if ended and ended.at else moment
    offer = lines.last_offer(deal, "seller", until, moment)
    told: Decimal | None = offer["amount"] if offer else None
    return told if told is not None else deal.told("amount", moment)


def positions(standing: Standing) -> dict[str, Found]:
    """marts.deal_positions of one week."""
    week, found = standing.week, {}
    for name, deal in standing.deals.items():
        if standing.outcomes[name] != "open":
            continue
        owner = standing.owner(deal)
        row = priced(standing, deal, week.moment, open_price(standing, deal), standing.rate(deal, week.as_of_on))
        listed = lines.list_amount(deal, week.moment)
        line = lines.line(deal, week.moment)
        price = open_price(standing, deal)
        row["corridor_share"] = None
        if listed is not None and line and listed > line.threshold and price is not None:
            row["corridor_share"] = (Fraction(price) - line.threshold) / (listed - line.threshold)
        row |= {"rep_id": owner, "is_candidate": name in standing.candidates,
                "phase": standing.facts.phase(deal.told("stage", week.moment)),
                "is_preset": lines.is_preset(deal, week.moment)}  # fmt: skip
        row["is_at_table"] = row["is_candidate"] and row["phase"] == "negotiation"
        found[name] = row | (_chances(standing, deal, owner) if row["is_candidate"] and owner else {})
    return found


def _chances(standing: Standing, deal: Deal, owner: str) -> Found:
    chance, source = standing.probability(deal)
    owned = [
        standing.as_stake(other, Decimal(1)) for other in standing.candidates.values() if standing.owner(other) == owner
    ]
    this = standing.as_stake(deal, Decimal(1))
    alike = comparable(owned, ORDERS, this, Decimal(str(standing.facts.settings.batna.similar_amount_share)))
    row: Found = {"win_probability": chance, "probability_source": source, "comparable_count": alike}
    book = standing.book([owner])
    own = next((stake for stake in book if stake.deal == deal.opportunity_id), None)
    if own is None:
        return row
    quota = standing.quota(owner)
    if quota is None or standing.is_withheld:
        return row | dict.fromkeys(
            ("attainment_without_probability", "attainment_if_won_probability", "surviving_share")
        )
    each = part(book, own, quota - standing.won_money([owner]))
    return row | {
        "attainment_without_probability": each.without, "attainment_if_won_probability": each.if_won,
        "surviving_share": each.surviving_share, "loss_if_gone_amount": each.loss_if_gone,
    }  # fmt: skip
