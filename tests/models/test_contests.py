"""Contests: a row is doubted, the doubt stands beside it until it is settled, and no number moves."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.models.world import World, deal, one, quota, rows, world

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


TIED: list[tuple[str, dict[str, Any], list[tuple[str, bool]]]] = [
    ("of a scorecard", SCORECARD, [("r1", True)]),
    ("of an open deal: its owner is the rep", POSITION, [("r1", True)]),
    ("of a decline", {**POSITION, "row_kind": "decline", "opportunity_id": "d2"}, [("r1", True)]),
    ("of a deal that was never accepted", {**POSITION, "row_kind": "accepted"}, [("r1", False)]),
    ("of a rep nobody knows", {**SCORECARD, "rep_id": "r9"}, [("r9", False)]),
    ("one of tomorrow is not known today", {**POSITION, "contested_at": "2026-08-16 09:00:00"}, []),
]


@pytest.fixture(scope="module")
def tied() -> World:
    return contested(*({**contest, "claim": title} for title, contest, _ in TIED))


@pytest.mark.parametrize(("title", "contest", "expected"), TIED, ids=[case[0] for case in TIED])
def test_a_contest_is_tied_to_its_row(
    tied: World, title: str, contest: dict[str, Any], expected: list[tuple[str, bool]]
) -> None:
    found = rows(tied, f"select rep_id, has_row from marts.contests where claim = '{title}'")

    assert [(row["rep_id"], row["has_row"]) for row in found] == expected


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
