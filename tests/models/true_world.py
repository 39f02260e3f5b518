"""Deals whose chances are known, drawn with numpy and written as a CRM would export them: rows and their history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.models.partial import Columns

AS_OF = date(2026, 8, 15)
QUARTERS = tuple(date(2025 + (month - 1) // 12, (month - 1) % 12 + 1, 1) for month in range(1, 19, 3))
SEGMENTS, STAGES = ("smb", "mid"), ("Proposal", "Negotiation")
CHANCES = {("smb", 2): 0.15, ("smb", 3): 0.6, ("mid", 2): 0.35, ("mid", 3): 0.8}
REPS = 12


@dataclass(frozen=True)
class TrueWorld:
    """Deals of six finished quarters, each open from its quarter's first day until it ends within it.

    chances: (n,) of being won; a deal's end falls on the same days of its quarter whether it is won or lost, so that its
    chance while it is open is the same in week 12 as in week 0. is_won: (n,) drawn from them, or given.
    """

    starts: Sequence[date]
    segments: Sequence[str]
    phases: Sequence[int]
    days_open: Sequence[int]
    chances: NDArray[np.float64]
    is_won: NDArray[np.bool_]

    @property
    def count(self) -> int:
        return len(self.starts)

    @property
    def ids(self) -> list[str]:
        return [f"d{number:05}" for number in range(self.count)]

    @property
    def ended(self) -> list[date]:
        return [start + timedelta(days=days) for start, days in zip(self.starts, self.days_open, strict=True)]

    def raw(self, *, told_close_on: Sequence[date | None] | None = None) -> dict[str, Columns]:
        """Rows as exported after the end, and one snapshot each from the creation; told_close_on: the date in it."""
        ids = self.ids
        created = [datetime.combine(start, time(0, 1)) for start in self.starts]
        closed = [datetime.combine(day, time(18)) for day in self.ended]
        reps = [f"r{number % REPS:02}" for number in range(self.count)]
        told = told_close_on or [start + timedelta(days=85) for start in self.starts]
        rows: dict[str, Any] = {
            "opportunity_id": ids, "rep_id": reps, "stage": ["Closed Won" if won else "Closed Lost" for won in self.is_won],
            "amount": 100, "created_at": created, "closed_at": closed, "close_on": self.ended, "segment": list(self.segments),
            "modified_at": closed, "version_from_at": closed,
        }  # fmt: skip
        history: dict[str, Any] = {
            "opportunity_id": ids, "changed_at": created, "stage": [STAGES[phase - 2] for phase in self.phases],
            "amount": 100, "close_on": list(told), "rep_id": reps, "version_from_at": created,
        }  # fmt: skip
        return {"opportunities": rows, "opportunity_snapshots": history}

    def slipping_when_lost(self) -> TrueWorld:
        """Every lost deal ends in the next quarter, every won one on its quarter's last days."""
        return replace(self, days_open=np.where(self.is_won, 89, 110).tolist())

    def shuffled(self, seed: int) -> TrueWorld:
        """The same deals with the outcomes of others."""
        won = np.random.default_rng(seed).permutation(self.is_won)
        return replace(self, is_won=won)


def true_world(seed: int, per_quarter: int = 300) -> TrueWorld:
    """Deals of every segment and phase, whose chances are those of CHANCES."""
    random = np.random.default_rng(seed)
    count = per_quarter * len(QUARTERS)
    starts = [start for start in QUARTERS for _ in range(per_quarter)]
    segments = [SEGMENTS[number] for number in random.integers(0, len(SEGMENTS), count)]
    phases = (random.integers(0, 2, count) + 2).tolist()
    chances = np.array([CHANCES[pair] for pair in zip(segments, phases, strict=True)])
    days = np.where(random.random(count) < 0.5, 89, random.integers(3, 90, count)).tolist()
    return TrueWorld(starts, segments, phases, days, chances, random.random(count) < chances)
