"""The move that an open deal calls for: docs/measures.md, section 4, Moves."""

from __future__ import annotations

from typing import Any

import pytest

from tests.models.calibrated import with_bands
from tests.models.cases import side_by_side, told
from tests.models.exposed import BEFORE, SETTINGS, bid, flags, term
from tests.models.policies import COST
from tests.models.world import World, deal, one, quota, rows, world

Rows = list[dict[str, Any]]
WEAK, STRONG = 1_000_000_000, 1
LATE = {"kind": "price", "value": "5 %", "requested_at": "2026-08-12 12:00:00"}
GIVEN = {**LATE, "answer": "accepted", "answered_at": "2026-08-12 20:00:00"}
CLOSING = {"close_on": "2026-08-20"}
GROWN = [
    {"changed_at": BEFORE, "field": "scope_units", "old_value": "10", "new_value": "12"},
    {"changed_at": "2026-07-01 00:00:00", "field": "amount", "old_value": "170", "new_value": "160"},
]
UNLIMITED = [term("liability_cap", "unlimited", "requested")]

# What stands; the quotas of the rep and of a colleague; the deal; rows about it; the move.
CASES: list[tuple[str, tuple[int, int], dict[str, Any], dict[str, Rows], str | None]] = [
    ("below the floor, and the rep can spare it", (STRONG, STRONG), {"amount": 120}, {}, "walk_open_door"),
    ("below the floor, with two red flags", (STRONG, STRONG), {"amount": 120}, {"red_flags": flags("C081", "C082")}, "walk_closed_door"),
    ("below the floor, and neither rep nor team can spare it", (WEAK, WEAK), {"amount": 120}, {}, "escalate"),
    ("unlimited liability stands", (STRONG, STRONG), {}, {"term_requests": UNLIMITED}, "walk_open_door"),
    ("a misfit that nobody needs", (STRONG, STRONG), {"account_id": "bank"}, {}, "walk_closed_door"),
    ("a misfit that is needed goes to the review", (WEAK, WEAK), {"account_id": "bank"}, {}, "escalate"),
    ("a late wish that nobody answered", (STRONG, STRONG), CLOSING, {"change_requests": [LATE]}, "ask_alternatives"),
    ("a wish long before the close date", (STRONG, STRONG), {"stage": "Proposal"}, {"change_requests": [LATE]}, None),
    ("a late wish given within hours", (STRONG, STRONG), CLOSING, {"change_requests": [GIVEN]}, "slow_down"),
    ("scope grew and the price did not", (STRONG, STRONG), {}, {"opportunity_changes": GROWN}, "slow_down"),
    ("between floor and line, and needed", (WEAK, WEAK), {"amount": 130}, {}, "escalate"),
    ("between floor and line, and not needed", (STRONG, STRONG), {"amount": 130}, {}, "hold"),
    ("the buyer asks for less than the line", (STRONG, STRONG), {}, {"offers": [bid(130)]}, "hold"),
    ("above the line, and everybody weak", (WEAK, WEAK), {}, {}, "escalate"),
    ("above the line, and everybody strong", (STRONG, STRONG), {}, {}, "hold"),
    ("nothing to decide before the table", (WEAK, WEAK), {"stage": "Proposal"}, {}, None),
]  # fmt: skip


# Offers and history of some are told, and those of the others are no sign that they are dead.
LIVE = SETTINGS + "[candidates]\nlive_days = 365\n"


@pytest.fixture(scope="module")
def moved() -> World:
    """Every case with a team of its own: r1 with the deal, and r2."""
    won = deal("won", amount=1000, stage="Closed Won", closed_at="2026-07-20 12:00:00", direct_cost=1)
    cases = {
        title: {
            "opportunities": [deal("d1", **{**COST, "amount": 160, **columns}), won],
            "reps": [{"rep_id": name, "rep_name": name, "team": title} for name in ("r1", "r2")],
            "quotas": [quota(own), quota(others, "r2")],
            **{entity: [{"opportunity_id": "d1", **row} for row in found] for entity, found in about.items()},
        }
        for title, (own, others), columns, about, _ in CASES
    }
    built = world(side_by_side(cases) | {"accounts": [{"account_id": "bank", "industry": "Banking"}]}, settings=LIVE)
    with_bands(built)
    return built


@pytest.mark.parametrize(("title", "move"), [(case[0], case[-1]) for case in CASES])
def test_the_move(moved: World, title: str, move: str | None) -> None:
    assert [row["move"] for row in told(moved, "marts.deal_positions", title)] == [move]


@pytest.mark.parametrize(
    ("title", "columns", "move"),
    [
        ("above the line: nothing is known of who needs it", {}, None),
        ("below the floor: nobody may sign it, whoever needs it", {"amount": 120}, "walk_open_door"),
        ("between floor and line: an approval is missing", {"amount": 130}, "escalate"),
    ],
)
def test_while_chances_are_untested_no_move_rests_on_who_needs_a_deal(
    title: str, columns: dict[str, Any], move: str | None
) -> None:
    built = world(
        {"opportunities": [deal("d1", **{**COST, "amount": 160, **columns})], "quotas": [quota(WEAK)]},
        settings=SETTINGS,
    )

    assert one(built, "select move from marts.deal_positions") == {"move": move}, title


def test_every_move_has_a_case() -> None:
    moves = {"hold", "escalate", "walk_open_door", "walk_closed_door", "slow_down", "ask_alternatives", None}

    assert {case[-1] for case in CASES} == moves


def test_a_card_names_every_reason_and_every_approval_that_is_missing() -> None:
    built = world(
        {"opportunities": [deal("d1", **COST, amount=130, account_id="bank"), deal("d2", amount=10)],
         "accounts": [{"account_id": "bank", "industry": "Banking"}],
         "term_requests": [{"opportunity_id": "d1", **term("indemnity", None, "requested")}]},
        settings=SETTINGS,
    )  # fmt: skip
    found = rows(built, "select triggers, missing_approvals from marts.deal_positions order by opportunity_id")

    assert found == [
        {"triggers": "misfit,price_approval,term", "missing_approvals": "fit:strategic_review,price:vp,term:c_level,term:legal"},
        {"triggers": None, "missing_approvals": None},
    ]  # fmt: skip
