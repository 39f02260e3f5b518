"""Rows as they were loaded, and what of them was known at a moment: 02-data.md, What was known when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from jobs.settings import Settings

Row = Mapping[str, Any]
EVER = datetime(1900, 1, 1)
TICK = timedelta(microseconds=1)
PHASES = ("recognition", "qualified", "evaluation", "negotiation", "closed")

KEYS: Mapping[str, tuple[str, ...]] = {
    "opportunity_changes": ("opportunity_id", "changed_at", "field"),
    "opportunity_snapshots": ("opportunity_id", "changed_at"),
    "reps": ("rep_id",),
    "quotas": ("rep_id", "period_start_on"),
    "credits": ("opportunity_id", "rep_id"),
    "accounts": ("account_id",),
    "products": ("product", "valid_from"),
    "walk_away_points": ("opportunity_id", "set_at"),
    "offers": ("opportunity_id", "offered_at", "side"),
    "approvals": ("opportunity_id", "kind", "role", "requested_at"),
    "declines": ("opportunity_id", "decided_at"),
    "decline_reviews": ("opportunity_id",),
    "returns": ("opportunity_id", "returned_at"),
    "activities": ("opportunity_id", "account_id", "occurred_at", "kind", "side"),
    "fx_rates": ("currency", "valid_from"),
}


@dataclass(frozen=True, slots=True)
class Week:
    """An as-of date: its last moment, and the fiscal quarter it lies in."""

    as_of_on: date
    moment: datetime
    quarter_start_on: date
    quarter_end_on: date


@dataclass(frozen=True)
class Facts:
    """Everything that was loaded, and the settings."""

    tables: Mapping[str, Sequence[Row]]
    settings: Settings

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.workspace.time_zone)

    def has(self, entity: str) -> bool:
        return entity in self.tables

    @cached_property
    def _memo(self) -> dict[tuple[str, datetime], list[Row]]:
        return {}

    def known(self, entity: str, moment: datetime) -> list[Row]:
        """The latest version of every row that was true by the moment."""
        if (entity, moment) not in self._memo:
            self._memo[entity, moment] = self._known(entity, moment)
        return self._memo[entity, moment]

    def _known(self, entity: str, moment: datetime) -> list[Row]:
        latest: dict[tuple[Any, ...], Row] = {}
        rows = [row for row in self.tables.get(entity, ()) if row["version_from_at"] <= moment]
        for row in sorted(rows, key=lambda row: row["version_from_at"]):
            latest[tuple(row.get(name) for name in KEYS[entity])] = row
        return list(latest.values())

    def of(self, entity: str, opportunity_id: str, moment: datetime) -> list[Row]:
        return [row for row in self.known(entity, moment) if row["opportunity_id"] == opportunity_id]

    def start_of(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC).replace(tzinfo=None)

    def end_of(self, day: date) -> datetime:
        """The last moment of a day in the workspace's zone."""
        return self.start_of(day + timedelta(days=1)) - TICK

    def day_of(self, moment: datetime) -> date:
        return moment.replace(tzinfo=UTC).astimezone(self.zone).date()

    def week(self, as_of_on: date) -> Week:
        start = self.quarter_start(as_of_on)
        return Week(as_of_on, self.end_of(as_of_on), start, months_on(start, 3) - timedelta(days=1))

    def quarter_start(self, day: date) -> date:
        months_in = (day.month - self.settings.fiscal.first_month) % 3
        return months_on(day.replace(day=1), -months_in)

    def rate(self, currency: str | None, on: date, moment: datetime) -> Decimal | None:
        """To the reporting currency, at the latest rate valid by a day."""
        if currency == self.settings.reporting.currency:
            return Decimal(1)
        rates = [
            row for row in self.known("fx_rates", moment)
            if row["currency"] == currency and row["valid_from"] <= on
        ]  # fmt: skip
        return max(rates, key=lambda row: row["valid_from"])["rate_to_reporting"] if rates else None

    def phase(self, stage: str | None) -> str | None:
        return self.settings.stages.get(stage) if stage is not None else None


def months_on(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def latest(rows: Iterable[Row], name: str) -> Row | None:
    """The row with the highest value of a column."""
    return max(rows, key=lambda row: row[name], default=None)
