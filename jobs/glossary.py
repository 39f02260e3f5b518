"""What every column of a mart means: sql/columns.toml, put into the catalogue of a warehouse as comments."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from jobs import shipped
from jobs.load.sql import literal, name

_OF = "of"  # the table of a section that holds what single marts say otherwise
_NOT_SECTIONS = ("units", "bounds")


@dataclass(frozen=True, slots=True)
class Entry:
    """A text of the file: what it says, and the section of docs/measures.md, None where none is needed."""

    text: str
    section: str | None


@dataclass(frozen=True, slots=True)
class Glossary:
    """What the file says. everywhere: by column. within: by mart and column, where a mart says it otherwise."""

    everywhere: Mapping[str, Entry]
    within: Mapping[tuple[str, str], Entry]
    units: Mapping[str, str]
    bounds: Mapping[str, str]

    def comment(self, mart: str, column: str, columns: Collection[str]) -> str | None:
        """What a column of a mart means, given all columns of the mart; None where nobody has said it."""
        entry = self._entry(mart, column, columns)
        if entry is None:
            return None
        section = f" (measures, section {entry.section})" if entry.section else ""
        return f"{entry.text}{self._unit(column, entry.text)}{section}"

    def _entry(self, mart: str, column: str, columns: Collection[str]) -> Entry | None:
        return self.within.get((mart, column)) or self.everywhere.get(column) or self._bound(mart, column, columns)

    def _bound(self, mart: str, column: str, columns: Collection[str]) -> Entry | None:
        """A column that stands beside another one, whose name is the same but for one part."""
        for part, text in self.bounds.items():
            base = column.replace(part, "", 1)
            if part in column and base in columns:
                beside = self._entry(mart, base, columns)
                return Entry(text.format(base=base), beside.section if beside else None)
        return None

    def _unit(self, column: str, text: str) -> str:
        unit = next((unit for ending, unit in self.units.items() if column.endswith(ending)), "")
        is_told = not unit or unit.rstrip(".").lower() in text.lower() or "currency" in text or " to 1" in text
        return "" if is_told else f" {unit}"


def read_glossary(path: Path) -> Glossary:
    """The file as it stands."""
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    everywhere: dict[str, Entry] = {}
    within: dict[tuple[str, str], Entry] = {}
    for table, entries in values.items():
        if table not in _NOT_SECTIONS:
            section = table.removeprefix("section_") if table.startswith("section_") else None
            everywhere |= {column: Entry(text, section) for column, text in entries.items() if column != _OF}
            within |= dict(_within(entries.get(_OF, {}), section))
    return Glossary(everywhere, within, values["units"], values["bounds"])


def _within(marts: Mapping[str, Mapping[str, Any]], section: str | None) -> Iterator[tuple[tuple[str, str], Entry]]:
    for mart, entries in marts.items():
        for column, text in entries.items():
            yield (mart, column), Entry(text, section)


@cache
def shipped_glossary() -> Glossary:
    """That of this version. Read once in a process: it is a file of the product."""
    return read_glossary(shipped.SQL / "columns.toml")


def comment_columns(connection: DuckDBPyConnection) -> None:
    """Put the comments on the columns of every mart that is there, in one transaction: one by one each is a write."""
    glossary, marts = shipped_glossary(), columns_of_marts(connection)
    statements = [
        f"comment on column marts.{name(mart)}.{name(column)} is {literal(comment)}"
        for mart, columns in marts.items()
        for column in columns
        if (comment := glossary.comment(mart, column, columns)) is not None
    ]
    connection.execute("; ".join(["begin", *statements, "commit"]))


def columns_of_marts(connection: DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    """The columns of every mart, in their order."""
    rows = connection.execute(
        "select table_name, column_name from duckdb_columns() "
        "where schema_name = 'marts' and database_name = current_database() order by table_name, column_index"
    ).fetchall()
    marts: dict[str, tuple[str, ...]] = {}
    for mart, column in rows:
        marts[mart] = (*marts.get(mart, ()), column)
    return marts
