"""The files of what we declined: declines, real and tactical, and the returns."""

import numpy as np
import polars as pl

from jobs.sample.columns import labels, moments, money, only
from jobs.sample.draws import Bools, Ints, chance, pick, stream, whole
from jobs.sample.fiscal import WORKDAY
from jobs.sample.market import CURRENCIES
from jobs.sample.plan import Path
from jobs.sample.story import MISFIT, REASONS
from jobs.sample.talks import last_demands
from jobs.sample.world import VP, World, manager_ids

_TACTICAL_SHARE = 0.02  # of negotiations that were won or still go on
_RATIONALES = (
    "Their price leaves us under our line even with the smaller scope",
    "They insist on terms that legal and management refuse",
    "The use case is not one that our product serves well",
    "The way they treat the team now tells how the project would go",
    "The time is worth more in two other deals",
    "Agreed with the sponsor to part as friends",
)
_LESSONS = (
    "Ask for the budget in the first meeting",
    "Name the line before the first offer",
    "Bring in legal before the negotiation",
    "Check the use case before the demonstration",
    "",
)
_CONDITIONS = ("Budget at or above our threshold", "Standard liability terms", "A sponsor with authority")
_PARTNERS = ("Nordfeld Partners", "Klarwater Services", "Hexa Integrators")
_CHANGES = ("budget", "scope", "terms", "authority")


def declines(world: World) -> pl.DataFrame:
    """declines.csv: one row per declared decline, and per tactical walk-away."""
    real = _real_rows(world)
    return pl.concat([real, _tactical_rows(world)]).sort("deal").drop("deal")


def is_declared(world: World) -> Bools:
    """Declined opportunities with a row of their own."""
    return world.plan.is_declined & world.plan.is_declared


def decided_at(world: World) -> Ints:
    """Within the last working day before the closing, for every opportunity (working seconds)."""
    rng = stream(world.company.seed, "decisions")
    return world.line.ended - 600 - (0.9 * WORKDAY * rng.random(world.count)).astype(np.int64)


def _real_rows(world: World) -> pl.DataFrame:
    rng = stream(world.company.seed, "declines")
    deal = np.flatnonzero(is_declared(world)).astype(np.int64)
    count, at = len(deal), decided_at(world)[deal]
    reason, demand = world.story.reason[deal], world.plan.demand[deal]
    is_open_door = chance(rng, 0.8, count)
    told = np.minimum(at + whole(rng, 300, WORKDAY, count), world.line.ended[deal])
    escalated = chance(rng, np.where(world.company.accounts.is_strategic[world.facts.account[deal]], 0.9, 0.15), count)
    outcome = labels(("exit_confirmed", "saved"), np.zeros(count, dtype=np.int64))
    return pl.DataFrame(
        {
            "deal": deal,
            "opportunity_id": world.opportunity_ids.gather(deal),
            "decided_at": moments(at),
            "kind": pl.repeat("real", count, eager=True),
            "reason": labels(REASONS, reason),
            "demanded_amount": only(demand > 0, money(demand)),
            "currency": labels(CURRENCIES, world.facts.currency[deal]),
            "rationale": only(chance(rng, 0.85, count), labels(_RATIONALES, reason)),
            "confirmed_by": only(chance(rng, 0.8, count), manager_ids(world, world.line.rep[deal])),
            "escalated_to": only(escalated, world.user_ids.gather(np.full(count, VP))),
            "escalation_outcome": only(escalated, outcome),
            "communicated_at": only(chance(rng, 0.8, count), moments(told)),
            "exit_type": labels(("closed_door", "open_door"), is_open_door.astype(np.int64)),
            "reentry_min_amount": only(is_open_door & (demand > 0), money(world.facts.threshold[deal])),
            "reentry_conditions": only(is_open_door, labels(_CONDITIONS, whole(rng, 0, 3, count))),
            "referred_to": only(
                (reason == MISFIT) & chance(rng, 0.5, count), labels(_PARTNERS, whole(rng, 0, 3, count))
            ),
            "lesson": labels(_LESSONS, pick(rng, (20, 20, 15, 15, 30), count)),
        }
    )


def _tactical_rows(world: World) -> pl.DataFrame:
    """A pause after a demand: the deal goes on, so nothing of an exit is filled in."""
    rng = stream(world.company.seed, "tactical")
    demand, demand_at = last_demands(world.talks, world.count)
    on = world.plan.ends(Path.WON, Path.RESTORED) | world.at_table
    chosen = on & (demand > 0) & chance(rng, _TACTICAL_SHARE, world.count)
    deal = np.flatnonzero(chosen).astype(np.int64)
    at = demand_at[deal] + whole(rng, 60, 1_000, len(deal))
    blank = pl.repeat(None, len(deal), dtype=pl.String, eager=True)
    never = pl.repeat(None, len(deal), dtype=pl.Datetime("us"), eager=True)
    return pl.DataFrame(
        {
            "deal": deal,
            "opportunity_id": world.opportunity_ids.gather(deal),
            "decided_at": moments(at),
            "kind": pl.repeat("tactical", len(deal), eager=True),
            "reason": pl.repeat(REASONS[0], len(deal), eager=True),
            "demanded_amount": money(demand[deal]),
            "currency": labels(CURRENCIES, world.facts.currency[deal]),
            "rationale": pl.repeat("A pause until they move", len(deal), eager=True),
            "confirmed_by": manager_ids(world, world.line.rep[deal]),
            "escalated_to": blank,
            "escalation_outcome": blank,
            "communicated_at": never,
            "exit_type": pl.repeat("open_door", len(deal), eager=True),
            "reentry_min_amount": money(world.facts.threshold[deal]),
            "reentry_conditions": pl.repeat(_CONDITIONS[0], len(deal), eager=True),
            "referred_to": blank,
            "lesson": blank,
        }
    )


def returns(world: World) -> pl.DataFrame:
    """returns.csv: declined opportunities that came back, as which one, at what amount."""
    rng, back = stream(world.company.seed, "returns file"), world.back
    count = len(back.declined)
    return pl.DataFrame(
        {
            "opportunity_id": world.opportunity_ids.gather(back.declined),
            "returned_at": moments(world.line.created[back.renewed]),
            "new_opportunity_id": world.opportunity_ids.gather(back.renewed),
            "returned_amount": money(back.amount),
            "what_changed": labels(_CHANGES, pick(rng, (50, 20, 18, 12), count)),
            "conditions_met": back.amount >= world.facts.threshold[back.renewed],
        }
    )
