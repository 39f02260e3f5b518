"""How a deal ended, where several things tell it: 03-metrics.md, section 1."""

from __future__ import annotations

from typing import Any

import pytest

from tests.models.cases import side_by_side, told
from tests.models.declined import DECLINE, LOST, MAPPED
from tests.models.world import World, deal, world

CASES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("won before all", {"stage": "Closed Won", "closed_at": "2026-08-05 12:00:00"}, {"declines": [{**DECLINE, "decided_at": "2026-08-06 12:00:00"}]}, "won"),
    ("a real decline before void", {"loss_reason": "Duplicate", **LOST}, {"declines": [DECLINE]}, "declined"),
    ("void before lost", {"loss_reason": "Duplicate", **LOST}, {}, "void"),
    ("a tactical walk-away is a move", {}, {"declines": [{**DECLINE, "kind": "tactical"}]}, "open"),
    ("a decline of tomorrow is not known today", {}, {"declines": [{**DECLINE, "decided_at": "2026-08-20 12:00:00"}]}, "open"),
    ("declined and not returned", {}, {"declines": [DECLINE]}, "declined"),
    ("declined, returned and open again", {}, {"declines": [DECLINE], "returns": [{"opportunity_id": "d1", "returned_at": "2026-08-10 12:00:00"}]}, "open"),
    ("the answer of the review file", LOST, {"decline_reviews": [{"opportunity_id": "d1", "answer": "we_left"}]}, "declined"),
    ("its other answers", LOST, {"decline_reviews": [{"opportunity_id": "d1", "answer": "they_left"}]}, "lost"),
    ("void by answer", LOST, {"decline_reviews": [{"opportunity_id": "d1", "answer": "void"}]}, "void"),
]  # fmt: skip


@pytest.fixture(scope="module")
def ended() -> World:
    cases = {title: {"opportunities": [deal("d1", **columns)], **tables} for title, columns, tables, _ in CASES}
    return world(side_by_side(cases), settings=MAPPED)


@pytest.mark.parametrize(("title", "outcome"), [(title, outcome) for title, *_, outcome in CASES])
def test_how_a_deal_ended(ended: World, title: str, outcome: str) -> None:
    assert [row["outcome"] for row in told(ended, "staging.deals", title)] == [outcome]
