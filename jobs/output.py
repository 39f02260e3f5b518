"""Rows of a query as text: a table for people, CSV, JSON and Markdown for programs and documents."""

from __future__ import annotations

import csv
import io
import json
import math
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TextIO

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Result:
    """Columns and rows of a query; the rows can be read once."""

    columns: Sequence[str]
    rows: Iterator[Row]


def write_table(result: Result, out: TextIO) -> None:
    """Columns side by side, numbers to the right; an empty cell of the data reads NULL."""
    rows = [[(_cell(value), _is_number(value)) for value in row] for row in result.rows]
    columns = enumerate(result.columns)
    widths = [max([_width(name), *(_width(row[index][0]) for row in rows)]) for index, name in columns]
    heads = [(name, False) for name in result.columns]
    for line in (heads, [("-" * width, False) for width in widths], *rows):
        cells = [_padded(text, width, right) for (text, right), width in zip(line, widths, strict=True)]
        out.write("  ".join(cells).rstrip() + "\n")
    out.write(f"({len(rows)} {'row' if len(rows) == 1 else 'rows'})\n")


def write_csv(result: Result, out: TextIO) -> None:
    """RFC 4180 with a header; NULL is an empty cell."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(result.columns)
    writer.writerows(["" if value is None else _cell(value) for value in row] for row in result.rows)


def write_json(result: Result, out: TextIO) -> None:
    """A list of objects; decimals are numbers with all their digits, dates and times are ISO 8601."""
    keys = [json.dumps(name, ensure_ascii=False) for name in result.columns]
    separator = ""
    out.write("[")
    for row in result.rows:
        pairs = (f"{key}: {as_json(value)}" for key, value in zip(keys, row, strict=True))
        out.write(f"{separator}\n{{{', '.join(pairs)}}}")
        separator = ","
    out.write("\n]\n" if separator else "]\n")


def write_markdown(result: Result, out: TextIO) -> None:
    """A table for a document."""
    out.write(f"| {' | '.join(map(_escaped, result.columns))} |\n")
    out.write(f"|{' --- |' * len(result.columns)}\n")
    for row in result.rows:
        out.write(f"| {' | '.join(_escaped(_cell(value)) for value in row)} |\n")


WRITERS: Mapping[str, Callable[[Result, TextIO], None]] = {
    "table": write_table,
    "csv": write_csv,
    "json": write_json,
    "markdown": write_markdown,
}


def as_text(result: Result, form: str) -> str:
    """The whole result as one text."""
    out = io.StringIO(newline="")
    WRITERS[form](result, out)
    return out.getvalue()


def as_json(value: Any) -> str:
    """One value as JSON; what JSON has no number for (infinity) is null."""
    match value:
        case Decimal():
            return format(value, "f")
        case float() if not math.isfinite(value):
            return "null"
        case dict():
            pairs = (f"{json.dumps(str(key))}: {as_json(inner)}" for key, inner in value.items())
            return f"{{{', '.join(pairs)}}}"
        case list() | tuple():
            return f"[{', '.join(map(as_json, value))}]"
        case None | bool() | int() | float() | str():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return json.dumps(_cell(value), ensure_ascii=False)


def _cell(value: Any) -> str:
    match value:
        case None:
            return "NULL"
        case bool():
            return str(value).lower()
        case Decimal():
            return format(value, "f")
        case datetime() | date():
            return value.isoformat()
        case bytes():
            return value.hex()
        case dict() | list() | tuple():
            return as_json(value)
        case _:
            return str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def _width(text: str) -> int:
    """Cells of a terminal: Chinese letters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
