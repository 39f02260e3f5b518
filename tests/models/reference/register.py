"""Wins, declines and what should have been declined, by the reference: 03-metrics.md, section 4."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from tests.models.reference import lines
from tests.models.reference.books import Standing
from tests.models.reference.outcomes import Decline, declines
from tests.models.reference.positions import Found, open_price, positions, priced
from tests.models.reference.states import Deal, closing

# What marts.should_have_declined has of a won deal.
BELOW = ("approval", "walk")
SHOWN = ("rep_id", "closed_at", "price_amount", "floor_amount", "threshold_amount", "zone", "is_approved")


def is_approved(deal: Deal, at: datetime, known_at: datetime) -> bool:
    """A price approval by a role that may, with a justification, decided by the moment."""
    roles = deal.facts.settings.policy.approval_roles
    return any(
        row["kind"] == "price" and row["role"] in roles and row["decision"] == "approved"
        and (row.get("justification") or "").strip() and row.get("decided_at") and row["decided_at"] <= at
        for row in deal.facts.of("approvals", deal.opportunity_id, known_at)
    )  # fmt: skip


@dataclass(frozen=True)
class Register:
    """The declines, the wins and what should have been declined, of one week."""

    standing: Standing

    @cached_property
    def positions(self) -> dict[str, Found]:
        return positions(self.standing)

    @cached_property
    def wins(self) -> dict[str, Found]:
        """Every won deal with its price and line at closing."""
        standing, found = self.standing, {}
        for name, deal in standing.deals.items():
            ended = closing(deal, standing.week.moment)
            if standing.outcomes[name] != "won" or ended is None or ended.at is None:
                continue
            rate = standing.rate(deal, standing.facts.day_of(ended.at))
            price = deal.told("amount", standing.week.moment)
            row = priced(standing, deal, ended.at, price, rate)
            found[name] = row | {"closed_at": ended.at, "rep_id": standing.owner(deal),
                                 "is_approved": is_approved(deal, ended.at, standing.week.moment)}  # fmt: skip
        return found

    @cached_property
    def should_have_declined(self) -> dict[str, Found]:
        found = {}
        for name, row in self.wins.items():
            if row["zone"] == "walk" or (row["zone"] == "approval" and not row["is_approved"]):
                price, floor, threshold = row["price_amount"], row["floor_amount"], row["threshold_amount"]
                known = price is not None
                found[name] = {key: row[key] for key in SHOWN} | {
                    "triggers": f"price_{row['zone']}",
                    "missing_approvals": "price:vp" if row["zone"] == "approval" else "",
                    "loss_amount": max(Fraction(), floor - price) if known and floor is not None else None,
                    "below_threshold_amount": max(Fraction(), threshold - price) if known else None,
                }
        return found

    @cached_property
    def declines(self) -> dict[tuple[str, datetime], Found]:
        moment = self.standing.week.moment
        return {
            (name, decline.decided_at): self._declined(deal, decline)
            for name, deal in self.standing.deals.items()
            for decline in declines(deal, moment)
        }

    def _declined(self, deal: Deal, decline: Decline) -> Found:
        standing, at, row = self.standing, decline.decided_at, decline.row
        moment, on = standing.week.moment, standing.facts.day_of(decline.decided_at)
        rate = standing.rate(deal, on)
        bid = lines.last_offer(deal, "buyer", at, moment)
        demanded = row.get("demanded_amount")
        if demanded is None:
            demanded = bid["amount"] if bid else deal.told("amount", at)
        found = priced(standing, deal, at, demanded, rate)
        preset, told = lines.is_preset(deal, _last_word(deal, moment)), decline.origin != "mapped"
        items = ("confirmed_by", "rationale", "communicated_at", "exit_type", "lesson")
        good = told and preset and (found["zone"] in BELOW or self._was_offered_below(deal, at))
        good = bool(good and all(row.get(name) for name in ("confirmed_by", "communicated_at", "lesson")))
        return {
            "rep_id": deal.told("rep_id", at) or standing.owner(deal), "origin": decline.origin, "reason": row.get("reason"),
            "quarter_start_on": standing.facts.quarter_start(on),
            "demanded_amount": found["price_amount"], "floor_amount": found["floor_amount"],
            "threshold_amount": found["threshold_amount"], "zone_at_decline": found["zone"],
            "is_verified": bool(bid and bid["amount"] == demanded and preset), "is_good_decline": good,
            "checklist_count": sum(bool(row.get(name)) for name in items),
            **self._figures(deal, decline, found, rate),
        }  # fmt: skip

    def _was_offered_below(self, deal: Deal, at: datetime) -> bool:
        """Whether a price of these talks stood under the line of its moment; a decline before ended other talks."""
        moment = self.standing.week.moment
        before = max((each.decided_at for each in declines(deal, moment) if each.decided_at < at), default=datetime.min)
        offers = deal.facts.of("offers", deal.opportunity_id, moment)
        return any(
            priced(self.standing, deal, row["offered_at"], row["amount"], None)["zone"] in BELOW
            for row in offers if before < row["offered_at"] <= at
        )  # fmt: skip

    def _figures(self, deal: Deal, decline: Decline, found: Found, rate: Decimal | None) -> Found:
        at, demanded, floor = decline.decided_at, found["price_amount"], found["floor_amount"]
        names = ("loss_avoided_amount", "margin_protected_amount", "contribution_given_up_amount", "recovered_amount")
        figures: Found = dict.fromkeys(names)
        figures |= {"returned_at": decline.back["returned_at"] if decline.back else None}
        if demanded is None or rate is None:
            return figures
        cost, direct = _cost(deal, at), deal.column("direct_cost", at)
        direct = direct if direct is not None else lines.product_cost(deal, at)
        if cost is not None:
            figures["loss_avoided_amount"] = max(Fraction(), cost * Fraction(rate) - demanded)
        if floor is not None:
            least = demanded if cost is None else max(demanded, cost * Fraction(rate))
            figures["margin_protected_amount"] = max(Fraction(), floor - least)
        if direct is not None:
            figures["contribution_given_up_amount"] = max(Fraction(), demanded - Fraction(direct) * Fraction(rate))
        offered = _offered(self.standing, decline)
        if offered is not None:
            figures["recovered_amount"] = max(Fraction(), Fraction(offered) * Fraction(rate) - demanded)
        return figures


def _last_word(deal: Deal, moment: datetime) -> datetime:
    """Nothing that came after the closing and the last decline began a negotiation."""
    ended = closing(deal, moment)
    until = ended.at if ended and ended.at else moment
    return max([until, *(decline.decided_at for decline in declines(deal, moment))])


def _offered(standing: Standing, decline: Decline) -> Decimal | None:
    """What the buyer came back with: as recorded, else the price of the deal it goes on in."""
    if decline.back is None or decline.back.get("returned_amount") is not None:
        return decline.back["returned_amount"] if decline.back else None
    later = standing.deals.get(decline.back.get("new_opportunity_id") or decline.deal)
    if later is None or standing.outcomes[later.opportunity_id] == "declined":
        return None
    is_won = standing.outcomes[later.opportunity_id] == "won"
    return later.told("amount", standing.week.moment) if is_won else open_price(standing, later)


def _cost(deal: Deal, at: datetime) -> Fraction | None:
    own = lines.cost(deal, at)
    told = own if own is not None else lines.product_cost(deal, at)
    return None if told is None else Fraction(told)
