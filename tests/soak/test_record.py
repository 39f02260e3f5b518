"""What processes say of themselves, and what is told of one that failed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from benchmarks.soak.failures import failures
from benchmarks.soak.place import Place
from benchmarks.soak.plan import Step
from benchmarks.soak.record import Process, kind_of, last_whole, log_file, processes, say
from jobs.ledger import Ledger, RunRow
from jobs.slot import Slot
from jobs.workspace import init

NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    init(place.workspace.root)
    place.runs.mkdir()
    return place


def slot(run_id: str) -> Slot:
    return Slot("weekly", date(2026, 11, 16), NOW, run_id=run_id)


def test_a_process_that_came_to_its_end_and_one_that_did_not(place: Place) -> None:
    step = say(passed="loaded", cpu=1.5)
    log_file(place.runs, slot("a")).write_text(f"{step}\n{say(over=0, cpu=2.0, peak_mb=300.0)}\n")
    log_file(place.runs, slot("b")).write_text(f'{step}\nnot a line of ours\n{{"passed": "bu')
    steps = (Step("loaded", 1.5),)
    whole, killed = processes(place.runs, "weekly", "2026-11-16")
    assert whole == Process("a", "weekly", "2026-11-16", steps, 0, 2.0, 300.0, whole.text)
    assert killed == Process("b", "weekly", "2026-11-16", steps, None, 0.0, 0.0, killed.text)
    assert (killed.is_killed, killed.last_step, last_whole(place.runs, "weekly")) == (True, "loaded", whole)
    assert processes(place.runs, "load") == ()


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        ("built", "built"),
        ("out/2026-W46 published", "pages published"),
        ("out/dictionary.html placed", "file of out/ placed"),
        ("archive/000021-Account.csv archived", "file of archive/ archived"),
    ],
)
def test_steps_are_counted_alike_for_every_week(step: str, kind: str) -> None:
    assert kind_of(step) == kind


def test_a_slot_that_failed_is_told_with_all_that_there_is(place: Place) -> None:
    ledger = Ledger(place.workspace.ledger)
    ledger.begin(RunRow("a", "weekly", NOW, slot=slot("a")))
    assert list(failures(place)) == []
    ledger.end("a", NOW, "failed", 1, "ValueError")
    log_file(place.runs, slot("a")).write_text("the last words\n")
    kept = place.workspace.work / "traceback-a.txt"
    kept.write_text("in line 7")
    told = f"weekly of 2026-11-16 is failed: ValueError\nthe last words\n{kept}:\nin line 7"
    assert list(failures(place)) == [told]
