"""A row holds from the day it was asked, what was answered from the day of the answer: 03-metrics.md, section 0."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.models.policies import COST, MARKUP
from tests.models.world import World, deal, one, quota, world

ASKED, ANSWERED = date(2026, 8, 15), date(2026, 8, 20)
MADE = deal("won", amount=1000, stage="Closed Won", closed_at="2026-07-20 12:00:00", direct_cost=1)
NEAR = deal("d1", **COST, amount=160, close_on="2026-08-25")
LEFT = deal(
    "d2", **COST, amount=130, stage="Closed Lost", closed_at="2026-08-14 12:00:00", modified_at="2026-08-14 12:00:00"
)
ABOUT: dict[str, list[dict[str, Any]]] = {
    "approvals": [
        {"opportunity_id": "d1", "kind": "price", "role": "vp", "requested_at": "2026-08-14 12:00:00", "decision": "approved",
         "decided_at": "2026-08-18 12:00:00", "justification": "a reference"}
    ],
    "change_requests": [
        {"opportunity_id": "d1", "requested_at": "2026-08-15 20:00:00", "kind": "support", "answer": "accepted",
         "answered_at": "2026-08-16 02:00:00", "alternative_offered": "training"}
    ],
    "term_requests": [
        {"opportunity_id": "d1", "requested_at": "2026-08-14 12:00:00", "term": "sla", "status": "refused", "decided_at": "2026-08-18 12:00:00"}
    ],
    "declines": [
        {"opportunity_id": "d2", "decided_at": "2026-08-14 12:00:00", "reason": "economics", "communicated_at": "2026-08-18 12:00:00"}
    ],
}  # fmt: skip
CASES: list[tuple[str, str, Any, Any]] = [
    ("an approval is pending until it is decided", "select approved_count from marts.approval_rates", 0, 1),
    ("and is asked for on both days", "select requested_count from marts.approval_rates", 1, 1),
    ("a wish stands unanswered until it is answered", "select is_unanswered from working.open_changes", True, False),
    ("and was given fast only then", "select is_given_fast from working.open_changes", None, True),
    ("the move follows", "select move from marts.deal_positions where opportunity_id = 'd1'", "ask_alternatives", "slow_down"),
    ("a term is asked for until it is refused", "select status from working.term_requests", "requested", "refused"),
    ("a decline is not told in writing before it is", "select checklist_count from marts.declined_deals", 0, 1),
]  # fmt: skip


@pytest.fixture(scope="module")
def built() -> dict[date, World]:
    tables = {"opportunities": [NEAR, MADE, LEFT], "quotas": [quota(100)], **ABOUT}
    return {day: world(tables, settings=MARKUP, as_of=[day]) for day in (ASKED, ANSWERED)}


@pytest.mark.parametrize(("title", "query", "before", "after"), CASES, ids=[case[0] for case in CASES])
def test_an_answer_is_known_from_its_own_day(
    built: dict[date, World], title: str, query: str, before: Any, after: Any
) -> None:
    found = [next(iter(one(built[day], query).values())) for day in (ASKED, ANSWERED)]

    assert found == [before, after], title
