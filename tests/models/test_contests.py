"""Contests: a row is doubted, the doubt stands beside it until it is settled, and no number moves."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.models.world import deal, one, quota, rows, world

LATER = date(2026, 9, 12)
SCORECARD = {
    "row_kind": "scorecard",
    "rep_id": "r1",
    "measure": "declined_count",
    "contested_at": "2026-08-03 09:00:00",
    "status": "open",
}
POSITION = {"row_kind": "position", "opportunity_id": "d1", "contested_at": "2026-08-04 09:00:00", "status": "open"}
DECLINE = {"opportunity_id": "d2", "decided_at": "2026-08-01 00:00:00", "reason": "risk"}


def contested(*contests: dict[str, Any], **more: Any) -> Any:
    deals = [deal("d1"), deal("d2", stage="Closed Lost", closed_at="2026-08-01 12:00:00")]
    tables = {"opportunities": deals, "quotas": [quota(100)], "declines": [DECLINE], "corrections": contests}
    return world(tables, **more)


@pytest.mark.parametrize(
    ("title", "contest", "expected"),
    [
        ("of a scorecard", SCORECARD, {"rep_id": "r1", "has_row": True}),
        ("of an open deal: its owner is the rep", POSITION, {"rep_id": "r1", "has_row": True}),
        ("of a decline", {**POSITION, "row_kind": "decline", "opportunity_id": "d2"}, {"rep_id": "r1", "has_row": True}),
        ("of a deal that was never accepted", {**POSITION, "row_kind": "accepted"}, {"rep_id": "r1", "has_row": False}),
        ("of a rep nobody knows", {**SCORECARD, "rep_id": "r9"}, {"rep_id": "r9", "has_row": False}),
    ],
)  # fmt: skip
def test_a_contest_is_tied_to_its_row(title: str, contest: dict[str, Any], expected: dict[str, Any]) -> None:
    found = one(contested(contest), "select * from marts.contests")

    assert {name: found[name] for name in expected} == expected, title


def test_one_of_tomorrow_is_not_known_today() -> None:
    assert rows(contested({**POSITION, "contested_at": "2026-08-16 09:00:00"}), "select * from marts.contests") == []


def test_the_latest_version_tells_where_it_stands_and_an_old_week_says_what_it_said() -> None:
    settled = {
        **POSITION,
        "status": "accepted",
        "settled_at": "2026-09-01 09:00:00",
        "settlement": "export of 1 September",
    }
    built = contested(POSITION, {**settled, "version_from_at": "2026-09-01 09:00:00"}, as_of=[date(2026, 8, 15), LATER])

    found = rows(built, "select as_of_on, status, settlement from scores.contests order by 1")
    assert [(row["status"], row["settlement"]) for row in found] == [
        ("open", None),
        ("accepted", "export of 1 September"),
    ]


def test_a_row_that_was_settled_later_is_open_before() -> None:
    settled = {**POSITION, "status": "rejected", "settled_at": "2026-09-01 09:00:00", "settled_by": "u1"}
    found = one(contested(settled), "select status, settled_at, settled_by from marts.contests")

    assert found == {"status": "open", "settled_at": None, "settled_by": None}


def test_a_contest_moves_no_number() -> None:
    query = "select * from marts.rep_scorecard"
    accepted = {**SCORECARD, "status": "accepted", "proposed_value": "7", "settled_at": "2026-08-05 00:00:00"}

    assert one(contested(accepted), query) == one(contested(), query)


def test_contests_are_counted_by_rep() -> None:
    built = contested(SCORECARD, POSITION, {**POSITION, "measure": "zone", "status": "rejected"})

    found = one(built, "select rep_id, open_count, accepted_count, rejected_count from marts.contest_counts")
    assert found == {"rep_id": "r1", "open_count": 2, "accepted_count": 0, "rejected_count": 1}


@pytest.mark.parametrize(
    ("code", "contest"),
    [
        ("contest_of_unknown_row", {**POSITION, "opportunity_id": "d9"}),
        ("contest_without_mend", {**SCORECARD, "status": "accepted", "settled_at": "2026-08-05 00:00:00"}),
    ],
)
def test_a_contest_that_helps_nobody_is_a_finding(code: str, contest: dict[str, Any]) -> None:
    codes = [
        row["code"] for row in rows(contested(contest), "select code from marts.findings where code like 'contest%'")
    ]

    assert codes == [code]
