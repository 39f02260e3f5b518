"""The quarter without a deal is a probability, and is tested as one: 03-metrics.md, section 7."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jobs.build import build
from jobs.settings import parse_settings
from tests.models.world import AS_OF, CALENDAR, World, deal, one, quota, rows, world

SPRING = date(2026, 5, 16)


def told(opportunity_id: str, rep_id: str) -> dict[str, Any]:
    return {
        "opportunity_id": opportunity_id, "changed_at": "2026-04-20 09:00:00", "stage": "Negotiation", "rep_id": rep_id,
        "amount": 60, "close_on": "2026-06-15", "probability": 0.5,
    }  # fmt: skip


def ended(opportunity_id: str, rep_id: str, stage: str = "Closed Won") -> dict[str, Any]:
    day = "2026-06-10 12:00:00"
    return deal(
        opportunity_id, rep_id=rep_id, amount=60, stage=stage, closed_at=day, modified_at=day, segment="Mid",
        created_at="2026-04-20 09:00:00",
    )  # fmt: skip


DEALS = [("a", "r1"), ("b", "r1"), ("c", "r2"), ("d", "r2"), ("e", "r2")]


def spring(as_of: list[date]) -> World:
    """Two deals of r1 made a quota of 100 together; of r2's three, two were won, and one of them would have made 50."""
    deals = [ended(*each, stage="Closed Lost" if each[0] == "e" else "Closed Won") for each in DEALS]
    quotas = [quota(100, period_start_on="2026-04-01"), quota(50, "r2", period_start_on="2026-04-01"), quota(80)]
    tables = {"opportunities": deals, "opportunity_snapshots": [told(*each) for each in DEALS], "quotas": quotas}
    return world(tables, as_of=as_of)


OUTCOMES = (
    "select opportunity_id, is_made, without_probability, weeks_left_band from working.without_outcomes order by 1"
)


def test_a_quarter_is_made_without_a_deal_when_the_other_wins_reach_the_quota() -> None:
    found = rows(spring([SPRING, AS_OF]), OUTCOMES)

    assert {row["opportunity_id"]: row["is_made"] for row in found} == {
        "a": False, "b": False, "c": True, "d": True, "e": True,
    }  # fmt: skip
    assert [row["without_probability"] for row in found] == pytest.approx([0, 0, 0.75, 0.75, 0.75])
    assert {row["weeks_left_band"] for row in found} == {"5-8"}


def test_it_lands_in_the_marts_with_its_skill_beside_the_base_rate() -> None:
    """Squared errors 0, 0 and three times 1/16; the base rate of 3/5 leaves 6/25."""
    connection = spring([SPRING, AS_OF])
    bins = rows(connection, "select * from marts.calibration where quantity = 'without_probability'")
    whole = one(
        connection,
        "select * from marts.calibration_summary where quantity = 'without_probability' and weeks_left_band is null",
    )

    assert [(row["predicted_mean"], row["observed_rate"], row["deal_count"]) for row in bins] == [
        (0, 0, 2),
        (0.75, 1, 3),
    ]
    assert whole["brier"] == pytest.approx(3 / 16 / 5)
    assert whole["base_rate_brier"] == pytest.approx(0.24)
    assert whole["skill"] == pytest.approx(1 - 3 / 16 / 5 / 0.24)
    assert (whole["deal_count"], whole["quarter_count"], whole["skill_low"]) == (5, 1, None)


def test_only_weeks_that_were_scored_by_then_are_read() -> None:
    """An old week scored later changes nothing of a week that was scored before it, also when that runs again."""
    connection = spring([AS_OF])
    settings = parse_settings(CALENDAR)
    build(connection.whole(), settings, [SPRING])
    build(connection.whole(), settings, [AS_OF])

    assert rows(connection, OUTCOMES) == []
    reasons = rows(connection, "select measure, reason from marts.data_quality where measure = 'without_calibration'")
    assert reasons == [{"measure": "without_calibration", "reason": "weeks_not_scored"}]
