"""What the engine says of a query that it refuses: the place in the query, the fault, and the nearest name."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from jobs.analyst.refused import Refused
from jobs.disk_faults import damage_told
from jobs.errors import BatnaError
from jobs.nearest import nearest
from jobs.output import width

_SHOWN = 100  # columns of a terminal that a line of the query may take
_LISTED = 3


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the text: line and column count from 1, in letters."""

    line: int
    column: int
    length: int
    text: str


def refused(connection: DuckDBPyConnection, error: Exception, sql: str, memory_mb: int, root: Path) -> BatnaError:
    """The engine's exception as a fault of the query, or of the warehouse in `root`.

    The connection tells of errors as JSON.
    """
    if isinstance(error, MemoryError | duckdb.OutOfMemoryException):
        fault = f"the query needs more memory than {memory_mb:,} MiB"
        return Refused("sql", fault, "Ask for fewer rows or columns, or raise memory_mb under [sql] in batna.toml")
    told = _told(error)
    damage = damage_told(told["exception_message"], root)
    if damage:
        return damage
    fault, _, rest = told["exception_message"].partition("\n")
    mend, is_unknown = _mend(connection, told, rest), _is_table(told) or _is_column(told)
    place = _place(sql, told.get("location"))
    if place is None:
        return Refused("sql", fault.rstrip("!."), mend, is_unknown=is_unknown)
    where = f"sql, line {place.line}, column {place.column}"
    return Refused(where, fault.rstrip("!."), mend, _excerpt(place), is_unknown=is_unknown)


def _is_table(told: dict[str, Any]) -> bool:
    return bool(told.get("type") == "Table" or "schema" in told["exception_message"])


def _is_column(told: dict[str, Any]) -> bool:
    return bool(told.get("error_subtype") == "COLUMN_NOT_FOUND")


def _told(error: Exception) -> dict[str, Any]:
    """The parts of the message; of one that is no JSON, the text alone."""
    _, _, text = str(error).partition(": ")
    try:
        told: dict[str, Any] = json.loads(text)
        return told
    except ValueError:
        return {"exception_message": text or str(error)}


def _mend(connection: DuckDBPyConnection, told: dict[str, Any], rest: str) -> str:
    if _is_table(told):
        return _nearest_table(connection, told)
    if _is_column(told):
        return _nearest_column(connection, told)
    if "it exists in the" in told["exception_message"]:
        return "Extensions cannot be loaded here"
    if told.get("candidates"):
        return f"The nearest is {told['candidates']}"
    if "explicit type casts" in told["exception_message"]:
        return "Say the type of a parameter with a cast, as $name::integer"
    return " ".join(rest.split()).rstrip(".") if len(rest) < 2 * _SHOWN else ""


def _nearest_table(connection: DuckDBPyConnection, told: dict[str, Any]) -> str:
    """Of all tables and views by their whole names; a mart before a table of the same name."""
    wanted = re.search(r'Table with name "?([^" ]+)"?', told["exception_message"])
    known = _known(
        connection,
        "select schema_name || '.' || view_name from duckdb_views() where not internal "
        "union all select schema_name || '.' || table_name from duckdb_tables()",
    )
    name = wanted[1] if wanted else str(told.get("name", ""))
    marts = [each for each in known if each.startswith("marts.")]
    same = [each for each in (*marts, *known) if each.partition(".")[2] == name.rpartition(".")[2]]
    found = same[0] if same else nearest(name if "." in name else f"marts.{name}", known, 0.75)
    return _nearest([found]) if found else "`batna tables` lists the marts"


def _nearest_column(connection: DuckDBPyConnection, told: dict[str, Any]) -> str:
    """Those of the tables that the query reads; else the mart that has a column of this very name."""
    name, candidates = str(told["name"]), [each for each in str(told.get("candidates", "")).split(",") if each]
    alike = get_close_matches(name, candidates, _LISTED, 0.6)
    query = (
        "select schema_name || '.' || table_name from duckdb_columns() where column_name = ? and schema_name = 'marts'"
    )
    marts = _known(connection, query, name)
    if marts and not alike:
        return f"It is a column of {', '.join(marts[:_LISTED])}"
    return _nearest(alike or candidates) if candidates else f"`batna columns {name}` looks for it"


def _known(connection: DuckDBPyConnection, query: str, *values: str) -> list[str]:
    with connection.cursor() as cursor:
        return sorted(row[0] for row in cursor.execute(query, list(values)).fetchall())


def _nearest(names: Sequence[str]) -> str:
    """A mend that names what was probably meant, the likeliest first."""
    *others, last = names[:_LISTED]
    return f"The nearest is {last}" if not others else f"The nearest are {', '.join(others)} and {last}"


def _place(sql: str, location: str | None) -> _Place | None:
    """The engine counts in bytes of UTF-8, from 0."""
    if not location:
        return None
    start, length = json.loads(location)
    source = sql.encode()
    before = source[:start].decode(errors="ignore")
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1)
    marked = source[start : start + length].decode(errors="ignore").partition("\n")[0]
    return _Place(line, column + 1, max(len(marked), 1), sql.split("\n")[line - 1])


def _excerpt(place: _Place) -> str:
    """The line of the query with a caret below, as much of it as a terminal shows."""
    text = place.text.replace("\t", " ").replace("\r", " ")
    first = max(0, min(place.column - 1 - _SHOWN // 2, len(text) - _SHOWN))
    before, marked = text[first : place.column - 1], text[place.column - 1 : place.column - 1 + place.length]
    shown = text[first : first + _SHOWN]
    room = max(1, min(width(marked), _SHOWN - width(before)))
    number = f"{place.line} | "
    return f"{number}{shown}\n{' ' * (len(number) - 2)}| {' ' * width(before)}{'^' * room}"
