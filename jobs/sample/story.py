"""What happened around the price: why we declined, risky terms, warnings, activity."""

from dataclasses import dataclass

import numpy as np

from jobs.sample.company import Company
from jobs.sample.draws import Bools, Floats, Ints, between, chance, pick, stream, whole
from jobs.sample.facts import Facts
from jobs.sample.fiscal import WORKDAY
from jobs.sample.plan import Path, Plan
from jobs.sample.policy import NEGOTIATION
from jobs.sample.timeline import Timeline

REASONS = ("economics", "risk", "misfit", "red_flag", "opportunity_cost", "other")
ECONOMICS, RISK, MISFIT, RED_FLAG = 0, 1, 2, 3
TERMS = (
    "liability_cap",
    "ip_ownership",
    "payment_days",
    "sla",
    "termination",
    "indemnity",
    "performance_guarantee",
)
FLAGS = (*(f"C{number:03d}" for number in range(80, 95)), "showstopper")
_TERM_SHARE = 0.12  # of negotiations with a risky term
_GROWN_SHARE = 0.03
_ACTIVITIES = 2  # per opportunity


@dataclass(frozen=True)
class Terms:
    """One entry per requested term.

    `asks` marks a request for approval, answered by legal and by the c-level.
    """

    deal: Ints
    term: Ints
    at: Ints
    decided_at: Ints
    is_decided: Bools
    is_accepted: Bools
    asks: Bools
    legal_agrees: Bools
    c_level_agrees: Bools


@dataclass(frozen=True)
class Notes:
    """Entries that belong to an opportunity at a time; `code` says which or how many."""

    deal: Ints
    at: Ints
    code: Ints


@dataclass(frozen=True)
class Story:
    """What is told of all opportunities.

    `reason` is a position in REASONS for each declined one, -1 for the others; the code of `growth` is the
    number of units before the scope grew.
    """

    reason: Ints
    terms: Terms
    flags: Notes
    growth: Notes
    activities: Notes


def make_story(company: Company, line: Timeline, facts: Facts, plan: Plan, open_stage: Ints) -> Story:
    """Reasons first; terms and flags then contain what the reasons say."""
    rng = stream(company.seed, "story")
    priced = pick(rng, (60, 13, 10, 12, 4, 1), line.count)
    unpriced = pick(rng, (0, 10, 55, 25, 8, 2), line.count)
    reason = np.where(plan.ends(Path.DECLINED), priced, -1)
    reason = np.where(plan.ends(Path.EARLY_DECLINED), unpriced, reason)
    talking = plan.negotiates | (line.is_open & (open_stage == NEGOTIATION))
    return Story(
        reason=reason,
        terms=_terms(rng, company, line, plan, reason, talking),
        flags=_flags(rng, line, reason),
        growth=_growth(rng, line, facts, talking),
        activities=_activities(rng, line),
    )


def _terms(
    rng: np.random.Generator, company: Company, line: Timeline, plan: Plan, reason: Ints, talking: Bools
) -> Terms:
    """Accepted are those of won deals that legal and c-level agreed to, and a few others."""
    risky = (chance(rng, _TERM_SHARE, line.count) & talking) | (reason == RISK)
    deal = np.flatnonzero(risky).astype(np.int64)
    count, rate = len(deal), company.effects.other_approval_rate
    begins = np.where(talking, line.talks_from, line.created)[deal]
    at = begins + ((line.ended[deal] - begins) * between(rng, 0.1, 0.5, count)).astype(np.int64)
    decided_at = at + ((line.ended[deal] - at) * between(rng, 0.3, 0.8, count)).astype(np.int64)
    asks = chance(rng, 0.6, count) & ~line.is_open[deal]
    legal, c_level = chance(rng, rate, count), chance(rng, rate, count)
    granted = (asks & legal & c_level) | chance(rng, 0.2, count)
    return Terms(
        deal=deal,
        term=pick(rng, (30, 12, 24, 12, 8, 8, 6), count),
        at=at,
        decided_at=decided_at,
        is_decided=~line.is_open[deal],
        is_accepted=granted & plan.is_won[deal],
        asks=asks,
        legal_agrees=legal,
        c_level_agrees=c_level,
    )


def _flags(rng: np.random.Generator, line: Timeline, reason: Ints) -> Notes:
    """None in most opportunities; two or three different ones where they were the reason to decline."""
    many = pick(rng, (86, 9, 4, 1), line.count)
    many = np.where(reason == RED_FLAG, np.maximum(many, 2), many)
    deal = np.repeat(np.arange(line.count, dtype=np.int64), many)
    first = np.repeat(np.cumsum(many) - many, many)
    # different within an opportunity: steps of 5 in a circle of 16
    code = (np.repeat(whole(rng, 0, len(FLAGS), line.count), many) + 5 * (np.arange(len(deal)) - first)) % len(FLAGS)
    return Notes(deal, _some_time(rng, line, deal, 0.1, 0.85), code)


def _growth(rng: np.random.Generator, line: Timeline, facts: Facts, talking: Bools) -> Notes:
    """Negotiations in which a tenth of the units was added at the same price."""
    grows = chance(rng, _GROWN_SHARE, line.count) & talking & (facts.units >= 10) & ~facts.is_bare
    deal = np.flatnonzero(grows).astype(np.int64)
    length = (line.ended - line.talks_from)[deal]
    at = line.talks_from[deal] + (length * between(rng, 0.2, 0.6, len(deal))).astype(np.int64)
    return Notes(deal, at, facts.units[deal] * 9 // 10)


def _activities(rng: np.random.Generator, line: Timeline) -> Notes:
    """Calls, meetings and mails over the life of each deal, and a fresh one in most of the open ones."""
    deal = whole(rng, 0, line.count, line.count * _ACTIVITIES)
    at = _some_time(rng, line, deal, 0.01, 0.98)
    fresh = np.flatnonzero(line.is_open & chance(rng, 0.8, line.count)).astype(np.int64)
    age = np.minimum((15 * WORKDAY * rng.random(len(fresh))).astype(np.int64), (line.ended - line.created)[fresh] - 1)
    deal = np.concatenate([deal, fresh])
    code = np.concatenate([whole(rng, 0, 6, len(deal) - len(fresh)), 2 * whole(rng, 0, 3, len(fresh)) + 1])
    at = np.concatenate([at, line.ended[fresh] - 1 - age])
    order = np.lexsort((code, at, deal))
    return Notes(deal[order], at[order], code[order])


def _some_time(rng: np.random.Generator, line: Timeline, deal: Ints, low: float, high: float) -> Ints:
    """A time in the life of each opportunity, between two shares of it."""
    share: Floats = between(rng, low, high, len(deal))
    return line.created[deal] + ((line.ended - line.created)[deal] * share).astype(np.int64)
