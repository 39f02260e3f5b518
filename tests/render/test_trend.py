"""The last weeks on the pages: which of them a week may show."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jobs.render.read import read_week
from jobs.render.trend import Dot, read_trends
from tests.render.companies import sample
from tests.render.warehouse import AS_OF, EARLIER, Warehouse


def scored(warehouse: Warehouse, as_of_on: date, number: int, strength: float | None = 50) -> None:
    warehouse.connection.execute("insert into ops.weeks values (?, 3, '', ?)", [as_of_on, number])
    warehouse.add("scores.rep_scorecard", as_of_on=as_of_on, rep_id="R9", batna_strength=strength)


@pytest.fixture
def warehouse() -> Warehouse:
    return sample()


def days(warehouse: Warehouse, as_of_on: date = AS_OF) -> list[date]:
    trend = read_trends(warehouse.connection, as_of_on).get(("rep", "R9"))
    return [point.as_of_on for point in trend.points] if trend else []


def test_thirteen_weeks_and_one_date_of_each(warehouse: Warehouse) -> None:
    warehouse.connection.execute("delete from ops.weeks")
    for number in range(16):
        scored(warehouse, AS_OF - timedelta(weeks=number), 20 - number)
    scored(warehouse, AS_OF - timedelta(days=8), 19)

    assert days(warehouse) == [AS_OF - timedelta(weeks=number) for number in reversed(range(13))]


def test_a_week_that_was_back_filled_later_is_not_shown(warehouse: Warehouse) -> None:
    warehouse.connection.execute("delete from ops.weeks")
    for number in (0, 1):
        scored(warehouse, AS_OF - timedelta(weeks=number), 2 - number)
    scored(warehouse, AS_OF - timedelta(weeks=2), 3)

    assert days(warehouse) == [EARLIER, AS_OF]
    assert days(warehouse, EARLIER) == [], "the only week has no trend"


def test_nor_is_it_what_changes_are_told_against(warehouse: Warehouse) -> None:
    assert read_week(warehouse.connection, AS_OF, "named").earlier is not None
    warehouse.connection.execute("update ops.weeks set scored_number = 3 where as_of_on = ?", [EARLIER])

    assert read_week(warehouse.connection, AS_OF, "named").earlier is None


def test_a_week_without_a_strength_has_no_dot(warehouse: Warehouse) -> None:
    warehouse.connection.execute("delete from ops.weeks")
    for number, strength in enumerate((80, None, 20)):
        scored(warehouse, AS_OF - timedelta(weeks=6 * number), 3 - number, strength)
    trend = read_trends(warehouse.connection, AS_OF)["rep", "R9"]

    assert len(trend.points) == 3
    assert trend.dots == (Dot(0, 80), Dot(100, 20))
