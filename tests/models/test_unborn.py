"""N, the business that is not in the pipeline yet: 03-metrics.md, section 3."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from tests.models.partial import built, insert, opened
from tests.models.world import AS_OF, rows

SPRING = "[probability]\nhistory_quarters = 1\n[unborn]\nmin_rep_quarters = 1\n"


def won(name: str, created: str, closed: str, **columns: Any) -> dict[str, Any]:
    """A deal of r1 over 30 that was won on a day of spring; one row, exported at its closing."""
    return {
        "opportunity_id": name, "rep_id": "r1", "stage": "Closed Won", "amount": 30, "created_at": f"{created} 09:00:00",
        "closed_at": f"{closed} 12:00:00", "close_on": closed, "deal_type": None, "version_from_at": f"{closed} 12:00:00", **columns,
    }  # fmt: skip


def told(name: str, day: str, stage: str) -> dict[str, Any]:
    """What its history says of a deal on a day."""
    at = f"{day} 10:00:00"
    return {"opportunity_id": name, "changed_at": at, "stage": stage, "amount": 30, "version_from_at": at}


BASE = [won("base", "2026-04-01", "2026-04-02")], [told("base", "2026-04-01", "Negotiation")]


def money(
    deals: list[dict[str, Any]],
    history: list[dict[str, Any]],
    *tables: str,
    settings: str = SPRING,
    **more: list[dict[str, Any]],
) -> DuckDBPyConnection:
    """The tables on these deals; a quota of 100 for spring, unless others are given."""
    quotas = [{"rep_id": "r1", "period_start_on": "2026-04-01", "quota_amount": 100, "version_from_at": "2026-04-01"}]
    open_deal = {"opportunity_id": "open", "rep_id": "r1", "stage": "Negotiation", "amount": 1, "created_at": "2026-04-01",
                 "closed_at": None, "close_on": None, "deal_type": None, "version_from_at": "2026-04-01"}  # fmt: skip
    entities = {"opportunities": [*deals, open_deal], "opportunity_snapshots": history, "quotas": quotas, **more}
    raw = {
        entity: {name: [row.get(name) for row in entity_rows] for name in entity_rows[0]}
        for entity, entity_rows in entities.items() if entity_rows
    }  # fmt: skip
    return built(opened(settings, [AS_OF], raw), tables or ["working.unborn_money"])


def share(connection: DuckDBPyConnection, weeks_left: int, rep_id: str = "r1") -> float | None:
    found = rows(
        connection,
        f"select unborn_share from working.unborn_money where weeks_left = {weeks_left} and rep_id = '{rep_id}'",
    )
    return found[0]["unborn_share"] if found else None


# The day with eight weeks left in spring is 2 May: 59 days before 30 June.
CASES: list[tuple[str, list[dict[str, Any]], list[dict[str, Any]], float]] = [
    ("created after the day and won by the end", [won("a", "2026-05-10", "2026-06-20")], [], 0.3),
    ("a candidate on the day", [won("a", "2026-04-05", "2026-06-20")], [told("a", "2026-04-05", "Negotiation")], 0),
    ("in an early phase on the day", [won("a", "2026-04-05", "2026-06-20")], [told("a", "2026-04-05", "Prospecting")], 0.3),
    ("there on the day, and nothing tells in which phase", [won("a", "2026-04-05", "2026-06-20")], [], 0),
    ("won before the day", [won("a", "2026-04-05", "2026-04-20")], [told("a", "2026-04-05", "Prospecting")], 0),
    ("won after the quarter", [won("a", "2026-05-10", "2026-07-20")], [], 0),
    ("a renewal", [won("a", "2026-05-10", "2026-06-20", deal_type="Renewal")], [], 0),
    ("without an amount", [won("a", "2026-05-10", "2026-06-20", amount=None)], [], 0),
]  # fmt: skip


@pytest.mark.parametrize(("title", "deals", "history", "expected"), CASES, ids=[case[0] for case in CASES])
def test_what_counts_as_not_in_the_pipeline_yet(
    title: str, deals: list[dict[str, Any]], history: list[dict[str, Any]], expected: float
) -> None:
    connection = money([*BASE[0], *deals], [*BASE[1], *history])

    assert share(connection, 8) == pytest.approx(expected), title


def test_money_that_is_shared_counts_in_the_shares_of_its_reps() -> None:
    credits = [
        {"opportunity_id": "a", "rep_id": rep, "share": part, "version_from_at": "2026-05-01"}
        for rep, part in (("r1", Decimal("0.25")), ("r2", Decimal("0.75")))
    ]
    connection = money([won("a", "2026-05-10", "2026-06-20")], BASE[1], credits=credits)

    assert (share(connection, 8), share(connection, 8, "r2")) == (pytest.approx(0.075), None)


def test_a_rep_without_wins_counts_with_nothing_and_one_without_a_quota_not_at_all() -> None:
    quotas = [
        {"rep_id": rep, "period_start_on": "2026-04-01", "quota_amount": amount, "version_from_at": "2026-04-01"}
        for rep, amount in (("r1", 100), ("r2", 50), ("r3", 0))
    ]
    connection = money([won("a", "2026-05-10", "2026-06-20")], BASE[1], quotas=quotas)

    assert [share(connection, 8, rep) for rep in ("r1", "r2", "r3")] == [pytest.approx(0.3), 0, None]


def points(shares: list[float], settings: str, **columns: Any) -> list[dict[str, Any]]:
    """The points of N at week 5 of rep-quarters with these shares."""
    connection = opened(settings, [AS_OF])
    connection.execute(
        "create table working.unborn_money (last_file_number integer, quarter_start_on date, weeks_left integer, rep_id varchar,"
        " segment varchar, unborn_share double)"
    )
    insert(connection, "working.unborn_money", {
        "last_file_number": 0, "quarter_start_on": date(2026, 4, 1), "weeks_left": 5, "rep_id": [f"r{n:02}" for n in range(len(shares))],
        "segment": "smb", "unborn_share": shares, **columns,
    })  # fmt: skip
    built(connection, ["working.unborn_shares"], given=["working.unborn_money"])
    return rows(connection, "select * from working.unborn_shares where weeks_left = 5 order by segment, point_number")


def test_twenty_rep_quarters_are_their_own_points() -> None:
    found = points([n / 20 for n in range(20)], "[unborn]\nmin_rep_quarters = 20\n")

    assert [row["segment"] for row in found] == [""] * 20 + ["smb"] * 20
    assert [row["share"] for row in found[:20]] == [pytest.approx(n / 20) for n in range(20)]
    assert {row["rep_quarter_count"] for row in found} == {20}


def test_more_are_held_in_equal_parts_whose_mean_is_that_of_all() -> None:
    found = points([n / 40 for n in range(40)], "[unborn]\nmax_points = 4\n")
    company = [row["share"] for row in found if row["segment"] == ""]

    assert company == [pytest.approx((4.5 + 10 * part) / 40) for part in range(4)]
    assert sum(company) / 4 == pytest.approx(sum(range(40)) / 40 / 40)


def test_a_segment_with_too_few_has_none_of_its_own() -> None:
    segments = ["smb"] * 12 + ["mid"] * 8
    found = points([0.1] * 20, "", segment=segments)

    assert {row["segment"] for row in found} == {""}
    assert points([0.1] * 19, "") == []
