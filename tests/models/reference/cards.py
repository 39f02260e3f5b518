"""The rows of the marts, by the reference: 02-data.md, The warehouse; 03-metrics.md, sections 2 to 4."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from statistics import median
from typing import Any

from tests.models.reference import lines
from tests.models.reference.books import ORDERS, Standing
from tests.models.reference.kernel import comparable, effective_count, part, strength
from tests.models.reference.outcomes import Decline, declines
from tests.models.reference.states import Deal, closing

Found = dict[str, Any]

# What marts.should_have_declined has of a won deal.
BELOW = ("approval", "walk")
SHOWN = ("rep_id", "closed_at", "price_amount", "floor_amount", "threshold_amount", "zone", "is_approved")


def states(standing: Standing) -> dict[str, Found]:
    """staging.deals of one week."""
    moment = standing.week.moment
    return {
        name: {
            "outcome": standing.outcomes[name],
            **{field: deal.told(field, moment) for field in ("stage", "amount", "rep_id", "close_on", "probability")},
        }
        for name, deal in standing.deals.items()
    }


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


def scorecard(standing: Standing, register: Register, reps: Sequence[str]) -> Found:
    """The figures of one rep, or of the reps of a team: each deal counted once."""
    quotas = {rep: quota for rep in reps if (quota := standing.quota(rep)) is not None}
    pooled = list(quotas) or list(reps)
    book = standing.book(reps)
    found: Found = {
        "quota_amount": sum(quotas.values()) if quotas else None,
        "won_amount": standing.won_money(pooled),
        "qualified_count": len(book),
        "effective_deal_count": effective_count(standing.book(pooled)) if quotas and not standing.is_withheld else None,
    }
    if quotas:
        gap = sum(quotas.values(), Decimal(0)) - standing.won_money(pooled)
        told = strength(standing.book(pooled), gap)
        found |= {"gap_amount": gap, **(dict.fromkeys(told) if standing.is_withheld else told)}
    return found | _lined(standing, register, set(reps)) | _declined(standing, register, set(reps))


def _lined(standing: Standing, register: Register, reps: set[str]) -> Found:
    """Prices against their lines: the deals at the table, and the wins of the quarter."""
    table = [(stake, register.positions[stake.deal]) for stake in standing.book(reps) if stake.phase == "negotiation"]
    buffers = [row["buffer_ratio"] for _, row in table if row["buffer_ratio"] is not None]
    target, hug = (
        Fraction(value) for value in (standing.facts.settings.buffer.target, standing.facts.settings.buffer.hug)
    )
    money = sum(stake.amount for stake, _ in table)
    covered = sum(s.amount for s, row in table if row["buffer_ratio"] is not None and row["buffer_ratio"] >= target)
    started = sum(s.amount for s, row in table if row["is_preset"] is not None)
    preset = sum(s.amount for s, row in table if row["is_preset"])
    names = [
        deal.opportunity_id for deal, _ in standing.won_deals() if {rep for rep, _ in standing.credited(deal)} & reps
    ]
    wins = [register.wins[name] for name in names if register.wins[name]["buffer_ratio"] is not None]
    return {
        "buffer_coverage_share": covered / money if money else None,
        "median_buffer_ratio": median(buffers) if buffers else None,
        "walk_away_preset_share": preset / started if started else None,
        "hug_share": Fraction(sum(0 <= row["buffer_ratio"] < hug for row in wins), len(wins)) if wins else None,
        "below_threshold_won_count": sum(row["zone"] != "clear" for row in wins),
        "below_floor_won_count": sum(row["zone"] == "walk" for row in wins),
    }


def _declined(standing: Standing, register: Register, reps: set[str]) -> Found:
    """Declines and returns of the quarter to date."""
    mapped = "declined" in standing.facts.settings.outcomes.loss_reason.values()
    names = ("declined_count", "declined_amount", "returned_count", "margin_protected_amount")
    if not (mapped or standing.facts.has("declines") or standing.facts.has("decline_reviews")):
        return dict.fromkeys(names)
    own = [(at, row) for (_, at), row in register.declines.items() if row["rep_id"] in reps]
    quarter = [row for at, row in own if standing.in_quarter(at)]
    back = [row for _, row in own if row["returned_at"] and standing.in_quarter(row["returned_at"])]
    protected = [row["margin_protected_amount"] for row in quarter if row["is_verified"]]
    return {
        "declined_count": len(quarter), "returned_count": len(back),
        "declined_amount": sum(row["demanded_amount"] for row in quarter if row["demanded_amount"] is not None),
        "margin_protected_amount": sum(value for value in protected if value is not None),
    }  # fmt: skip
