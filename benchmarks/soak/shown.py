"""What is printed: a line for some weeks, where the kills hit, what the analysts saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

from benchmarks.soak.analyst import Diary
from benchmarks.soak.record import START, Process, kind_of, processes
from benchmarks.soak.year import Year

JOBS = ("load", "retention", "weekly")
HEADER = (
    f"{'week':>4} {'kills':>5} {'CPU s':>6} {'peak MB':>8} {'warehouse MB':>13} {'snapshots MB':>14} {'pages MB':>11}"
    f" {'rest MB':>8} {'archive MB':>11}"
)


def line(year: Year, count: int) -> str:
    """The week that is over: kills so far, CPU and peak memory of the whole reports of the last weeks, and the disk."""
    runs = processes(year.place.runs)
    reports = [run for run in runs if run.job == "weekly" and run.code == 0][-count:]
    kills = sum(run.is_killed for run in runs) + year.service_kills
    found = list(year.weeks.values())[-1]
    snapshots = f"{found.snapshots:.0f} in {found.snapshot_count}"
    pages = f"{found.pages:.1f} in {len(found.weeks)}"
    return (
        f"{len(year.weeks):4} {kills:5} {median(run.cpu for run in reports):6.1f}"
        f" {median(run.peak_mb for run in reports):8.0f} {found.warehouse:13.1f} {snapshots:>14} {pages:>11}"
        f" {found.rest:8.1f} {found.archive:11.1f}"
    )


def kills_text(year: Year) -> str:
    """How many runs of each job were killed, by the last step that they had done; and services."""
    runs = processes(year.place.runs)
    counts = Counter((run.job, run.phase) for run in runs if run.is_killed)
    lines = [f"{'killed after':<26} {' '.join(f'{job:>10}' for job in JOBS)}"]
    for phase in _in_order(runs):
        shown = [str(counts[job, phase] or "") for job in JOBS]
        if any(shown):
            lines.append(f"{phase:<26} {' '.join(f'{count:>10}' for count in shown)}")
    whole = sum(not run.is_killed for run in runs)
    lines.append(f"{counts.total()} of {len(runs)} runs were killed, {whole} came to their end")
    lines.append(f"{year.service_kills} services were killed")
    return "\n".join(lines)


def _in_order(runs: Sequence[Process]) -> Sequence[str]:
    """Every phase, as a report comes through them."""
    longest = sorted(runs, key=lambda run: (run.job == "weekly", len(run.steps)), reverse=True)
    steps = [START, *(kind_of(step.name) for run in longest for step in run.steps)]
    return tuple(dict.fromkeys(steps))


def readers_text(diaries: Sequence[Diary]) -> str:
    """Looks, weeks and faults of each analyst."""
    return "\n".join(_readers(diaries))


def _readers(diaries: Sequence[Diary]) -> Iterator[str]:
    yield f"{'analyst':<12} {'looks':>6} {'weeks':>6} {'faults':>7} {'MB at first':>12} {'at last':>8}"
    for each in diaries:
        first, last = (each.memory or [0.0])[0], (each.memory or [0.0])[-1]
        yield f"{each.kind:<12} {each.looks:6} {len(each.weeks):6} {len(each.faults):7} {first:12.0f} {last:8.0f}"
