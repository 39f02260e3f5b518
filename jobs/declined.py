"""`batna declined`: what did we decline? None is an answer too, and so is "not measurable"."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import TextIO

import duckdb
from duckdb import DuckDBPyConnection

from jobs.errors import DataRefused, UsageError
from jobs.output import WRITERS, Result
from jobs.query import opened, result_of
from jobs.render.people import people_of
from jobs.settings import Settings
from jobs.weeks import quarter_named
from jobs.workspace import Workspace

MEASURE = "declined_count"
_FOR_PEOPLE = (
    "decided_at::date as decided_on, opportunity_id, rep_id, reason, demanded_amount, floor_amount, "
    "threshold_amount, loss_avoided_amount, margin_protected_amount, is_verified, "
    "returned_at::date as returned_on, recovered_amount"
)


_WHO = {
    "pseudonym": "'R-' || left(sha256(rep_id), 8)",
    "team": "case when not list_contains($hidden, team) then team end",
}
_NOBODY = ("confirmed_by", "confirmed_by_name", "escalated_to")


@dataclass(frozen=True, slots=True)
class Register:
    """The register of declines as people.level shows it: SQL to select from, and the teams too small to be shown."""

    source: str
    hidden: tuple[str, ...] = ()

    @property
    def parameters(self) -> dict[str, list[str]]:
        return {"hidden": list(self.hidden)} if "$hidden" in self.source else {}


@dataclass(frozen=True, slots=True)
class Span:
    """The declines that are asked for: those of one fiscal quarter, or all."""

    label: str | None
    quarter_start_on: date | None

    @property
    def condition(self) -> str:
        return "true" if self.quarter_start_on is None else "quarter_start_on = $quarter_start_on"

    @property
    def parameters(self) -> dict[str, date]:
        return {} if self.quarter_start_on is None else {"quarter_start_on": self.quarter_start_on}

    @property
    def words(self) -> str:
        return f" in {self.label}" if self.label else ""


def span_of(label: str | None, first_month: int) -> Span:
    """The fiscal quarter of a label such as 2026-Q3, or everything. Raises UsageError for any other label.

    The year is the calendar year in which the fiscal year ends.
    """
    if label is None:
        return Span(None, None)
    quarter = quarter_named(label, first_month)
    if quarter is None:
        raise UsageError("--quarter", f'"{label}" is no quarter', "Write a fiscal year and quarter, such as 2026-Q3")
    return Span(quarter.label, quarter.start_on)


def declined(workspace: Workspace, settings: Settings, label: str | None, form: str, out: TextIO) -> None:
    """Write the register of declines; csv and json have all columns of marts.declined_deals.

    Raises DataRefused where no week has been scored yet, UsageError for a bad label.
    """
    span = span_of(label, settings.fiscal.first_month)
    with closing(opened(workspace)) as connection:
        try:
            _answer(connection, span, form, out, register_of(connection, settings.people.level))
        except (duckdb.CatalogException, duckdb.BinderException):  # no such table, no such column
            fault = "files have been loaded here, and no week has been scored by this version"
            raise DataRefused(str(workspace.warehouse), fault, "Run `batna weekly`") from None


def register_of(connection: DuckDBPyConnection, level: str) -> Register:
    """The register under the names that may be shown; who confirmed a decline is a person too."""
    if level == "named":
        return Register("marts.declined_deals")
    shown = [f"{_WHO[level]} as rep_id", f"{_WHO[level]} as rep_name"]
    shown += ["case when not list_contains($hidden, team) then team end as team"] if level == "team" else []
    shown += [f"cast(null as varchar) as {name}" for name in _NOBODY]
    source = f"(select * replace ({', '.join(shown)}) from marts.declined_deals)"
    [(as_of_on,)] = connection.execute("select max(as_of_on) from scores.weeks").fetchall()
    return Register(source, people_of(connection, as_of_on, level).hidden)


def _answer(connection: DuckDBPyConnection, span: Span, form: str, out: TextIO, register: Register) -> None:
    if form == "table" and _count(connection, "declined_deals", span) == 0:
        out.write(_none(connection, span) + "\n")
        return
    columns = _FOR_PEOPLE if form == "table" else "*"
    connection.execute(
        f"select {columns} from {register.source} where {span.condition} "
        "order by quarter_start_on, decided_at, opportunity_id",
        span.parameters | register.parameters,
    )
    result: Result = result_of(connection)
    WRITERS[form](result, out)


def _none(connection: DuckDBPyConnection, span: Span) -> str:
    """Zero declines in words: a finding, or what would have to be exported for it to be one."""
    missing = connection.execute(
        "select missing_entity from marts.data_quality where measure = ? and not is_measurable", [MEASURE]
    ).fetchall()
    if missing:
        return (
            f"Not measurable{span.words}. No file of the entity {missing[0][0]} was loaded, and no loss "
            'reason is mapped to "declined". See `batna template declines` and [outcomes.loss_reason] in '
            "batna.toml."
        )
    possible = _count(connection, "possible_declines", Span(None, None))
    hint = f" {possible} lost deals may be some: review/declines.csv lists them." if possible else ""
    return f"None. Nobody has recorded a decline{span.words}.{hint}"


def _count(connection: DuckDBPyConnection, mart: str, span: Span) -> int:
    sql = f"select count(*) from marts.{mart} where {span.condition}"
    [(count,)] = connection.execute(sql, span.parameters).fetchall()
    return int(count)
