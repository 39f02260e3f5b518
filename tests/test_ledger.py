"""runs.sqlite: what it keeps of a run, of a slot of the schedule, and of an earlier version's file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from jobs.errors import BatnaError, SlotDone
from jobs.ledger import Ledger, RunRow, Status
from jobs.schedule.record import done_slots, note
from jobs.slot import Slot
from tests.fakes import NOON

SLOT = Slot("weekly", date(2026, 11, 16), NOON)
FIRST_VERSION = """
create table runs (
    run_id text primary key, command text not null, started_at text not null, ended_at text, as_of_on text,
    outcome text not null, exit_code integer, error text, counts text not null, refused text not null,
    overrides text not null
);
create table run_weeks (run_id text not null, as_of_on text not null, outcome text, primary key (run_id, as_of_on));
insert into runs values
    ('a', 'weekly', '2026-11-02T05:00:00+00:00', '2026-11-02T05:01:00+00:00', '2026-11-01', 'done', 0, null,
     '{"files": 2}', '[]', '["--restate"]'),
    ('b', 'load', '2026-11-03T05:00:00+00:00', '2026-11-03T05:01:00+00:00', null, 'refused', 3, 'DataRefused',
     '{}', '[{"file": "x.csv", "reason": "x"}]', '[]'),
    ('c', 'backfill', '2026-11-04T05:00:00+00:00', null, null, 'running', null, null, '{}', '[]', '[]');
insert into run_weeks values ('c', '2026-10-25', 'failed');
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "runs.sqlite")


def begin(ledger: Ledger, run_id: str, slot: Slot | None = SLOT) -> None:
    ledger.begin(RunRow(run_id, "weekly", NOON, slot=slot))


def end(ledger: Ledger, run_id: str, status: Status) -> None:
    ledger.end(run_id, NOON + timedelta(minutes=1), status, 0 if status == "ok" else 1, None)


def test_an_earlier_versions_file_is_brought_up_with_everything_in_it(ledger: Ledger) -> None:
    with closing(sqlite3.connect(ledger.path)) as connection:
        connection.executescript(FIRST_VERSION)
    rows = ledger.rows("select * from runs order by run_id")
    assert [(row["run_id"], row["status"], row["trigger"], row["attempt"], row["slot"]) for row in rows] == [
        ("a", "ok", "hand", 1, None), ("b", "failed", "hand", 1, None), ("c", "running", "hand", 1, None),
    ]  # fmt: skip
    assert (rows[0]["overrides"], rows[0]["counts"]) == ('["--restate"]', '{"files": 2}')
    assert "x.csv" in rows[1]["refused"]
    assert ledger.last_outcomes() == ((date(2026, 11, 1), "ok"), (date(2026, 10, 25), "failed"))
    begin(ledger, "d")
    assert [row["status"] for row in ledger.rows("select status from runs where run_id = 'c'")] == ["interrupted"]


def test_a_file_without_deliveries_gets_them_and_keeps_the_rest(ledger: Ledger) -> None:
    begin(ledger, "a")
    with closing(sqlite3.connect(ledger.path)) as connection:
        connection.executescript("drop table deliveries; pragma user_version = 2")
    assert ledger.rows("select * from deliveries") == []
    assert [row["run_id"] for row in ledger.rows("select run_id from runs")] == ["a"]


def test_an_upgrade_that_fails_changes_nothing(ledger: Ledger) -> None:
    with closing(sqlite3.connect(ledger.path)) as connection:
        connection.executescript(FIRST_VERSION + "create view one_ok_per_slot as select 1;")
    before = ledger.path.read_bytes()
    with pytest.raises(BatnaError, match="cannot be used"):
        begin(ledger, "d")
    assert ledger.path.read_bytes() == before


def test_a_later_versions_file_is_left_alone(ledger: Ledger) -> None:
    with closing(sqlite3.connect(ledger.path)) as connection:
        connection.execute("pragma user_version = 99")
    before = ledger.path.read_bytes()
    with pytest.raises(BatnaError, match=r"a later version of batna wrote it .* Run that version here, or upgrade"):
        begin(ledger, "a")
    assert ledger.path.read_bytes() == before


def test_a_file_that_is_no_database_is_named_with_the_mend(ledger: Ledger) -> None:
    ledger.path.write_bytes(b"no database at all, but long enough to look like one" * 50)
    with pytest.raises(BatnaError, match=r"runs\.sqlite: cannot be used .* the next run begins a new one"):
        begin(ledger, "a")
    with pytest.raises(BatnaError, match=r"runs\.sqlite: cannot be used"):
        ledger.last_outcomes()


def test_attempts_of_a_slot_are_counted_until_one_ends_it(ledger: Ledger) -> None:
    for run_id in ("a", "b"):
        begin(ledger, run_id)
        end(ledger, run_id, "interrupted")
    begin(ledger, "c")
    end(ledger, "c", "ok")
    rows = ledger.rows("select attempt, status from runs order by run_id")
    assert [tuple(row) for row in rows] == [(1, "interrupted"), (2, "interrupted"), (3, "ok")]
    with pytest.raises(SlotDone, match="weekly of 2026-11-16: another process has run it"):
        begin(ledger, "d")


@pytest.mark.parametrize("status", ["failed", "skipped", "missed"])
def test_a_slot_that_was_dealt_with_is_not_run_again(ledger: Ledger, status: Status) -> None:
    begin(ledger, "a")
    end(ledger, "a", status)
    with pytest.raises(SlotDone):
        begin(ledger, "b")


def test_two_that_look_at_once_leave_a_slot_out_once(ledger: Ledger) -> None:
    """The one that writes last has read its clock first."""
    assert note(ledger, SLOT, "missed", NOON + timedelta(seconds=1))
    assert not note(ledger, SLOT, "missed", NOON)
    assert ("weekly", SLOT.on) in done_slots(ledger, 3, NOON)


def test_two_ok_of_one_slot_cannot_be_written(ledger: Ledger) -> None:
    begin(ledger, "a")
    with ledger.transaction() as connection:
        connection.execute(
            "insert into runs select 'b', command, slot, 2, trigger, started_at, null, null, null, 'running', null,"
            " null, null, '[]', '{}', '[]', '[]' from runs"
        )
    end(ledger, "a", "ok")
    with pytest.raises(sqlite3.IntegrityError):
        end(ledger, "b", "ok")


def test_runs_by_hand_are_of_no_slot(ledger: Ledger) -> None:
    for run_id in ("a", "b"):
        begin(ledger, run_id, None)
        end(ledger, run_id, "ok")
    assert [tuple(row) for row in ledger.rows("select trigger, attempt from runs")] == [("hand", 1), ("hand", 1)]


def test_what_was_cut_short_while_it_published_is_done_once_that_is_finished(ledger: Ledger) -> None:
    begin(ledger, "a")
    ledger.end_late("a", datetime(2026, 11, 16, 13, tzinfo=UTC))
    assert [tuple(row) for row in ledger.rows("select status, exit_code, ended_at from runs")] == [
        ("ok", 0, "2026-11-16T13:00:00+00:00")
    ]


def test_reading_writes_nothing(ledger: Ledger) -> None:
    assert ledger.rows("select * from runs") == []
    assert not ledger.path.exists()
