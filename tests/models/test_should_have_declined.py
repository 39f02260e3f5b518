"""What should have been declined, by price, and which losses may have been declines of ours: 03-metrics.md, sections 1 and 4."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.models.cases import side_by_side, told
from tests.models.declined import LOST
from tests.models.policies import COST, MARKUP
from tests.models.world import World, deal, rows, world

APPROVAL = {"opportunity_id": "d1", "kind": "price", "role": "vp", "requested_at": "2026-07-01 00:00:00", "decision": "approved",
            "decided_at": "2026-07-10 00:00:00", "justification": "entry into a new market"}  # fmt: skip

# The price, what differs from that approval (None: there is none), and the row.
ACCEPTED: list[tuple[str, Any, dict[str, Any] | None, tuple[Any, ...] | None]] = [
    (
        "below the threshold without approval",
        130,
        None,
        ("price_approval", 0, Decimal("11.75"), "price:vp"),
    ),
    ("approved in time with a justification", 130, {}, None),
    (
        "approved too late",
        130,
        {"decided_at": "2026-07-21 00:00:00"},
        ("price_approval", 0, Decimal("11.75"), "price:vp"),
    ),
    (
        "approved without a justification",
        130,
        {"justification": " "},
        ("price_approval", 0, Decimal("11.75"), "price:vp"),
    ),
    (
        "approved by the wrong role",
        130,
        {"role": "legal"},
        ("price_approval", 0, Decimal("11.75"), "price:vp"),
    ),
    ("refused", 130, {"decision": "refused"}, ("price_approval", 0, Decimal("11.75"), "price:vp")),
    ("below the floor nothing cures it", 120, {}, ("price_walk", 6, Decimal("21.75"), "")),
    ("at the threshold", Decimal("141.75"), None, None),
]


@pytest.fixture(scope="module")
def accepted() -> World:
    won = {"stage": "Closed Won", "closed_at": "2026-07-20 12:00:00"}
    cases = {
        title: {
            "opportunities": [deal("d1", amount=amount, **won, **COST)],
            "approvals": [] if approval is None else [{**APPROVAL, **approval}],
        }
        for title, amount, approval, _ in ACCEPTED
    }
    return world(side_by_side(cases), settings=MARKUP)


@pytest.mark.parametrize(("title", "expected"), [(title, expected) for title, *_, expected in ACCEPTED])
def test_what_should_have_been_declined(accepted: World, title: str, expected: tuple[Any, ...] | None) -> None:
    names = ("triggers", "loss_amount", "below_threshold_amount", "missing_approvals")
    seen = [tuple(row[name] for name in names) for row in told(accepted, "marts.should_have_declined", title)]

    assert seen == ([expected] if expected else [])


LOSSES: list[tuple[str, dict[str, Any], str | None]] = [
    ("seller-side words", {"loss_reason": "Disqualified by us"}, "no_competitor,words"),
    ("words in another language", {"loss_detail": "мы отказались от сделки"}, "no_competitor,words"),
    ("a competitor took it", {"loss_reason": "Disqualified", "competitor": "Acme"}, None),
    ("lost for a reason of theirs", {"loss_reason": "No Budget / Lost Funding"}, None),
]


@pytest.fixture(scope="module")
def lost() -> World:
    cases = {title: {"opportunities": [deal("d1", **columns, **LOST)]} for title, columns, _ in LOSSES}
    return world(side_by_side(cases))


@pytest.mark.parametrize(("title", "signals"), [(title, signals) for title, _, signals in LOSSES])
def test_which_losses_may_have_been_ours(lost: World, title: str, signals: str | None) -> None:
    found = told(lost, "marts.possible_declines", title)

    assert [row["signals"] for row in found] == ([signals] if signals else [])


def test_an_answered_deal_is_not_asked_about_again() -> None:
    answers = [{"opportunity_id": "d1", "answer": "they_left"}]
    built = world({"opportunities": [deal("d1", loss_reason="Disqualified", **LOST)], "decline_reviews": answers})

    assert rows(built, "select * from marts.possible_declines") == []
