"""The smaller files about an opportunity: contacts, red flags, readiness, requests, activities, outcomes."""

import numpy as np
import polars as pl

from jobs.sample.columns import dates, labels, moments, money, only
from jobs.sample.draws import Ints, around, between, chance, pick, stream, whole
from jobs.sample.fiscal import day_number, day_of
from jobs.sample.ids import CONTACT, CONTACT_ROLE, record_ids
from jobs.sample.policy import NEGOTIATION
from jobs.sample.story import FLAGS, TERMS
from jobs.sample.world import World, rep_ids

_CONTACT_ROLES = (
    "Decision Maker",
    "Economic Buyer",
    "Technical Buyer",
    "Business User",
    "Influencer",
    "Executive Sponsor",
)
_ITEMS = (
    "offers_rejected_twice",
    "sold_first",
    "needs_uncovered",
    "decision_maker",
    "timeline",
    "value_of_money",
)
_TERM_VALUES = ("unlimited", "assigned", "90", "99.99", "30 days notice", "all claims", "10 % penalty")
_ACTIVITY_KINDS = ("call", "meeting", "email")
_SIDES = ("seller", "buyer")
_REQUESTS = ("discount", "scope", "payment_days", "start_date", "extra_service")
_ANSWERS = ("accepted", "refused", "traded")
_ALTERNATIVES = ("", "smaller scope at the same unit price", "longer term", "payment in two parts")
_OUTCOMES = ("renewed", "expanded", "churned")
_LATE_REQUEST_SHARE = 0.15  # of negotiations
_CHECKED_SHARE = 0.5  # of negotiations with a readiness list


def contact_roles(world: World) -> pl.DataFrame:
    """OpportunityContactRole.csv in Salesforce's form; a third of the opportunities have one contact only."""
    rng, line = stream(world.company.seed, "contacts"), world.line
    many = pick(rng, (4, 34, 36, 18, 8), world.count)
    deal = np.repeat(np.arange(world.count, dtype=np.int64), many)
    place = np.arange(len(deal)) - np.repeat(np.cumsum(many) - many, many)
    # different roles within an opportunity: neighbours in a circle
    role = (np.repeat(pick(rng, (22, 14, 18, 22, 14, 10), world.count), many) + place) % len(_CONTACT_ROLES)
    seen = np.where(place == 0, 0.0, between(rng, 0.05, 0.8, len(deal)))
    at = line.created[deal] + ((line.ended - line.created)[deal] * seen).astype(np.int64)
    number = world.facts.account[deal] * 8 + role
    return pl.DataFrame(
        {
            "Id": record_ids(CONTACT_ROLE, np.arange(len(deal), dtype=np.int64)),
            "IsDeleted": np.zeros(len(deal), dtype=np.bool_),
            "OpportunityId": world.opportunity_ids.gather(deal),
            "ContactId": record_ids(CONTACT, number),
            "Role": labels(_CONTACT_ROLES, role),
            "IsPrimary": place == 0,
            "CreatedDate": moments(at),
            "SystemModstamp": moments(at),
        }
    )


def red_flags(world: World) -> pl.DataFrame:
    """red_flags.csv: warnings about the buyer, reported by the rep."""
    flags = world.story.flags
    return pl.DataFrame(
        {
            "opportunity_id": world.opportunity_ids.gather(flags.deal),
            "flag": labels(FLAGS, flags.code),
            "observed_at": moments(flags.at),
            "reported_by": rep_ids(world, world.line.rep[flags.deal]),
        }
    )


def readiness(world: World) -> pl.DataFrame:
    """readiness.csv: items met (with the time) or not (without), for half of the negotiations."""
    rng, line = stream(world.company.seed, "readiness"), world.line
    listed = (world.path.last == NEGOTIATION) & chance(rng, _CHECKED_SHARE, world.count)
    deal, item = np.nonzero(listed[:, None] & (rng.random((world.count, len(_ITEMS))) < 0.8))
    met = chance(rng, 0.65, len(deal))
    length = (line.ended - line.created)[deal]
    at = line.created[deal] + (length * between(rng, 0.2, 0.95, len(deal))).astype(np.int64)
    return pl.DataFrame(
        {
            "opportunity_id": world.opportunity_ids.gather(deal),
            "item": labels(_ITEMS, item),
            "met_at": only(met, moments(at)),
        }
    )


def term_requests(world: World) -> pl.DataFrame:
    """term_requests.csv: risky terms that buyers wanted."""
    terms = world.story.terms
    status = np.where(terms.is_decided, np.where(terms.is_accepted, 2, 1), 0)
    return pl.DataFrame(
        {
            "opportunity_id": world.opportunity_ids.gather(terms.deal),
            "requested_at": moments(terms.at),
            "term": labels(TERMS, terms.term),
            "value": labels(_TERM_VALUES, terms.term),
            "status": labels(("requested", "refused", "accepted"), status),
            "decided_at": only(terms.is_decided, moments(terms.decided_at)),
        }
    )


def change_requests(world: World) -> pl.DataFrame:
    """change_requests.csv: late wishes of the buyer, and every growth of scope with the units asked for."""
    rng, line, growth = stream(world.company.seed, "changes"), world.line, world.story.growth
    late = (world.path.last == NEGOTIATION) & chance(rng, _LATE_REQUEST_SHARE, world.count)
    deal = np.concatenate([np.flatnonzero(late).astype(np.int64), growth.deal])
    count, late_count = len(deal), int(late.sum())
    is_growth = np.arange(count) >= late_count
    left = (line.ended - line.talks_from)[deal]
    at = line.ended[deal] - (left * between(rng, 0.1, 0.5, count)).astype(np.int64)
    at = np.where(is_growth, np.concatenate([np.zeros(late_count, dtype=np.int64), growth.at]), at)
    kind = np.where(is_growth, 1, pick(rng, (40, 0, 25, 20, 15), count))
    answer = np.where(is_growth, 0, pick(rng, (45, 30, 25), count))
    answered_at = at + ((line.ended[deal] - at) * between(rng, 0.1, 0.9, count)).astype(np.int64)
    value = np.where(is_growth, world.facts.units[deal], whole(rng, 2, 16, count))
    order = np.lexsort((at, deal))
    return pl.DataFrame(
        {
            "opportunity_id": world.opportunity_ids.gather(deal),
            "requested_at": moments(at),
            "kind": labels(_REQUESTS, kind),
            "value": value,
            "answered_at": moments(answered_at),
            "answer": labels(_ANSWERS, answer),
            "alternative_offered": labels(_ALTERNATIVES, np.where(answer == 0, 0, pick(rng, (50, 20, 15, 15), count))),
        }
    )[order]


def activities(world: World) -> pl.DataFrame:
    """activities.csv: calls, meetings and mails, by side."""
    notes = world.story.activities
    return pl.DataFrame(
        {
            "opportunity_id": world.opportunity_ids.gather(notes.deal),
            "account_id": world.account_ids.gather(world.facts.account[notes.deal]),
            "occurred_at": moments(notes.at),
            "kind": labels(_ACTIVITY_KINDS, notes.code // 2),
            "side": labels(_SIDES, notes.code % 2),
        }
    ).unique(maintain_order=True)


def outcomes(world: World) -> pl.DataFrame:
    """outcomes.csv: what became of most deals won at least half a year ago."""
    rng, line, facts = stream(world.company.seed, "outcomes"), world.line, world.facts
    today = day_number(world.company.calendar.as_of_on)
    after = day_of(line.ended) + np.where(chance(rng, 0.5, world.count), 180, 365)
    deal = np.flatnonzero(world.plan.is_won & (after <= today) & chance(rng, 0.7, world.count)).astype(np.int64)
    status = _outcome_codes(rng, world, deal)
    margin = world.prices.final[deal] - facts.direct[deal] - facts.overhead[deal]
    support = np.rint(facts.list_cents[deal] * around(rng, 0.01, 0.12, len(deal))).astype(np.int64)
    realised = np.rint(margin * between(rng, 0.8, 1.05, len(deal))).astype(np.int64)
    return pl.DataFrame(
        {
            "opportunity_id": world.opportunity_ids.gather(deal),
            "as_of_on": dates(after[deal]),
            "status": labels(_OUTCOMES, status),
            "realised_margin_amount": money(realised),
            "support_cost_amount": money(np.where(status == 2, support * 2, support)),
        }
    )


def _outcome_codes(rng: np.random.Generator, world: World, deal: Ints) -> Ints:
    """Customers taken below the threshold, or with red flags, leave more often."""
    flagged = np.bincount(world.story.flags.deal, minlength=world.count)[deal] > 0
    risky = flagged | (world.prices.final < world.facts.threshold)[deal]
    draw = rng.random(len(deal))
    return np.where(draw < np.where(risky, 0.28, 0.1), 2, np.where(draw > 0.8, 1, 0)).astype(np.int64)
