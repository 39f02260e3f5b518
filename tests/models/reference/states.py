"""How a deal stood at a moment, by evidence alone: 03-metrics.md, sections 0 and 1; docs/decisions/0003."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from tests.models.reference.facts import EVER, Facts, Row

FIELDS = ("stage", "amount", "close_on", "rep_id", "probability")

# A snapshot holds the whole deal: these are empty where it has no value, while owner and probability may not be exported.
ALWAYS_TOLD = ("stage", "amount", "close_on")


@dataclass(frozen=True, slots=True)
class Event:
    """One field told at one moment; at equal moments the row itself comes last."""

    at: datetime
    rank: int
    order: tuple[datetime, int]
    field: str
    value: Any
    version: Row | None


@dataclass(frozen=True)
class Deal:
    """A deal with all that was ever told of it."""

    facts: Facts
    opportunity_id: str

    @cached_property
    def versions(self) -> list[Row]:
        rows = [row for row in self.facts.tables["opportunities"] if row["opportunity_id"] == self.opportunity_id]
        return sorted(rows, key=lambda row: row["version_from_at"])

    @cached_property
    def events(self) -> list[Event]:
        rows = [*self._first_values(), *self._snapshots(), *self._changes(), *self._versions()]
        return sorted(rows, key=lambda event: (event.at, event.rank, event.order))

    def _first_values(self) -> list[Event]:
        """The old value of a field's first change held from the beginning."""
        begun = self.versions[0].get("created_at") or EVER
        first: dict[str, Row] = {}
        for row in sorted(self.facts.tables.get("opportunity_changes", ()), key=lambda row: row["changed_at"]):
            if row["opportunity_id"] == self.opportunity_id:
                first.setdefault(row["field"], row)
        return [
            Event(begun, -1, (EVER, 0), field, read(field, row["old_value"]), None)
            for field, row in first.items() if begun <= row["changed_at"] and row["old_value"] is not None
        ]  # fmt: skip

    def _snapshots(self) -> list[Event]:
        return [
            Event(row["changed_at"], 0, (row["version_from_at"], 0), name, row.get(name), None)
            for row in self.facts.tables.get("opportunity_snapshots", ())
            if row["opportunity_id"] == self.opportunity_id
            for name in FIELDS if name in ALWAYS_TOLD or row.get(name) is not None
        ]  # fmt: skip

    def _changes(self) -> list[Event]:
        return [
            Event(row["changed_at"], 1, (row["version_from_at"], 0), row["field"],
                  read(row["field"], row["new_value"]), None)
            for row in self.facts.tables.get("opportunity_changes", ())
            if row["opportunity_id"] == self.opportunity_id
        ]  # fmt: skip

    def _versions(self) -> list[Event]:
        found = []
        for number, row in enumerate(self.versions):
            if row.get("is_gone"):
                continue
            order = (row["version_from_at"], number)
            found += [Event(row["version_from_at"], 2, order, name, row.get(name), row) for name in FIELDS]
            since = self.told_from(row)
            if since < row["version_from_at"]:
                found += [Event(since, 2, order, name, row.get(name), row) for name in FIELDS]
        return found

    def says_closed(self, row: Row) -> bool:
        return bool(row.get("is_closed") or row.get("is_won") or self.facts.phase(row["stage"]) == "closed")

    def closing_of(self, row: Row) -> datetime | None:
        """When a version says that the deal was closed."""
        if row.get("closed_at"):
            return row["closed_at"]
        return self.facts.end_of(row["close_on"]) if row.get("close_on") else None

    def told_from(self, row: Row) -> datetime:
        """From when a version is evidence: a closing is an event of its own."""
        closing = self.closing_of(row) if self.says_closed(row) else None
        if closing is None or closing >= row["version_from_at"]:
            return row["version_from_at"]
        contradicted = any(
            closing < other["version_from_at"] < row["version_from_at"] and not self.says_closed(other)
            for other in self.versions
        )
        return row["version_from_at"] if contradicted else closing

    def told(self, field: str, moment: datetime) -> Any:
        """The value of a field as it was evidenced by the moment; None where nothing tells."""
        told = [event for event in self.events if event.field == field and event.at <= moment]
        return told[-1].value if told else None

    def is_told(self, moment: datetime) -> bool:
        """Whether anything told of its stage, amount or close date by the moment."""
        return any(event.field in ALWAYS_TOLD and event.at <= moment for event in self.events)

    def version(self, moment: datetime) -> Row | None:
        """The version of the row that was evidence at the moment."""
        return next(
            (row for row in reversed(self.versions) if not row.get("is_gone") and self.told_from(row) <= moment), None
        )

    def column(self, name: str, moment: datetime) -> Any:
        """A column without history of its own: of the version then, else of the first one."""
        row = self.version(moment)
        return (row if row is not None else self.versions[0]).get(name)

    def exists(self, moment: datetime) -> bool:
        return (self.column("created_at", moment) or EVER) <= moment

    def is_gone(self, moment: datetime) -> bool:
        seen = [row for row in self.versions if row["version_from_at"] <= moment]
        return bool(seen and seen[-1].get("is_gone"))


def read(field: str, text: str | None) -> Any:
    """A value of a change, which is text."""
    if text is None:
        return None
    if field in ("amount", "probability"):
        return Decimal(text)
    return date.fromisoformat(text) if field == "close_on" else text


@dataclass(frozen=True, slots=True)
class Closing:
    """That a deal was closed: when, and how the CRM says it ended (won, lost or nothing)."""

    at: datetime | None
    result: str | None


def closing(deal: Deal, moment: datetime) -> Closing | None:
    """How the deal was closed by the moment, by the last word on its stage; None while it was open."""
    told = [event for event in deal.events if event.field == "stage" and event.at <= moment]
    if not told:
        return None
    last, results = told[-1], deal.facts.settings.outcomes.stage
    if last.version is not None:
        row = last.version
        at = deal.closing_of(row)
        if not deal.says_closed(row) or (at is not None and at > moment):
            return None
        won = row.get("is_won")
        return Closing(at, results.get(row["stage"]) if won is None else "won" if won else "lost")
    if deal.facts.phase(last.value) != "closed":
        return None
    before = [event for event in told if deal.facts.phase(event.value) != "closed"]
    run = told[told.index(before[-1]) + 1 :] if before else told
    return Closing(run[0].at, results.get(last.value))
