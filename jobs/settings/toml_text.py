"""TOML text to values, with the line on which each key stands: the standard reader gives no lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jobs.errors import SettingsError

KeyPath = tuple[str | int, ...]
_POSITION = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class TomlText:
    """One parsed file.

    place: how the file is named in messages. values: the tables as written, floats as Decimal.
    lines: the line of each key and table header; an element of an array is its index in the path.
    """

    place: str
    values: Mapping[str, Any]
    lines: Mapping[KeyPath, int]

    def where(self, path: KeyPath) -> str:
        """`file:line` of this key, or of the nearest thing around it that has a line."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.place}:{self.lines[path]}" if path else self.place


def read_toml(text: str, place: str) -> TomlText:
    """Parse TOML. Raises SettingsError with the line where the text is not TOML."""
    try:
        values = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(str(error), text, place) from None
    lines: dict[KeyPath, int] = {}
    for path, line in _key_lines(text):
        lines.setdefault(path, line)
    return TomlText(place=place, values=values, lines=lines)


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`above` laid over `below`: a table is merged, a list or a single value is replaced."""
    result = dict(below)
    for key, value in above.items():
        earlier = result.get(key)
        both_tables = isinstance(value, Mapping) and isinstance(earlier, Mapping)
        result[key] = merged(earlier, value) if both_tables else value  # type: ignore[arg-type]
    return result


def _syntax_error(message: str, text: str, place: str) -> SettingsError:
    found = _POSITION.search(message)
    line = found[1] if found and found[1] else str(len(text.splitlines()))
    fault = _POSITION.sub("", message)
    return SettingsError(
        f"{place}:{line}",
        f"this is not TOML: {fault[:1].lower()}{fault[1:]}",
        'A line reads key = value; text stands in "quotes"',
    )


def _key_lines(text: str) -> Iterator[tuple[KeyPath, int]]:
    """Each key path with its line, first line first. The text is known to be valid TOML."""
    table: KeyPath = ()
    element_counts: dict[KeyPath, int] = {}
    for number, statement in _statements(text):
        values = tomllib.loads(statement)
        if statement.lstrip().startswith("["):
            table = _table_path(values, element_counts)
            yield from ((table[:length], number) for length in range(len(table), 0, -1))
        else:
            yield from ((table + path, number) for path in _paths(values))


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each table header or `key = value` with its first line; a value may go on over several lines."""
    pending: list[str] = []
    first = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if not pending and (not line.strip() or line.lstrip().startswith("#")):
            continue
        first = first if pending else number
        pending.append(line)
        statement = "\n".join(pending)
        if _is_whole(statement):
            yield first, statement
            pending = []


def _is_whole(statement: str) -> bool:
    try:
        tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _table_path(header: Mapping[str, Any], element_counts: dict[KeyPath, int]) -> KeyPath:
    """Path of a table header; inside an array of tables it leads through the array's latest element."""
    path: KeyPath = ()
    value: Any = header
    while value:
        if isinstance(value, list):
            element_counts[path] = element_counts.get(path, 0) + 1
            return (*path, element_counts[path] - 1)
        key, value = next(iter(value.items()))
        path = (*path, key)
        if path in element_counts and not isinstance(value, list):
            path = (*path, element_counts[path] - 1)
    return path


def _paths(value: Any) -> Iterator[KeyPath]:
    """Every path inside a value, the outer ones first."""
    items: Any = ()
    if isinstance(value, Mapping):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, inner in items:
        yield (key,)
        yield from ((key, *path) for path in _paths(inner))
