"""Finished quarters looked at again by evidence of the day alone: 03-metrics.md, sections 0 and 3; the day is 2 May 2026."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.models.partial import built, opened
from tests.models.world import AS_OF, rows

DAY = date(2026, 5, 2)
SETTINGS = "[probability]\nhistory_quarters = 1\n"
HISTORY = ("stage", "amount", "close_on", "rep_id")


def case(
    title: str,
    expected: dict[str, Any] | None,
    *,
    told: dict[str, Any] | None = None,
    on: str = "2026-04-05",
    **row: Any,
) -> tuple[str, dict[str, Any] | None, dict[str, Any], dict[str, Any] | None]:
    """A deal won on 20 June over 70, as its row says; `told`, its history, says something of it on a day of spring."""
    final = {
        "stage": "Closed Won",
        "closed_at": "2026-06-20 12:00:00",
        "close_on": "2026-06-20",
        "version_from_at": "2026-06-20 12:00:00",
    }
    columns = {
        "rep_id": "r1",
        "amount": 70,
        "created_at": "2026-01-05 12:00:00",
        "deal_type": None,
        "segment": "smb",
        "loss_reason": None,
    }
    history = (
        None
        if told == {}
        else {"stage": "Negotiation", "amount": 100, "close_on": "2026-06-15", "rep_id": None, **(told or {})}
    )
    return (
        title,
        expected,
        {**columns, **final, **row},
        None if history is None else {**history, "changed_at": f"{on} 09:00:00"},
    )


OPEN = {"stage": "Negotiation", "closed_at": None, "version_from_at": "2026-07-20 12:00:00"}
CASES = [
    case("a deal at the table", {"phase_order": 3, "close_class": "inside", "weeks_left": 8, "weeks_left_band": "5-8", "segment": "smb"}),
    case("the amount of then, and the final one beside it",
         {"amount": 100, "final_amount": 70, "realised_ratio": 0.7, "is_won_in_quarter": True}),
    case("an owner whom nothing told of then", {"rep_id": None}),
    case("an owner who was told of", {"rep_id": "r7"}, told={"rep_id": "r7"}),
    case("a close date after the quarter", {"close_class": "outside"}, told={"close_on": "2026-07-15"}),
    case("a close date five days ago", {"close_class": "overdue"}, told={"close_on": "2026-04-27"}),
    case("fourteen days overdue", {"close_class": "overdue"}, told={"close_on": "2026-04-18"}),
    case("fifteen days overdue", None, told={"close_on": "2026-04-17"}),
    case("a close date that nothing told of", {"close_class": "unknown"}, told={"close_on": None}),
    case("an amount that nothing told of", {"amount": None, "realised_ratio": None, "final_amount": 70}, told={"amount": None}),
    case("an early phase", None, told={"stage": "Prospecting"}),
    case("nothing tells of the phase: the final row is not carried back", None, told={}),
    case("a renewal", None, deal_type="Renewal"),
    case("told of after the day", None, on="2026-05-03"),
    case("silent for more than sixty days", None, on="2026-02-20"),
    case("won after the quarter", {"is_won_in_quarter": False, "final_amount": None, "realised_ratio": None},
         closed_at="2026-07-02 12:00:00", close_on="2026-07-02", version_from_at="2026-07-02 12:00:00"),
    case("won before the day", None, closed_at="2026-04-20 12:00:00", close_on="2026-04-20", version_from_at="2026-04-20 12:00:00"),
    case("still open", {"is_won_in_quarter": False}, **OPEN),
    case("lost in the quarter", {"is_won_in_quarter": False}, stage="Closed Lost"),
    case("a duplicate by the quarter's end: void", None, stage="Closed Lost", loss_reason="Duplicate"),
    case("closed without a result: void", None, stage="Gone", told={}),
    case("found to be a duplicate after the quarter", {"is_won_in_quarter": False}, stage="Closed Lost", loss_reason="Duplicate",
         closed_at="2026-07-05 12:00:00", close_on="2026-07-05", version_from_at="2026-07-05 12:00:00"),
]  # fmt: skip
TITLES = [title for title, *_ in CASES]


@pytest.fixture(scope="module")
def seen() -> dict[str, dict[str, Any]]:
    """What is known of each case's deal on the day."""
    deals: dict[str, Any] = {name: [row[name] for _, _, row, _ in CASES] for name in CASES[0][2]}
    told = [(title, history) for title, _, _, history in CASES if history is not None]
    history: dict[str, Any] = {name: [row[name] for _, row in told] for name in (*HISTORY, "changed_at")}
    raw = {
        "opportunities": {"opportunity_id": TITLES, **deals},
        "opportunity_snapshots": {
            "opportunity_id": [title for title, _ in told],
            **history,
            "version_from_at": history["changed_at"],
        },
    }
    connection = built(opened(SETTINGS, [AS_OF], raw), ["working.snapshots"])
    found = rows(connection, f"select * from working.snapshots where snapshot_on = date '{DAY}'")
    return {row["opportunity_id"]: row for row in found}


@pytest.mark.parametrize(("title", "expected"), [(title, expected) for title, expected, _, _ in CASES], ids=TITLES)
def test_what_a_snapshot_holds(seen: dict[str, dict[str, Any]], title: str, expected: dict[str, Any] | None) -> None:
    if expected is None:
        assert title not in seen
    else:
        assert {name: seen[title][name] for name in expected} == {
            name: pytest.approx(value) if isinstance(value, float) else value for name, value in expected.items()
        }


SIGNS = [
    ("an offer", "offers", {"offered_at": "2026-04-20 12:00:00", "side": "seller", "amount": 90}, True),
    ("the buyer", "activities", {"occurred_at": "2026-04-20 12:00:00", "side": "buyer", "kind": "call"}, True),
    ("we ourselves", "activities", {"occurred_at": "2026-04-20 12:00:00", "side": "seller", "kind": "call"}, False),
    ("an offer after the day", "offers", {"offered_at": "2026-05-20 12:00:00", "side": "seller", "amount": 90}, False),
]


@pytest.mark.parametrize(("title", "entity", "row", "is_seen"), SIGNS, ids=[sign[0] for sign in SIGNS])
def test_what_makes_a_silent_deal_live(title: str, entity: str, row: dict[str, Any], is_seen: bool) -> None:
    """Told of last on 20 February; more than sixty days later something else tells of it."""
    _, _, deal, history = case("silent", None, on="2026-02-20", **OPEN)
    assert history is not None
    at = next(value for name, value in row.items() if name.endswith("_at"))
    raw = {
        "opportunities": {"opportunity_id": ["d1"], **deal},
        "opportunity_snapshots": {"opportunity_id": ["d1"], **history, "version_from_at": history["changed_at"]},
        entity: {"opportunity_id": ["d1"], **row, "version_from_at": at},
    }
    connection = built(opened(SETTINGS, [AS_OF], raw), ["working.snapshots"])
    found = rows(connection, f"select 1 from working.snapshots where snapshot_on = date '{DAY}'")

    assert bool(found) is is_seen, title


def test_a_deal_that_stands_declined_is_no_candidate_until_it_comes_back() -> None:
    _, _, deal, history = case("declined", None, **OPEN)
    assert history is not None
    raw = {
        "opportunities": {"opportunity_id": ["d1"], **deal},
        "opportunity_snapshots": {"opportunity_id": ["d1"], **history, "version_from_at": history["changed_at"]},
        "declines": {
            "opportunity_id": ["d1"],
            "decided_at": "2026-04-20 12:00:00",
            "version_from_at": "2026-04-20 12:00:00",
        },
        "returns": {
            "opportunity_id": ["d1"],
            "returned_at": "2026-05-06 12:00:00",
            "version_from_at": "2026-05-06 12:00:00",
        },
    }
    connection = built(opened(SETTINGS, [AS_OF], raw), ["working.snapshots"])
    weeks = [row["weeks_left"] for row in rows(connection, "select weeks_left from working.snapshots order by 1 desc")]

    assert weeks[:3] == [11, 10, 7]
