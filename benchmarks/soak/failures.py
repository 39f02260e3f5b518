"""What is told of a slot that ended in a way in which none may: all that there is to find out why."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.soak.place import Place
from benchmarks.soak.record import processes
from jobs.ledger import Ledger

SHOWN_LINES, SHOWN_CHARACTERS = 12, 3000


def failures(place: Place) -> Iterator[str]:
    """Each slot that was failed, skipped or missed: the end of what its process said, and of the error's own words."""
    bad = "select * from runs where status not in ('ok', 'interrupted', 'running')"
    for row in Ledger(place.workspace.ledger).rows(bad):
        said = [line for run in processes(place.runs) if run.run_id == row["run_id"] for line in run.text.splitlines()]
        ending = f"{row['command']} of {row['slot']} is {row['status']}: {row['error']}"
        yield "\n".join([ending, *said[-SHOWN_LINES:], *_traceback(place, row["run_id"])])


def _traceback(place: Place, run_id: str) -> Iterator[str]:
    """These people are invented, so the words may be shown."""
    kept = place.workspace.work / f"traceback-{run_id}.txt"
    if kept.exists():
        yield f"{kept}:"
        yield kept.read_text(encoding="utf-8")[-SHOWN_CHARACTERS:]
