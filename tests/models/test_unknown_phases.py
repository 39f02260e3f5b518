"""Finished quarters of which nothing tells a phase: what is learnt from them all the same (03-metrics.md, sections 0 and 3)."""

from __future__ import annotations

from typing import Any

from tests.models.world import CALENDAR, World, deal, one, rows, world

SETTINGS = CALENDAR + "[probability]\nmin_learnt_deals = 2\nmin_learnt_quarters = 1\nprior_deals = 2\n"

# Exported once, in August: of the second quarter it tells when deals began and how they ended.
WON = {"stage": "Won", "closed_at": "2026-06-20 12:00:00", "created_at": "2026-04-10 12:00:00"}
OPEN = {"stage": "Negotiation", "created_at": "2026-04-10 12:00:00", "modified_at": "2026-08-20 12:00:00"}


def learnt(*deals: dict[str, Any], **others: Any) -> World:
    return world({"opportunities": deals, **others}, settings=SETTINGS)


def phases(built: World) -> dict[str, tuple[Any, ...]]:
    found = rows(
        built,
        "select opportunity_id, count(*) as days, min(phase_order) as phase, max(close_class) as closes, "
        "bool_or(is_won_in_quarter) as is_won from working.learning_snapshots group by all",
    )
    return {row["opportunity_id"]: (row["days"], row["phase"], row["closes"], row["is_won"]) for row in found}


def test_every_open_deal_is_one_of_unknown_phase() -> None:
    """On ten of the days that are looked at until it was won; on twelve, where it is open still."""
    assert phases(learnt(deal("w", **WON), deal("o", **OPEN))) == {
        "w": (10, -1, "unknown", True),
        "o": (12, -1, "unknown", False),
    }


def test_a_deal_without_a_date_of_creation_was_not_there_for_ever() -> None:
    assert set(phases(learnt(deal("o", **OPEN), deal("x", **OPEN | {"created_at": None})))) == {"o"}


def test_a_quarter_that_knows_candidates_learns_from_them_alone() -> None:
    told = {"opportunity_id": "k", "changed_at": "2026-04-12 12:00:00", "stage": "Negotiation", "amount": 50}

    found = phases(learnt(deal("w", **WON), deal("k", **OPEN), opportunity_snapshots=[told]))

    assert {name: phase for name, (_, phase, *_) in found.items()} == {"k": 3}


def test_they_are_no_candidates_and_bring_no_new_business() -> None:
    built = learnt(deal("w", **WON), deal("o", **OPEN))

    assert rows(built, "select * from working.snapshots") == []
    assert rows(built, "select * from working.unborn_shares") == []
    assert one(built, "select is_candidate from scores.deal_positions where opportunity_id = 'o'") == {
        "is_candidate": False
    }


def test_an_open_deal_of_unknown_phase_has_the_chance_of_its_kind() -> None:
    built = learnt(deal("w", **WON), deal("v", **WON), deal("o", **OPEN))

    assert one(built, "select learnt_cell, learnt_probability > 0 as is_learnt from working.learnt_probabilities") == {
        "learnt_cell": "|-1|5-8|unknown",
        "is_learnt": True,
    }
