"""One tick with a given clock: what is run, what the ledger then says, and what is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.errors import BatnaError
from jobs.ledger import Ledger, RunRow
from jobs.lock import held
from jobs.settings import load_settings
from jobs.slot import Slot
from jobs.upkeep.runs import recent_runs
from jobs.weekly import Request, weekly
from tests.fakes import STAGES, edges
from tests.schedule.world import SETTINGS, World, at

MONDAY = "2026-11-16T05:30+01:00"
OK = ("weekly", "2026-11-16", 1, "schedule", "ok")


def told(world: World) -> list[tuple[str, str]]:
    return [(news.slot.name, news.status) for news in world.news]


def test_at_its_time_the_report_is_made_once_of_the_day_before(world: World) -> None:
    assert world.tick("2026-11-16T05:29+01:00").news == ()
    assert world.tick(MONDAY).ending == "idle"
    assert world.rows() == [OK]
    assert world.workspace.weeks() == ("2026-W46",)
    assert world.tick("2026-11-16T05:31+01:00").news == ()
    assert told(world) == [("weekly of 2026-11-16", "ok")]
    [row] = Ledger(world.workspace.ledger).rows("select * from runs")
    assert row["as_of_on"] == "2026-11-15"
    assert row["data_on"] == "2026-11-15"
    assert row["outputs"] == '["warehouse.duckdb", "out/2026-W46"]'
    assert row["snapshot"] is None


def test_the_snapshot_of_what_was_there_before_is_on_record(world: World) -> None:
    world.tick(MONDAY)
    world.export("second.csv", "c", written_at="2026-11-22T03:00+01:00")
    world.tick("2026-11-23T05:30+01:00")
    row = Ledger(world.workspace.ledger).rows("select snapshot from runs order by started_at")[-1]
    assert (world.workspace.root / row["snapshot"]).is_file()


def test_what_was_missed_is_caught_up_and_the_rest_reported(world: World) -> None:
    world.tick(MONDAY)
    world.export("second.csv", "c", written_at="2026-12-06T03:00+01:00")
    world.tick("2026-12-08T12:00+01:00")
    assert world.rows()[1:] == [
        ("weekly", "2026-11-23", 1, "schedule", "missed"),
        ("weekly", "2026-11-30", 1, "schedule", "missed"),
        ("weekly", "2026-12-07", 1, "catch-up", "ok"),
    ]
    assert told(world)[1:] == [
        ("weekly of 2026-11-23", "missed"), ("weekly of 2026-11-30", "missed"), ("weekly of 2026-12-07", "ok"),
    ]  # fmt: skip
    assert world.tick().news == ()


def test_a_service_that_begins_makes_up_for_nothing(world: World) -> None:
    world.workspace.ledger.unlink()
    assert world.tick("2026-11-18T12:00+01:00").news == ()


def test_a_changed_plan_makes_up_for_nothing(world: World) -> None:
    world.tick(MONDAY)
    world.workspace.settings_file.write_text(SETTINGS + 'schedule.weekly.on = ["tuesday"]\n')
    assert world.tick("2026-11-18T12:00+01:00").news == ()
    world.export("second.csv", "c", written_at="2026-11-24T03:00+01:00")
    world.tick("2026-11-24T05:30+01:00")
    assert world.rows()[-1] == ("weekly", "2026-11-24", 1, "schedule", "ok")


def test_an_outside_clock_that_calls_at_the_slots_own_time_is_not_too_late_to_begin(world: World) -> None:
    world.workspace.ledger.unlink()
    world.tick("2026-11-16T05:30:20+01:00")
    assert world.rows() == [OK]


class TestWithoutRecentExports:
    """Data older than schedule.max_age."""

    LATER = "2026-11-30T05:30+01:00"

    def test_the_week_is_left_out_and_that_is_said(self, world: World) -> None:
        world.tick(MONDAY)
        before = {path: path.read_bytes() for path in (world.workspace.out / "2026-W46").rglob("*.html")}
        world.workspace.settings_file.write_text(SETTINGS + "schedule.catchup = 0\n")
        world.tick(self.LATER)
        assert told(world)[1:] == [("weekly of 2026-11-23", "missed"), ("weekly of 2026-11-30", "skipped")]
        assert str(world.news[-1].data_on) == "2026-11-15"
        assert (world.workspace.out / "index.html").read_text() == "2026-W46\n2026-W48 left out\n"
        assert {path: path.read_bytes() for path in before} == before
        assert world.tick().news == (), "it is told once"

    def test_a_later_run_by_hand_takes_it_off_the_list(self, world: World) -> None:
        world.tick(MONDAY)
        world.workspace.settings_file.write_text(SETTINGS + "schedule.catchup = 0\n")
        world.tick(self.LATER)
        world.export("late.csv", "c", written_at="2026-11-30T09:00+01:00")
        settings = load_settings(world.workspace.root)
        weekly(world.workspace, settings, Request(at("2026-11-29T12:00").date()), edges(clock=lambda: world.now))
        assert (world.workspace.out / "index.html").read_text() == "2026-W46\n2026-W48\n"

    def test_exactly_as_old_as_allowed_is_recent(self, world: World) -> None:
        world.tick(MONDAY)
        world.tick("2026-11-22T03:00+01:00")
        world.workspace.settings_file.write_text(SETTINGS + "schedule.max_age = 8\n")
        world.export("edge.csv", "c", written_at="2026-11-15T05:30+01:00")
        world.tick("2026-11-23T05:30+01:00")
        assert world.rows()[-1][-1] == "ok"

    def test_files_that_a_skipped_run_has_read_stay_in_the_inbox(self, world: World) -> None:
        world.export("first.csv", "a", written_at="2026-11-01T03:00+01:00")
        world.tick(MONDAY)
        assert world.rows()[-1][-1] == "skipped"
        assert [path.name for path in world.workspace.inbox.iterdir()] == ["first.csv"]
        assert not world.workspace.warehouse.exists()


class TestGrowingFiles:
    """load.settle_seconds."""

    @pytest.mark.parametrize(
        ("written_at", "is_taken"),
        [("2026-11-16T05:29:01+01:00", False), ("2026-11-16T05:29:00+01:00", True), ("2026-11-17T00:00+01:00", True)],
    )
    def test_one_that_was_just_written_waits_for_the_next_slot(
        self, world: World, written_at: str, is_taken: bool
    ) -> None:
        world.export("growing.csv", "c", written_at=written_at)
        world.tick(MONDAY)
        assert world.rows() == [OK]
        assert [path.name for path in world.workspace.inbox.iterdir()] == ([] if is_taken else ["growing.csv"])
        [run] = recent_runs(world.workspace, 9)
        assert run["counts"].get("files_still_arriving", 0) == (0 if is_taken else 1)
        assert run["counts"]["files"] == (2 if is_taken else 1)

    def test_a_nightly_load_leaves_it_too(self, world: World) -> None:
        world.workspace.settings_file.write_text('workspace.time_zone = "Europe/Berlin"\nschedule.weekly.on = []\n')
        world.tick("2026-11-15T13:00+01:00")
        world.export("growing.csv", "c", written_at="2026-11-16T02:29:30+01:00")
        world.tick("2026-11-16T02:30+01:00")
        assert world.rows()[-1] == ("load", "2026-11-16", 1, "schedule", "ok")
        assert [path.name for path in world.workspace.inbox.iterdir()] == ["growing.csv"]


class TestFailures:
    """Runs that do not end well."""

    def test_refused_files_are_told_and_not_tried_again(self, world: World) -> None:
        world.export("bad.csv", "refuse", written_at="2026-11-15T03:00+01:00")
        world.tick(MONDAY)
        assert world.rows() == [(*OK[:4], "failed")]
        [news] = world.news
        assert (news.error, news.has_refused, news.is_over) == ("DataRefused", True, True)
        assert world.tick("2026-11-16T05:31+01:00").news == ()

    def test_an_interrupted_run_is_tried_again_so_often_as_the_settings_say(self, world: World) -> None:
        def stopped(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        world.changes = {"stages": replace(STAGES, build=stopped)}
        world.tick(MONDAY)
        assert world.rows() == [(*OK[:2], attempt, "schedule", "interrupted") for attempt in (1, 2, 3)]
        assert [news.is_over for news in world.news] == [False, False, True]
        world.changes = {}
        assert world.tick().news == (), "three times are enough"

    def test_a_dead_process_leaves_an_orphan_and_its_slot_is_run_again(self, world: World) -> None:
        slot = Slot("weekly", at(MONDAY).date(), at(MONDAY))
        Ledger(world.workspace.ledger).begin(RunRow("dead", "weekly", at(MONDAY), slot=slot))
        world.tick(MONDAY)
        assert world.rows() == [(*OK[:4], "interrupted"), ("weekly", "2026-11-16", 2, "schedule", "ok")]

    def test_orphans_of_runs_by_hand_are_marked_too(self, world: World) -> None:
        Ledger(world.workspace.ledger).begin(RunRow("dead", "backfill", world.now))
        world.tick()
        assert world.rows() == [("backfill", None, 1, "hand", "interrupted")]

    def test_a_child_that_dies_before_it_begins_is_a_failure_and_not_a_loop(self, world: World) -> None:
        world.run = lambda _: 2
        world.tick(MONDAY)
        assert world.rows() == [(*OK[:4], "failed")]
        assert world.news[0].error == "exit code 2"

    def test_what_was_cut_short_while_it_published_is_finished_and_not_run_again(self, world: World) -> None:
        def cut(step: str) -> None:
            if step == "warehouse published":
                world.stopping = True
                raise KeyboardInterrupt

        world.changes = {"checkpoint": cut}
        assert world.tick(MONDAY).ending == "stopping"
        world.changes, world.stopping = {}, False
        assert world.tick("2026-11-16T05:31+01:00").news == ()
        assert world.rows() == [OK]
        assert world.workspace.weeks() == ("2026-W46",)


class TestTwoServices:
    """No slot is run twice."""

    def test_a_slot_that_another_service_runs_right_now_is_left_to_it(self, world: World) -> None:
        with held(world.workspace, "weekly", world.now):
            assert world.tick(MONDAY).ending == "busy"
        assert world.rows() == []
        assert world.tick("2026-11-16T05:31+01:00").ending == "idle"
        assert world.rows() == [OK]

    def test_a_slot_that_another_has_run_between_the_look_and_the_start_is_not_run_again(self, world: World) -> None:
        def other_first(slot: Slot) -> int:
            world.in_process(replace(slot, run_id="other"))
            return world.in_process(slot)

        world.run = other_first
        world.tick(MONDAY)
        assert world.rows() == [OK]
        assert world.news == [], "who ran it tells of it"

    def test_one_that_comes_to_a_locked_workspace_waits(self, world: World) -> None:
        def locked(slot: Slot) -> int:
            with held(world.workspace, "weekly", world.now):
                return world.in_process(slot)

        world.run = locked
        assert world.tick(MONDAY).ending == "busy"
        assert world.rows() == []


def test_a_service_that_is_to_stop_begins_nothing(world: World) -> None:
    world.stopping = True
    assert world.tick(MONDAY).ending == "stopping"
    assert world.rows() == []


def test_a_workspace_that_goes_while_a_run_is_on_is_not_made_anew(world: World) -> None:
    """A volume that is unmounted: its folder stays, and is empty."""
    root, aside = world.workspace.root, world.workspace.root.with_name("unmounted")

    def unmounted(_: Slot) -> int:
        root.rename(aside)
        root.mkdir()
        return 1

    world.run = unmounted
    with pytest.raises(BatnaError, match="the workspace is gone"):
        world.tick(MONDAY)
    assert list(root.iterdir()) == []
    root.rmdir()
    aside.rename(root)
    world.run = None
    world.tick(MONDAY)
    assert world.rows() == [OK]


def test_every_job_is_run_in_its_turn(world: World) -> None:
    world.workspace.settings_file.write_text('workspace.time_zone = "Europe/Berlin"\n')
    world.tick("2026-11-15T04:00+01:00")
    world.now += timedelta(hours=26)
    world.export("more.csv", "c", written_at="2026-11-15T23:00+01:00")
    world.tick()
    assert [row[:2] for row in world.rows()] == [
        ("retention", "2026-11-15"), ("load", "2026-11-16"), ("weekly", "2026-11-16"),
    ]  # fmt: skip


def test_a_child_that_is_killed_before_it_begins_is_tried_again(world: World) -> None:
    """It has no row yet; what was killed later is tried again as well."""
    killed = iter((-9,))
    world.run = lambda slot: next(killed, None) or world.in_process(slot)
    world.tick(MONDAY)
    assert [row[-1] for row in world.rows()] == ["interrupted", "ok"]
