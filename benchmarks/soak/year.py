"""What was done and seen in a soak."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from benchmarks.soak.analyst import Diary
from benchmarks.soak.company import Put
from benchmarks.soak.place import Place
from benchmarks.soak.sizes import Held


@dataclass
class Year:
    """weeks: what the workspace held after the report as of each day. puts: every export, in order.

    keep: people.keep_weeks. service_kills: how often the service itself was killed, its run living on or not.
    """

    place: Place
    keep: int
    puts: list[Put] = field(default_factory=list)
    weeks: dict[date, Held] = field(default_factory=dict)
    diaries: list[Diary] = field(default_factory=list)
    service_kills: int = 0

    @property
    def dates(self) -> list[date]:
        return list(self.weeks)

    @property
    def slots(self) -> list[tuple[str, date]]:
        """What the schedule is asked for: a load and retention before each report but the first."""
        later = self.dates[1:]
        return [
            *(("load", day - timedelta(days=3)) for day in later),
            *(("retention", day) for day in later),
            *(("weekly", day + timedelta(days=1)) for day in self.dates),
        ]
