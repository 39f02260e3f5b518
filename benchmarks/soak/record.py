"""What each process said of itself: the steps that it did, and, if it came to its end, what it took.

A file per run, written by the run alone, beside the workspace: the kills are counted by it, and not by the ledger.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.soak.plan import Step
from jobs.slot import Slot

START = "start"  # the last step of a process that had done none
KILLED = {"over": None, "cpu": 0.0, "peak_mb": 0.0}


@dataclass(frozen=True, slots=True)
class Process:
    """One process of a slot. code, cpu, peak_mb: of its end, None and 0 where it was killed. text: all that it said."""

    run_id: str
    job: str
    on: str
    steps: tuple[Step, ...]
    code: int | None
    cpu: float
    peak_mb: float
    text: str

    @property
    def is_killed(self) -> bool:
        return self.code is None

    @property
    def last_step(self) -> str:
        return self.steps[-1].name if self.steps else START

    @property
    def phase(self) -> str:
        """The last step, told alike for every week and file."""
        return kind_of(self.last_step)


def log_file(folder: Path, slot: Slot) -> Path:
    """Where the process of this slot says what it does; names are in the order of time."""
    return folder / f"{slot.run_id}.{slot.job}.{slot.on}.jsonl"


def processes(folder: Path, job: str = "*", on: str = "*") -> tuple[Process, ...]:
    """Every process so far, of a job and a day or of all, in the order of time."""
    files = folder.glob(f"*.{job}.{on}.jsonl")
    return tuple(map(_read, sorted(files, key=lambda path: path.stat().st_mtime_ns)))


def last_whole(folder: Path, job: str) -> Process | None:
    """The last process of this job that came to its end."""
    whole = [process for process in processes(folder, job) if process.code == 0]
    return whole[-1] if whole else None


def say(**facts: object) -> str:
    """A line of the record, as the process of a run writes it."""
    return json.dumps(facts)


def kind_of(step: str) -> str:
    """The name of a step without the week or the file that it is about."""
    if step.startswith("out/") and step.endswith(" published"):
        return "pages published"
    folder, is_file, rest = step.partition("/")
    return f"file of {folder}/ {rest.rsplit(' ', 1)[-1]}" if is_file else step


def _read(path: Path) -> Process:
    run_id, job, on, _ = path.name.split(".")
    text = path.read_text(encoding="utf-8")
    facts = tuple(_facts(text))
    steps = tuple(Step(fact["passed"], fact["cpu"]) for fact in facts if "passed" in fact)
    over: dict[str, Any] = next((fact for fact in facts if "over" in fact), KILLED)
    return Process(run_id, job, on, steps, over["over"], over["cpu"], over["peak_mb"], text)


def _facts(text: str) -> Iterable[dict[str, Any]]:
    """A process that is killed may leave half a line."""
    for line in text.splitlines():
        if line.startswith("{") and line.endswith("}"):
            yield json.loads(line)
