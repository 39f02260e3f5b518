"""The SQL models as they lie in sql/: their names, comments, inputs, and the order that follows from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from jobs.settings import Settings

SCHEMAS = ("staging", "working", "scores", "marts")
_ALIAS = re.compile(r'\s+AS\s+.*$|"', re.IGNORECASE)
_VIEW = "Kept as a view."


@dataclass(frozen=True, slots=True)
class Model:
    """One select that makes one table or view.

    name: schema.table, from the path. comment: the leading comment lines, joined. sql: the whole text.
    inputs: names of all tables that the select reads.
    """

    name: str
    comment: str
    sql: str
    inputs: frozenset[str]

    @property
    def schema(self) -> str:
        return self.name.partition(".")[0]

    @property
    def is_view(self) -> bool:
        """Marts are views; so is what would be larger than what it is made of, and says so in its comment."""
        return self.schema == "marts" or _VIEW in self.comment


@dataclass(frozen=True, slots=True)
class PythonModel:
    """A step of the build that is not SQL: its name among the models, what it reads, what it makes, and how.

    run: takes the connection and the settings, and makes every table of `outputs`. is_lookup: what a row holds follows
    from its key alone, so that nothing of the data passes through it.
    """

    name: str
    inputs: frozenset[str]
    outputs: tuple[str, ...]
    run: Callable[[duckdb.DuckDBPyConnection, Settings], None]
    is_lookup: bool = False


@cache
def read_models(folder: Path) -> tuple[Model, ...]:
    """All models below the folder, by name. Read once in a process: they are files of the product."""
    with duckdb.connect() as parser:
        paths = sorted(path for schema in SCHEMAS for path in (folder / schema).glob("*.sql"))
        return tuple(read_model(parser, path) for path in paths)


def read_model(parser: duckdb.DuckDBPyConnection, path: Path) -> Model:
    """The model in one file; its name is its folder and its stem."""
    sql = path.read_text(encoding="utf-8")
    tables = parser.get_table_names(sql, qualified=True)
    return Model(
        name=f"{path.parent.name}.{path.stem}",
        comment=leading_comment(sql),
        sql=sql,
        inputs=frozenset(_ALIAS.sub("", table) for table in tables),
    )


def leading_comment(sql: str) -> str:
    """The first comment lines of a file as one text."""
    lines: list[str] = []
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        lines.append(line[2:].strip())
    return " ".join(lines)


def needed(nodes: Mapping[str, Iterable[str]], wanted: Iterable[str]) -> dict[str, Iterable[str]]:
    """The nodes that these need, themselves included; names that are no node are taken as given."""
    found: dict[str, Iterable[str]] = {}
    waiting = [name for name in wanted if name in nodes]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = nodes[name]
            waiting += [each for each in nodes[name] if each in nodes]
    return found


def in_order(nodes: Mapping[str, Iterable[str]]) -> Sequence[str]:
    """Names in an order in which each comes after its inputs; inputs that are no node are taken as given.

    Ties are broken by name, so that the order is the same on every machine. Raises graphlib.CycleError.
    """
    sorter = TopologicalSorter({name: sorted(set(inputs) & nodes.keys()) for name, inputs in sorted(nodes.items())})
    return tuple(sorter.static_order())
