"""Evidence that contradicts itself is counted with its id, and neither dropped nor believed in silence."""

from __future__ import annotations

from typing import Any

import pytest

from jobs.build import build
from jobs.settings import parse_settings
from tests.models.exposed import AFTER, BEFORE, CLOSED, LOST, approval, bid, change, term, won
from tests.models.policies import COST, MARKUP
from tests.models.world import AS_OF, deal, rows, world

Rows = list[dict[str, Any]]
DECLINE = {"decided_at": CLOSED, "reason": "economics"}
LATE = {"decided_at": AFTER}

# What stands in the data; the deal; rows about it; the finding.
CASES: list[tuple[str, dict[str, Any], dict[str, Rows], str]] = [
    ("an offer after the deal was lost", LOST, {"offers": [bid(150, AFTER)]}, "offer_after_closing"),
    ("an offer in another currency", {"currency": "USD"}, {"offers": [{**bid(150), "currency": "EUR"}]}, "offer_in_other_currency"),
    ("an approval dated after the close", won(130), {"approvals": [approval("price", "vp", **LATE)]}, "approval_after_closing"),
    ("an approval without a date", won(130), {"approvals": [approval("price", "vp", decided_at=None)]}, "approval_undated"),
    ("an approval before its request", won(130), {"approvals": [approval("price", "vp", decided_at="2026-06-01 00:00:00")]}, "approval_before_request"),
    ("an approval by a role that may not", won(130), {"approvals": [approval("price", "legal")]}, "approval_of_wrong_role"),
    ("a price approved without a reason", won(130), {"approvals": [approval("price", "vp", justification="")]}, "approval_unjustified"),
    ("a term accepted after the close", won(), {"term_requests": [term("sla", "99", "accepted", **LATE)]}, "term_settled_after_closing"),
    ("a change answered after the close", won(), {"change_requests": [{**change("price", "5", "accepted"), "answered_at": AFTER}]}, "change_answered_after_closing"),
    ("a return before its decline", LOST, {"declines": [DECLINE], "returns": [{"returned_at": BEFORE}]}, "return_before_decline"),
    ("a return of a deal never declined", LOST, {"returns": [{"returned_at": BEFORE}]}, "return_without_decline"),
    ("a decline of a won deal", won(), {"declines": [{**DECLINE, "decided_at": AFTER}]}, "decline_of_won_deal"),
    ("two declines of one deal", LOST, {"declines": [DECLINE, {**DECLINE, "decided_at": AFTER}]}, "decline_repeated"),
    ("a threshold above list", {"list_amount": 100}, {}, "threshold_above_list"),
    ("a closed door for a reason that may pass", LOST, {"declines": [{**DECLINE, "exit_type": "closed_door"}]}, "closed_door_for_other_reason"),
    ("an open door without conditions", LOST, {"declines": [{**DECLINE, "exit_type": "open_door"}]}, "open_door_without_conditions"),
]  # fmt: skip


@pytest.fixture(scope="module")
def findings() -> set[tuple[str, str]]:
    tables: dict[str, Rows] = {"opportunities": []}
    for number, (_, columns, others, _) in enumerate(CASES):
        tables["opportunities"].append(deal(str(number), **{**COST, "amount": 160, "currency": "USD", **columns}))
        for entity, about in others.items():
            tables.setdefault(entity, []).extend({"opportunity_id": str(number), **row} for row in about)
    built = world(tables, settings=MARKUP)
    return {(row["opportunity_id"], row["code"]) for row in rows(built, "select * from marts.findings")}


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case[0] for case in CASES])
def test_what_contradicts_itself_is_a_finding(findings: set[tuple[str, str]], number: int) -> None:
    assert (str(number), CASES[number][-1]) in findings


def test_an_offer_after_the_end_changes_no_price() -> None:
    tables = {
        "opportunities": [deal("d1", **COST, **LOST, amount=160)],
        "offers": [{"opportunity_id": "d1", **bid(100, AFTER)}],
    }
    built = world(tables, settings=MARKUP)

    assert rows(built, "select * from marts.exposures") == []


def test_a_rep_who_met_many_reasons_and_never_left() -> None:
    deals = [deal(str(number), **{**COST, **won(130)}) for number in range(5)]
    others = [deal("x", rep_id="r2", **{**COST, **won(130)}), deal("y", rep_id="r2", **COST, **LOST)]
    built = world(
        {"opportunities": [*deals, *others], "declines": [{"opportunity_id": "y", **DECLINE}]}, settings=MARKUP
    )
    found = rows(built, "select rep_id, detail from marts.findings where code = 'no_decline_with_exposures'")

    assert found == [{"rep_id": "r1", "detail": "5"}]


@pytest.mark.parametrize(
    ("title", "set_at", "coverage", "wanted"),
    [
        ("older than a full export that lacked it", "2026-07-01 12:00:00", "full", [("warning", "full")]),
        ("older than an increment that lacked it", "2026-07-01 12:00:00", "increment", [("info", "increment")]),
        ("younger than that export", "2026-07-09 12:00:00", "full", []),
    ],
)
def test_a_walk_away_point_that_looks_back_dated(
    title: str, set_at: str, coverage: str, wanted: list[tuple[str, str]]
) -> None:
    """The first file was exported on July 6; the second brings another point."""
    points = [{"opportunity_id": "d1", "set_at": "2026-06-01 12:00:00", "threshold_amount": 120}]
    built = world({"opportunities": [deal("d1"), deal("d2")], "walk_away_points": points}, as_of=[])
    built.execute(
        "update ops.files set exported_at = timestamp '2026-07-06 12:00:00', coverage = ? where entity = 'walk_away_points'",
        [coverage],
    )
    built.execute(
        "insert into ops.files (file_number, file_name, entity, profile, rows_in) values (3, 'b.csv', 'walk_away_points', 'generic', 1)"
    )
    built.execute(
        "insert into raw.walk_away_points (opportunity_id, set_at, threshold_amount, file_number, record_number, version_from_at, is_gone) "
        "values ('d2', ?, 130, 3, 2, ?, false)",
        [set_at, set_at],
    )
    build(built.whole(), parse_settings(""), [AS_OF], only=["marts.findings"])
    found = rows(
        built,
        "select severity, detail from marts.findings where code = 'walk_away_point_back_dated' and opportunity_id = 'd2'",
    )

    assert [(row["severity"], row["detail"]) for row in found] == wanted, title
