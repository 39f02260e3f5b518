"""A deal that nothing changes any more is computed once for all dates of a pass, and says the same on each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from jobs.build import build
from jobs.settings import parse_settings
from tests.models.cases import side_by_side
from tests.models.world import CALENDAR, World, deal, one, quota, rows, world

WEEKS = [date(2026, 7, 4) + timedelta(weeks=number) for number in range(7)]
TELLING = [date(2026, 7, 11), date(2026, 8, 1), date(2026, 8, 8)]
LOST = deal("d1", stage="Closed Lost", closed_at="2026-07-08 12:00:00", modified_at="2026-07-09 12:00:00")
LATE = "2026-08-05 12:00:00"


def events(**entities: dict[str, Any]) -> dict[str, Any]:
    return {entity: [{"opportunity_id": "d1", **row}] for entity, row in entities.items()}


AFTER_THE_CLOSING: list[tuple[str, dict[str, Any]]] = [
    ("nothing", {}),
    ("a decline", events(declines={"decided_at": LATE, "reason": "risk"})),
    ("an answer to the review", events(decline_reviews={"answer": "we_left", "version_from_at": LATE})),
    ("a return", events(declines={"decided_at": "2026-07-08 12:00:00"}, returns={"returned_at": LATE})),
    ("an offer", events(offers={"offered_at": LATE, "side": "seller", "amount": 10})),
    ("a walk-away point", events(walk_away_points={"set_at": LATE, "threshold_amount": 10})),
    ("a walk-away point that was mended", events(
        walk_away_points={"set_at": "2026-07-01 12:00:00", "version_from_at": LATE, "threshold_amount": 10})),
    ("a snapshot", events(opportunity_snapshots={"changed_at": LATE, "stage": "Closed Lost", "amount": 40})),
    ("a change", events(opportunity_changes={"changed_at": LATE, "field": "amount", "new_value": "40"})),
    ("a version of the row", {"opportunities": [
        LOST, {**LOST, "modified_at": LATE, "loss_reason": "Price", "record_number": 9}]}),
    ("a reopening by the row", {"opportunities": [
        LOST, deal("d1", modified_at=LATE, record_number=9)]}),
    ("its disappearance", {"opportunities": [
        LOST, {**LOST, "version_from_at": LATE, "is_gone": True, "record_number": 9}]}),
    ("a corrected rate", {"opportunities": [{**LOST, "currency": "EUR"}], "fx_rates": [
        {"currency": "EUR", "valid_from": "2026-01-01", "rate_to_reporting": 2},
        {"currency": "EUR", "valid_from": "2026-01-01", "rate_to_reporting": 3, "version_from_at": LATE}]}),
    ("a corrected price", {"opportunities": [{**LOST, "product": "p"}], "products": [
        {"product": "p", "valid_from": "2026-01-01", "list_amount": 60},
        {"product": "p", "valid_from": "2026-01-01", "list_amount": 70, "version_from_at": LATE}]}),
]  # fmt: skip


EVERY_CASE = side_by_side({
    name: {"opportunities": [LOST], "quotas": [quota(100)], **after} for name, after in AFTER_THE_CLOSING
})  # fmt: skip


@pytest.fixture(scope="module")
def together() -> World:
    return world(EVERY_CASE, as_of=WEEKS)


@pytest.fixture(scope="module")
def alone() -> dict[date, World]:
    return {week: world(EVERY_CASE, as_of=[week]) for week in TELLING}


@pytest.mark.parametrize("case", [name for name, _ in AFTER_THE_CLOSING])
def test_what_comes_after_a_closing_is_told_from_its_week_on(
    together: World, alone: dict[date, World], case: str
) -> None:
    for week in TELLING:
        for table, key in (("staging.deals", "opportunity_id"), ("scores.rep_scorecard", "rep_id")):
            query = f"select * from {table} where as_of_on = date '{week}' and {key} = '{case}' order by all"
            found = rows(together, query)
            assert len(found) == 1, (week, table)
            assert found == rows(alone[week], query), week


def offer(day: int, side: str, amount: float) -> dict[str, Any]:
    return {"opportunity_id": "d1", "offered_at": f"2026-07-0{day} 12:00:00", "side": side, "amount": amount}


def state(day: str, amount: float, **columns: Any) -> dict[str, Any]:
    return {"opportunity_id": "d2", "changed_at": f"{day} 12:00:00", "stage": "Proposal", "amount": amount, **columns}


def test_concessions_belong_to_their_moment_in_every_week() -> None:
    closed = deal("d2", stage="Closed Won", closed_at="2026-07-22 12:00:00", modified_at="2026-07-22 12:00:00")
    tables = {
        "opportunities": [LOST, closed, deal("d3")],
        "quotas": [quota(100)],
        "offers": [offer(1, "seller", 100), offer(2, "buyer", 50), offer(3, "seller", 90), offer(5, "seller", 80)],
        "opportunity_snapshots": [
            state("2026-06-20", 100), state("2026-07-02", 90, rep_id="r1"), state("2026-07-14", 70, rep_id="r2")],
    }  # fmt: skip
    together = world(tables, as_of=WEEKS)
    steps = "select * from {} where as_of_on = date '{}' order by all"

    counts = []
    for week in WEEKS:
        alone = world(tables, as_of=[week])
        for table in ("working.concession_steps", "working.first_concessions", "scores.rep_conduct"):
            assert rows(together, steps.format(table, week)) == rows(alone, steps.format(table, week)), week
        counts.append(len(rows(together, steps.format("working.concession_steps", week))))
    assert counts == [2, 3, 4, 4, 4, 4, 4]


def computed(tables: dict[str, Any]) -> int:
    return int(one(world(tables, as_of=WEEKS), "select count(*) as rows from staging.deal_spells")["rows"])


def test_a_closed_deal_is_computed_until_it_closes_and_once_more() -> None:
    assert computed({"opportunities": [LOST]}) == 2
    assert computed({"opportunities": [deal("d1")]}) == len(WEEKS)


def test_a_warehouse_of_an_earlier_version_has_a_table_where_a_view_is_now(built: World) -> None:
    built.whole().execute("drop view staging.deals; create table staging.deals (as_of_on date)")
    build(built.whole(), parse_settings(CALENDAR), [WEEKS[0]])

    assert len(rows(built, "select * from staging.deals")) == 1


@pytest.fixture
def built() -> World:
    return world({"opportunities": [deal("d1")]}, as_of=[WEEKS[0]])
