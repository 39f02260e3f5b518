"""Who is who: reps who moved or left, quotas by period, shared deals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pytest

from tests.models.cases import side_by_side
from tests.models.world import AS_OF, add, deal, empty, one, quota, rows, seen, world

MONDAYS = [datetime(2026, 7, 6, 8), datetime(2026, 8, 3, 8)]
BEFORE, AFTER = date(2026, 6, 30), date(2026, 7, 31)
Lists = Sequence[Mapping[str, Any]]


def rep(**columns: Any) -> dict[str, Any]:
    return {"rep_id": "r1", "rep_name": "Ann", "team": "North", "manager_id": "m1"} | columns


# title, the two lists' rows of the rep, what is asked, the answer before and after the first list
REPS: list[tuple[str, Lists, str, Any, Any]] = [
    ("a reorganisation is as of its time: since the list before the one that shows it", [rep(), rep(team="South")], "team", "North", "South"),
    ("so is the manager", [rep(), rep(manager_id="m2")], "manager_id", "m1", "m2"),
    ("a team that no list told before holds from ever", [rep(team=None), rep(team="South")], "team", "South", "South"),
    ("a team that was told no more", [rep(), rep(team=None)], "team", "North", None),
    ("a name is a name at any time", [rep(), rep(rep_name="Ann Lee")], "rep_name", "Ann Lee", "Ann Lee"),
    ("so is the first day", [rep(), rep(started_on="2026-01-01")], "started_on", date(2026, 1, 1), date(2026, 1, 1)),
    ("a rep whom the second list names first holds from ever", [None, rep()], "team", "North", "North"),
    ("not active any more", [rep(is_active=True), rep(is_active=False)], "has_left", False, True),
    ("gone from the list", [rep(), rep(is_gone=True)], "has_left", False, True),
    ("the last day decides, not the flag", [rep(), rep(is_active=False, ended_on="2026-12-31")], "has_left", False, False),
    ("who left on a day is not there from its end on", [rep(), rep(ended_on="2026-07-31")], "has_left", False, True),
]  # fmt: skip


@pytest.mark.parametrize(("lists", "column", "before", "after"), [c[1:] for c in REPS], ids=[c[0] for c in REPS])
def test_where_a_rep_belonged(lists: Lists, column: str, before: Any, after: Any) -> None:
    connection = empty()
    add(connection, {"opportunities": [deal("d1")]})
    for exported_at, row in zip(MONDAYS, lists, strict=True):
        add(connection, {"reps": [row] if row else []})
        connection.execute("update ops.files set exported_at = ? where exported_at is null", [exported_at])
    built = seen(connection, as_of=[BEFORE, AFTER])
    found = rows(built, f"select {column} from staging.reps where rep_id = 'r1' order by as_of_on")
    assert [row[column] for row in found] == [before, after]


def days(*periods: tuple[str, str, float]) -> list[dict[str, Any]]:
    return [quota(amount, period=period, period_start_on=start) for period, start, amount in periods]


# title, quotas of the rep, quota of the third quarter of 2026, overlaps, missing months
QUOTAS: list[tuple[str, list[dict[str, Any]], float | None, int | None, int | None]] = [
    ("of the quarter", days(("quarter", "2026-07-01", 90)), 90, 0, None),
    ("three months", days(("month", "2026-07-01", 20), ("month", "2026-08-01", 30), ("month", "2026-09-01", 40)), 90, 0, 0),
    ("two of three months", days(("month", "2026-07-01", 20), ("month", "2026-08-01", 30)), 50, 0, 1),
    ("half of a half year", days(("half", "2026-07-01", 90)), 45, 0, None),
    ("a quarter of a year", days(("year", "2026-01-01", 90)), 22.5, 0, None),
    ("the quarter goes before the year", days(("quarter", "2026-07-01", 30), ("year", "2026-01-01", 90)), 30, 0, None),
    ("two years that overlap: the later one", days(("year", "2026-01-01", 80), ("year", "2026-07-01", 100)), 25, 1, None),
    ("two quarters in one: the later one", days(("quarter", "2026-07-01", 90), ("quarter", "2026-07-15", 80)), 80, 1, None),
    ("a quarter that begins within another belongs to that", days(("quarter", "2026-07-15", 80)), 80, 0, None),
    ("it is not that of the next one too", days(("quarter", "2026-05-15", 80)), None, None, None),
    ("two rows of one month: the later one", days(("month", "2026-07-01", 20), ("month", "2026-07-10", 25), ("month", "2026-08-01", 30), ("month", "2026-09-01", 40)), 95, 1, 0),
]  # fmt: skip


@pytest.fixture(scope="module")
def quotas() -> list[dict[str, Any]]:
    cases = {f"q{n}": {"opportunities": [deal("d1")], "quotas": case[1]} for n, case in enumerate(QUOTAS)}
    built = world(side_by_side(cases))
    return rows(built, "select * from staging.rep_quotas")


@pytest.mark.parametrize(
    ("number", "amount", "overlaps", "missing"),
    [(n, *case[2:]) for n, case in enumerate(QUOTAS)],
    ids=[case[0] for case in QUOTAS],
)
def test_the_quota_of_a_quarter(
    quotas: list[dict[str, Any]], number: int, amount: float | None, overlaps: int | None, missing: int | None
) -> None:
    found = [row for row in quotas if row["rep_id"] == f"q{number}"]
    if amount is None:
        assert found == []
        return
    (row,) = found
    told = (row["quota_amount"], row["overlap_count"], row["missing_month_count"])
    assert told == (amount, overlaps, missing)


def credit(share: float, rep_id: str = "r1") -> dict[str, Any]:
    return {"opportunity_id": "d1", "rep_id": rep_id, "share": share}


# title, tables, the finding and its detail, None where there is none
FINDINGS: list[tuple[str, Mapping[str, Any], str, str | None]] = [
    ("an open deal of somebody who left", {"reps": [rep(ended_on="2026-08-01")]}, "owner_left", "2026-08-01"),
    ("an open deal of somebody who is not active", {"reps": [rep(is_active=False)]}, "owner_left", ""),
    ("an open deal of somebody who leaves next week", {"reps": [rep(ended_on="2026-08-21")]}, "owner_left", None),
    ("parts that are more than a deal", {"credits": [credit(0.7), credit(0.5, "x")]}, "credits_not_whole", "1.2000"),
    ("parts that are less than a deal", {"credits": [credit(0.7)]}, "credits_not_whole", "0.7000"),
    ("thirds", {"credits": [credit(0.3333), credit(0.3333, "x"), credit(0.3333, "y")]}, "credits_not_whole", None),
    ("two periods in one quarter", {"quotas": days(("quarter", "2026-07-01", 90), ("quarter", "2026-07-15", 80))}, "quota_periods_overlap", "1"),
    ("a walk-away point in another currency", {"opportunities": [deal("d1", currency="USD")], "walk_away_points": [{"opportunity_id": "d1", "set_at": "2026-06-01", "threshold_amount": 5, "currency": "EUR"}]}, "point_in_other_currency", "EUR"),
    ("a month without a quota", {"quotas": days(("month", "2026-07-01", 90), ("month", "2026-08-01", 80))}, "quota_months_missing", "1"),
]  # fmt: skip


@pytest.fixture(scope="module")
def findings() -> list[dict[str, Any]]:
    cases = {f"f{n}": {"opportunities": [deal("d1")], **case[1]} for n, case in enumerate(FINDINGS)}
    return rows(world(side_by_side(cases)), "select * from marts.findings")


@pytest.mark.parametrize(
    ("number", "code", "detail"), [(n, *case[2:]) for n, case in enumerate(FINDINGS)], ids=[c[0] for c in FINDINGS]
)
def test_what_is_found(findings: list[dict[str, Any]], number: int, code: str, detail: str | None) -> None:
    name = f"f{number}"
    found = [row for row in findings if row["code"] == code and name in (row["opportunity_id"], row["rep_id"])]
    assert [row["detail"] for row in found] == ([] if detail is None else [detail])


def test_two_reps_of_one_name() -> None:
    team = [rep(), rep(rep_id="r2", rep_name="ann "), rep(rep_id="r3", rep_name="Bo")]
    built = world({"opportunities": [deal("d1")], "reps": team}, as_of=[AS_OF])
    found = rows(built, "select rep_id from marts.findings where code = 'rep_name_shared' order by rep_id")
    assert [row["rep_id"] for row in found] == ["r1", "r2"]


def test_a_deal_that_changed_hands_is_in_the_book_of_its_owner_of_then() -> None:
    moved = {
        "opportunity_id": "d1",
        "changed_at": "2026-07-20 12:00:00",
        "field": "rep_id",
        "old_value": "r1",
        "new_value": "r2",
    }
    built = world(
        {
            "opportunities": [deal("d1", rep_id="r2", version_from_at="2026-07-20 12:00:00")],
            "opportunity_changes": [
                {**moved, "changed_at": "2026-05-01 12:00:00", "old_value": None, "new_value": "r1"},
                moved,
            ],
        },
        as_of=[date(2026, 7, 10), AS_OF],
    )
    found = rows(built, "select as_of_on, rep_id from working.deal_shares order by 1")
    assert [(row["as_of_on"], row["rep_id"]) for row in found] == [(date(2026, 7, 10), "r1"), (AS_OF, "r2")]
    assert (
        one(
            built,
            "select count(*) as found from staging.deals where opportunity_id = 'd1' and as_of_on = date '2026-08-15'",
        )["found"]
        == 1
    )


WON = {"stage": "Closed Won", "is_closed": True, "is_won": True, "closed_at": "2026-07-20 12:00:00"}

# title, the deals beside d1 (which was won), merges, outcome of d1 on 31 July and 15 August
MERGES: list[tuple[str, Sequence[str], Sequence[tuple[str, str, str | None]], str, str]] = [
    ("no merge", ["kept"], [], "won", "won"),
    ("merged: its money is the other one's from then on", ["kept"], [("d1", "kept", "2026-08-10 12:00:00")], "won", "void"),
    ("merged, nobody knows when", ["kept"], [("d1", "kept", None)], "void", "void"),
    ("merged into a deal that nobody knows", ["kept"], [("d1", "elsewhere", None)], "won", "won"),
    ("merged into itself", ["kept"], [("d1", "d1", None)], "won", "won"),
    ("two that are merged into one another", ["kept"], [("d1", "kept", None), ("kept", "d1", None)], "won", "won"),
    ("along a chain", ["mid", "kept"], [("d1", "mid", None), ("mid", "kept", None)], "void", "void"),
]  # fmt: skip


@pytest.mark.parametrize(("others", "merges", "first", "last"), [c[1:] for c in MERGES], ids=[c[0] for c in MERGES])
def test_a_merged_deal_is_void(
    others: Sequence[str], merges: Sequence[tuple[str, str, str | None]], first: str, last: str
) -> None:
    columns = ("opportunity_id", "merged_into_id", "merged_at")
    tables = {
        "opportunities": [deal("d1", **WON), *(deal(name) for name in others)],
        "deal_merges": [dict(zip(columns, merge, strict=True)) for merge in merges],
    }
    built = world(tables, as_of=[AFTER, AS_OF])
    found = rows(built, "select outcome from staging.deals where opportunity_id = 'd1' order by as_of_on")
    assert [row["outcome"] for row in found] == [first, last]
    codes = rows(built, "select code from marts.findings where opportunity_id = 'd1' and as_of_on = date '2026-08-15'")
    assert ({"code": "deal_merged"} in codes) == (last == "void")


def test_deals_and_activities_of_a_merged_account_are_those_of_its_master() -> None:
    def account(account_id: str, **columns: Any) -> dict[str, Any]:
        return {"account_id": account_id, "account_name": account_id, **columns}

    accounts = [
        account("a", merged_into_id="b"),
        account("b", merged_into_id="c"),
        account("c"),
        account("x", merged_into_id="x"),
    ]
    deals = [
        deal("d1", account_id="a"),
        deal("d2", account_id="b"),
        deal("d3", account_id="c"),
        deal("d4", account_id="x"),
    ]
    built = world({"opportunities": deals, "accounts": accounts})
    found = rows(built, "select account_id from staging.deals order by opportunity_id")
    assert [row["account_id"] for row in found] == ["c", "c", "c", "x"]
