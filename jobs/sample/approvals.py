"""approvals.csv: who was asked to allow a price, a term or a misfit, and what they said."""

import numpy as np
import polars as pl

from jobs.sample.columns import labels, moments, only
from jobs.sample.draws import Bools, Ints, between, chance, stream, whole
from jobs.sample.fiscal import WORKDAY
from jobs.sample.plan import Path
from jobs.sample.talks import last_demands
from jobs.sample.world import World

_KINDS = ("price", "term", "fit")
_PRICE, _TERM, _FIT = 0, 1, 2
_ROLES = ("vp", "executive", "legal", "c_level", "strategic_review")
_VP, _EXECUTIVE, _LEGAL, _C_LEVEL, _REVIEW = 0, 1, 2, 3, 4
_DECISIONS = ("refused", "approved", "pending")
_PENDING = 2
_JUSTIFICATIONS = (
    "",
    "First site of a group with forty more",
    "Reference in a new industry",
    "Fills capacity that is paid for anyway",
    "Renewal of the whole contract depends on it",
)
_LATE_SHARE = 0.08  # of price approvals decided after the closing
_SHORT_ASKED_SHARE = 0.6  # of ordinary wins that ended below the threshold, somebody was asked


def approvals(world: World) -> pl.DataFrame:
    """One row per request and role, in order of opportunity and time."""
    rows = pl.concat([_price_rows(world), _open_rows(world), _term_rows(world), _fit_rows(world)])
    rows = rows.sort("deal", "asked_at", "kind", "role")
    deal, decision = rows["deal"].to_numpy(), rows["decision"].to_numpy()
    rng = stream(world.company.seed, "justifications")
    words = np.where(chance(rng, 0.12, len(rows)), 0, whole(rng, 1, len(_JUSTIFICATIONS), len(rows)))
    return pl.DataFrame(
        {
            "opportunity_id": world.opportunity_ids.gather(deal),
            "kind": labels(_KINDS, rows["kind"].to_numpy()),
            "role": labels(_ROLES, rows["role"].to_numpy()),
            "requested_at": moments(rows["asked_at"].to_numpy()),
            "decision": labels(_DECISIONS, decision),
            "decided_at": only(decision != _PENDING, moments(rows["decided_at"].to_numpy())),
            "justification": labels(_JUSTIFICATIONS, words),
        }
    )


def is_short(world: World) -> Bools:
    """Ordinary wins that a planted discount or a lowered price took below the threshold."""
    return world.plan.ends(Path.WON) & (world.prices.final < world.facts.threshold)


def _rows(kind: int, role: Ints, deal: Ints, asked_at: Ints, decided_at: Ints, decision: Ints) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "deal": deal,
            "asked_at": asked_at,
            "kind": np.full(len(deal), kind, dtype=np.int64),
            "role": role,
            "decided_at": decided_at,
            "decision": decision,
        }
    )


def _price_rows(world: World) -> pl.DataFrame:
    """Requests to go below the threshold, made at the last demand; some answers come after the closing."""
    rng, line, plan = stream(world.company.seed, "price approvals"), world.line, world.plan
    short = is_short(world) & chance(rng, _SHORT_ASKED_SHARE, world.count)
    deal = np.flatnonzero(plan.asks | short).astype(np.int64)
    count, ended = len(deal), line.ended[deal]
    demand_at = last_demands(world.talks, world.count)[1][deal]
    asked_at = np.maximum(demand_at, line.talks_from[deal]) + whole(rng, 60, 3_000, count)
    in_time = asked_at + ((ended - asked_at) * between(rng, 0.2, 0.8, count)).astype(np.int64)
    after = ended + WORKDAY + whole(rng, 0, 3 * WORKDAY, count)
    late = chance(rng, _LATE_SHARE, count) & plan.is_won[deal] & (after < world.company.calendar.now)
    role = np.where(plan.asks_vp[deal], _VP, _EXECUTIVE)
    return _rows(_PRICE, role, deal, asked_at, np.where(late, after, in_time), plan.approved[deal].astype(np.int64))


def _open_rows(world: World) -> pl.DataFrame:
    """Requests for deals still at the table below the threshold: half of them have no answer yet."""
    rng, line = stream(world.company.seed, "open approvals"), world.line
    below = world.at_table & (world.prices.final < world.facts.threshold)
    deal = np.flatnonzero(below & chance(rng, 0.6, world.count)).astype(np.int64)
    count = len(deal)
    begins = np.maximum(last_demands(world.talks, world.count)[1], line.talks_from)[deal]
    asked_at = begins + ((line.ended[deal] - begins) * between(rng, 0.05, 0.4, count)).astype(np.int64)
    decided_at = asked_at + ((line.ended[deal] - asked_at) * between(rng, 0.3, 0.9, count)).astype(np.int64)
    role = np.where(world.plan.asks_vp[deal], _VP, _EXECUTIVE)
    answer = np.where(chance(rng, 0.5, count), _PENDING, world.plan.approved[deal].astype(np.int64))
    return _rows(_PRICE, role, deal, asked_at, decided_at, answer)


def _term_rows(world: World) -> pl.DataFrame:
    """Each request over a term goes to legal and to the c-level."""
    terms = world.story.terms
    asked = np.flatnonzero(terms.asks)
    answers = ((_LEGAL, terms.legal_agrees), (_C_LEVEL, terms.c_level_agrees))
    return pl.concat(
        _rows(
            _TERM,
            np.full(len(asked), role, dtype=np.int64),
            terms.deal[asked],
            terms.at[asked] + 60,
            (terms.at[asked] + terms.decided_at[asked]) // 2,
            agrees[asked].astype(np.int64),
        )
        for role, agrees in answers
    )


def _fit_rows(world: World) -> pl.DataFrame:
    """Some opportunities with two or more red flags, not declined, went before the strategic review."""
    rng, line, flags = stream(world.company.seed, "fit approvals"), world.line, world.story.flags
    many = np.bincount(flags.deal, minlength=world.count) >= 2
    many &= ~line.is_open & ~world.plan.is_declined & chance(rng, 0.4, world.count)
    deal = np.flatnonzero(many).astype(np.int64)
    asked_at = line.ended[deal] - ((line.ended - line.created)[deal] * between(rng, 0.06, 0.14, len(deal))).astype(
        np.int64
    )
    decided_at = (asked_at + line.ended[deal]) // 2
    agrees = chance(rng, world.company.effects.other_approval_rate, len(deal))
    return _rows(_FIT, np.full(len(deal), _REVIEW, dtype=np.int64), deal, asked_at, decided_at, agrees.astype(np.int64))
