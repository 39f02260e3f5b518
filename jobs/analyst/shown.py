"""Rows of marts as people.level lets them be handed out: named, under pseudonyms, or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from duckdb import DuckDBPyConnection

from jobs.glossary import columns_of_marts
from jobs.load.sql import literal, name
from jobs.person.columns import names_person, person_names
from jobs.render.people import people_of

_WORDS = ("claim", "proposed_value", "settlement", "what_changed")  # texts that people wrote
_ID_BESIDE = {"rep_name": "rep_id", "confirmed_by_name": "confirmed_by"}
_TEAMS = {"team": "true", "group_id": "group_kind = 'team'"}


@dataclass(frozen=True, slots=True)
class ShownMart:
    """A mart that may be handed out. select: SQL of its rows, without an order; columns: their names."""

    mart: str
    select: str
    columns: tuple[str, ...]

    @property
    def has_date(self) -> bool:
        """Whether it keeps every date, and not the latest alone."""
        return "as_of_on" in self.columns


@dataclass(frozen=True, slots=True)
class Shown:
    """The marts that may be handed out, and the names of those that may not."""

    marts: tuple[ShownMart, ...]
    withheld: tuple[str, ...]


def shown_marts(connection: DuckDBPyConnection, level: str) -> Shown:
    """Every mart at a level of people.level.

    pseudonym: ids and names become R- and a hash, as on the pages, and texts that people wrote are empty. team: a mart
    with a column that names a person is withheld, since its figures are about single persons; of the others, rows of
    teams that may not be shown are left out.
    """
    marts = columns_of_marts(connection)
    if level == "team":
        withheld = tuple(mart for mart, columns in marts.items() if _person_columns(columns))
        hidden = _hidden_teams(connection, level)
        kept = {mart: columns for mart, columns in marts.items() if mart not in withheld}
        return Shown(tuple(_of_teams(mart, columns, hidden) for mart, columns in kept.items()), withheld)
    replaced = _pseudonyms if level == "pseudonym" else lambda _: {}
    return Shown(tuple(_selected(mart, columns, replaced(columns)) for mart, columns in marts.items()), ())


def _selected(mart: str, columns: Sequence[str], replaced: Mapping[str, str], condition: str = "true") -> ShownMart:
    listed = ", ".join(f"{replaced.get(column, name(column))} as {name(column)}" for column in columns)
    return ShownMart(mart, f"select {listed} from marts.{name(mart)} where {condition}", tuple(columns))


def _of_teams(mart: str, columns: Sequence[str], hidden: Sequence[str]) -> ShownMart:
    listed = ", ".join(map(literal, hidden))
    conditions = [
        f"not coalesce({name(column)} in ({listed}) and {applies}, false)"
        for column, applies in _TEAMS.items()
        if column in columns and hidden
    ]
    return _selected(mart, columns, {}, " and ".join(conditions) or "true")


def _hidden_teams(connection: DuckDBPyConnection, level: str) -> tuple[str, ...]:
    """Teams that were too small on any date: what one date hides another must not tell."""
    dates: list[tuple[date]] = connection.execute("select as_of_on from scores.weeks order by as_of_on").fetchall()
    return tuple(sorted({team for (day,) in dates for team in people_of(connection, day, level).hidden}))


def _person_columns(columns: Sequence[str]) -> dict[str, str]:
    """Columns that stand for a person, and in which rows they do; one that may and never does in a mart is none."""
    known = person_names()
    conditions = {column: names_person(column, columns, known) for column in columns}
    return {column: condition for column, condition in conditions.items() if condition == "true"}


def _pseudonyms(columns: Sequence[str]) -> dict[str, str]:
    people = {column: _pseudonym(_ID_BESIDE.get(column, column)) for column in _person_columns(columns)}
    return {**people, **{column: "cast(null as varchar)" for column in _WORDS if column in columns}}


def _pseudonym(column: str) -> str:
    return f"'R-' || left(sha256({name(column)}), 8)"
