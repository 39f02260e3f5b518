"""States of deals and scorecards, by the reference: 02-data.md, The warehouse; 03-metrics.md, sections 2 to 4."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from statistics import median

from tests.models.reference.books import Standing
from tests.models.reference.kernel import effective_count, strength
from tests.models.reference.positions import Found
from tests.models.reference.register import Register


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
