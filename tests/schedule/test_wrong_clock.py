"""A clock that was wrong for a while: nothing is run twice, and what it left out is run once its day comes."""

from __future__ import annotations

from tests.schedule.world import World

MONDAY = "2026-11-16T05:30+01:00"
OK = ("weekly", "2026-11-16", 1, "schedule", "ok")


def test_a_clock_that_is_set_back_runs_nothing_twice(world: World) -> None:
    world.tick(MONDAY)
    assert world.tick("2026-11-16T05:00+01:00").news == ()
    assert world.tick(MONDAY).news == ()
    assert world.rows() == [OK]


def test_after_a_clock_far_ahead_the_schedule_goes_on(world: World) -> None:
    world.tick("2040-01-02T06:00+01:00")
    assert {row[4] for row in world.rows()} == {"missed", "skipped"}
    world.tick(MONDAY)
    assert OK in world.rows()


def test_a_slot_that_a_clock_far_ahead_left_out_is_run_once_its_day_comes(world: World) -> None:
    world.tick("2027-01-04T06:00+01:00")
    assert {row[4] for row in world.rows()} == {"missed", "skipped"}
    world.tick(MONDAY)
    assert world.tick("2026-11-17T05:30+01:00").news == (), "and not twice"
    world.export("next.csv", "c", written_at="2027-01-03T12:00+01:00")
    world.tick("2027-01-04T05:30+01:00")
    statuses = [row[4] for row in world.rows() if row[1] == "2027-01-04"]
    assert sorted(statuses) == ["ok", "skipped"]


def test_a_schedule_that_began_under_a_clock_far_ahead_begins_now(world: World) -> None:
    world.workspace.ledger.unlink()
    world.tick("2040-01-02T04:00+01:00")
    world.tick("2026-11-15T12:00+01:00")
    world.tick("2026-11-16T09:00+01:00")
    assert world.rows() == [("weekly", "2026-11-16", 1, "catch-up", "ok")]
