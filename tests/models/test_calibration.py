"""Probabilities tested as such on finished quarters: 03-metrics.md, section 7; on deals whose true chances are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from duckdb import DuckDBPyConnection

from jobs import shipped
from jobs.score.intervals import jeffreys
from jobs.score.skill import skill_of
from tests.models.partial import built, insert, opened
from tests.models.true_world import AS_OF, TrueWorld, true_world
from tests.models.world import one, rows

# In this world a deal is told of once, when it is created: silence says nothing of it.
SETTINGS = """
[candidates]
live_days = 200
"""
BANDS = ("0-1", "2-4", "5-8", "9-13")


def predicted(world: TrueWorld, *, instead: dict[str, str] | None = None, **told: Any) -> DuckDBPyConnection:
    """What would have been predicted of a world, and what came of it."""
    connection = built(
        opened(SETTINGS, [AS_OF], world.raw(**told)), ["working.win_calibration", "working.win_skills"], instead=instead
    )
    connection.execute("create table working.truth (opportunity_id varchar, chance double)")
    insert(connection, "working.truth", {"opportunity_id": world.ids, "chance": world.chances.tolist()})
    return connection


def whole(connection: DuckDBPyConnection) -> dict[str, Any]:
    return one(connection, "select * from working.win_skills where segment is null")


@pytest.fixture(scope="module")
def known() -> DuckDBPyConnection:
    return predicted(true_world(1))


def covers(row: dict[str, Any]) -> bool:
    """Whether the interval around what was observed holds the mean of the true chances."""
    low, high = jeffreys(np.array([row["won_count"]]), np.array([row["deal_count"]]))
    return bool(low[0] <= row["chance"] <= high[0])


def test_reliability_covers_the_truth_by_segment_and_band_of_weeks_left(known: DuckDBPyConnection) -> None:
    """Nine of ten intervals at 90 %, and every band of both segments."""
    found = rows(
        known,
        """
        with truth as (
            select tested.segment, tested.weeks_left_band, tested.bin_number / 10 as bin_low, avg(truth.chance) as chance
            from working.tested_deals as tested inner join working.truth as truth using (opportunity_id) group by all
        )
        select calibration.*, truth.chance
        from working.win_calibration as calibration
        inner join truth on calibration.segment = truth.segment and calibration.weeks_left_band = truth.weeks_left_band
            and abs(calibration.bin_low - truth.bin_low) < 1e-9
        """,
    )

    assert {(row["segment"], row["weeks_left_band"]) for row in found} == {
        (segment, band) for segment in ("smb", "mid") for band in BANDS
    }
    assert sum(covers(row) for row in found) >= 0.85 * len(found)


def test_predictions_are_the_truth_in_week_0_as_in_week_12(known: DuckDBPyConnection) -> None:
    """By segment and single week: the mean prediction against the mean true chance, within .06."""
    found = rows(
        known,
        """
        select snapshots.segment, snapshots.weeks_left, avg(rates.win_rate) as predicted, avg(truth.chance) as chance,
            count(*) as deal_count, count(*) filter (where snapshots.is_won_in_quarter) as won_count
        from working.test_rates as rates
        inner join working.snapshots as snapshots
            on rates.target_start_on = snapshots.quarter_start_on and rates.segment = snapshots.segment
            and rates.phase_order = snapshots.phase_order and rates.weeks_left_band = snapshots.weeks_left_band
            and rates.close_class = snapshots.close_class
        inner join working.truth as truth using (opportunity_id)
        group by all
        """,
    )

    assert {row["weeks_left"] for row in found} == set(range(13))
    assert max(abs(row["predicted"] - row["chance"]) for row in found) < 0.06
    assert sum(covers(row) for row in found) >= 0.8 * len(found)


def test_what_can_be_told_apart_shows_as_skill(known: DuckDBPyConnection) -> None:
    found = whole(known)

    assert found["skill_low"] > 0.1
    assert found["quarter_count"] == 4


@pytest.mark.parametrize("seed", [5, 6])
def test_shuffled_outcomes_leave_no_skill(seed: int) -> None:
    found = whole(predicted(true_world(1).shuffled(seed)))

    assert found["skill_low"] <= 0 <= found["skill_high"] + 0.02
    assert abs(found["skill"]) < 0.05


def leaking() -> str:
    """The snapshots with the close date of the finished row carried back."""
    sql = (shipped.SQL / "working" / "snapshots.sql").read_text(encoding="utf-8")
    told = "        states.close_on,\n        states.rep_id,\n        greatest("
    assert told in sql
    return sql.replace(told, told.replace("states.close_on", "versions.close_on as close_on"))


def shows_a_leak(connection: DuckDBPyConnection) -> bool:
    """Skill where nothing that was known then tells deals apart."""
    return float(whole(connection)["skill"]) > 0.05


def test_a_close_date_carried_back_would_be_caught() -> None:
    """Lost deals slip past the quarter's end, as the finished row says; on the day all were said to close inside."""
    world = true_world(3).shuffled(3)
    world = world.slipping_when_lost()

    assert not shows_a_leak(predicted(world))
    assert shows_a_leak(predicted(world, instead={"working.snapshots": leaking()}))


def test_skill_by_hand() -> None:
    """Two quarters, two reps, one deal each: ratio 3/4; influences (e - .75 b) / 8. No forecast is more than perfect."""
    errors, base = np.array([1.0, 2.0, 0.0, 3.0]), np.array([2.0, 2.0, 2.0, 2.0])
    reps, quarters = np.array(["a", "b", "a", "b"]), np.array([1, 1, 2, 2])
    found = skill_of(errors, base, np.ones(4), reps, quarters)
    influences = (errors - 0.75 * base) / 8
    by_rep = 2 * ((influences[0] + influences[2]) ** 2 + (influences[1] + influences[3]) ** 2)
    half = 6.313751514675043 * by_rep**0.5

    assert (found.brier, found.base_rate_brier, found.skill) == (1.5, 2.0, 0.25)
    assert (found.skill_low, found.skill_high) == (pytest.approx(0.25 - half), 1.0)


def test_an_interval_is_as_wide_above_as_below_where_it_ends_under_one() -> None:
    errors, base = np.array([1.9, 2.0, 2.1, 2.0]), np.array([2.0, 2.0, 2.0, 2.0])
    found = skill_of(errors, base, np.ones(4), np.array(["a", "b", "a", "b"]), np.array([1, 1, 2, 2]))

    assert found.skill is not None
    assert found.skill_low is not None
    assert found.skill_high is not None
    assert found.skill_high - found.skill == pytest.approx(found.skill - found.skill_low)
    assert found.skill < found.skill_high < 1


def test_one_quarter_tells_no_interval() -> None:
    found = skill_of(np.array([1.0]), np.array([2.0]), np.ones(1), np.array(["a"]), np.array([1]))

    assert (found.skill, found.skill_low, found.skill_high) == (0.5, None, None)
