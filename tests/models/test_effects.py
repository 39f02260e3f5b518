"""What effects are estimated from: cases of finished quarters, treated and not (03-metrics.md, section 6)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.models.world import CALENDAR, World, deal, one, quota, rows, world

QUARTERS = [date(2025, 7, 1), date(2025, 10, 1), date(2026, 1, 1), date(2026, 4, 1)]
ENDS = {start: (start + timedelta(days=95)).replace(day=1) - timedelta(days=1) for start in QUARTERS}


def won(name: str, rep_id: str, closed_on: date, amount: float) -> dict[str, Any]:
    """A won deal of a list amount of 100, created two months before."""
    closing = {"stage": "Closed Won", "closed_at": f"{closed_on} 12:00:00", "close_on": str(closed_on)}
    created_at = f"{closed_on - timedelta(days=60)} 12:00:00"
    return deal(name, rep_id=rep_id, amount=amount, list_amount=100, created_at=created_at, **closing)


@pytest.fixture(scope="module")
def quarters() -> World:
    """Three reps, four finished quarters: 90 in the sixth week, 80 in the last seven days; the third rep is dearer by 5."""
    deals, offers = [], []
    for place, start in enumerate(QUARTERS):
        for rep, more in (("r1", 0), ("r2", 0), ("r3", 5)):
            for day, amount in ((start + timedelta(days=40), 90), (ENDS[start], 80), (start + timedelta(days=2), 91)):
                name = f"{rep} {day}"
                deals.append(won(name, rep, day, amount + more + (place + len(rep) + day.day) % 2))
                offers.append({"opportunity_id": name, "offered_at": f"{day - timedelta(days=9)} 09:00:00", "side": "buyer", "amount": 60})  # fmt: skip
    running = won("running", "r1", date(2026, 7, 20), 10)
    return world(
        {"opportunities": [*deals, running], "offers": offers, "quotas": [quota(100)]},
        settings=CALENDAR + "\n[effects]\nmax_quarters = 4\n",
    )


def effect(built: World, name: str) -> dict[str, Any]:
    return one(built, f"select * from marts.effects where effect = '{name}'")


def test_the_end_of_the_quarter_is_found(quarters: World) -> None:
    found = effect(quarters, "quarter_end_discount")

    assert (found["is_reported"], found["reason"]) == (True, None)
    assert (found["deal_count"], found["treated_count"], found["quarter_count"], found["rep_count"]) == (36, 12, 4, 3)
    assert found["low"] < 0.105 < found["high"]
    assert found["estimate"] == pytest.approx(0.105, abs=0.01)


def test_the_running_quarter_is_not_looked_at(quarters: World) -> None:
    cases = rows(quarters, "select distinct case_id from working.effect_cases where case_id = 'running'")

    assert cases == []


def test_without_a_safe_quarter_nothing_is_told_of_it(quarters: World) -> None:
    found = effect(quarters, "safe_quarter_discount")

    assert (found["is_reported"], found["estimate"], found["reason"]) == (False, None, "few_quarters")
    assert (found["deal_count"], found["treated_count"]) == (36, 0)


def test_every_effect_has_a_row_and_a_reason(quarters: World) -> None:
    found = rows(quarters, "select * from marts.effects")

    assert len(found) == 5
    assert all((row["reason"] is None) == row["is_reported"] == (row["estimate"] is not None) for row in found)
    assert effect(quarters, "quarter_end_late_change")["reason"] == "no_cases"


def test_a_quarter_was_safe_where_the_quota_was_made_before_negotiation_began() -> None:
    first, second, third = (
        won(name, "r1", date(2026, 6, day), 90) for name, day in (("d1", 1), ("d2", 20), ("d3", 21))
    )
    starts = {"d1": "2026-05-30", "d2": "2026-06-02", "d3": "2026-05-20"}
    offers = [{"opportunity_id": name, "offered_at": f"{day} 09:00:00", "side": "buyer", "amount": 60} for name, day in starts.items()]  # fmt: skip
    quotas = [quota(90, period_start_on="2026-04-01")]
    built = world({"opportunities": [first, second, third], "offers": offers, "quotas": quotas})
    query = "select opportunity_id, is_made_at_start from working.won_prices order by opportunity_id"

    assert [row["is_made_at_start"] for row in rows(built, query)] == [False, True, False]


def test_where_no_week_was_scored_willingness_names_the_command() -> None:
    built = world({"opportunities": [won("d1", "r1", date(2026, 6, 1), 90)], "offers": [
        {"opportunity_id": "d1", "offered_at": "2026-05-20 09:00:00", "side": "buyer", "amount": 60}]})  # fmt: skip
    quality = one(built, "select * from marts.data_quality where measure = 'willingness'")

    assert rows(built, "select * from marts.willingness") == []
    assert (quality["is_measurable"], quality["reason"], quality["known_share"]) == (False, "weeks_not_scored", 0)
