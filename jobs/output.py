"""Rows of a query as text: a table for people, CSV, JSON and Markdown for programs and documents."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from textwrap import wrap
from typing import Any, TextIO

from jobs.formulas import harmless

Row = Sequence[Any]
_Cell = tuple[str, bool]  # text, and whether it stands to the right

ROWS_MEASURED = 1_000
_GAP = "  "
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Result:
    """Columns and rows of a query; the rows can be read once."""

    columns: Sequence[str]
    rows: Iterator[Row]


def write_table(result: Result, out: TextIO, room: int | None = None) -> None:
    """Columns side by side, numbers to the right; an empty cell of the data reads NULL.

    Columns are as wide as the first rows need; a longer cell further down moves its own line. room: letters of a line
    of the terminal; where a row does not fit, its columns stand below one another.
    """
    first = [_shown(row) for row in islice(result.rows, ROWS_MEASURED)]
    heads = [(_visible(name), False) for name in result.columns]
    widths = [max(width(cell[0]) for cell in column) for column in zip(heads, *first, strict=True)]
    is_narrow = room is not None and sum(widths) + len(_GAP) * (len(widths) - 1) > room
    if not is_narrow:
        for line in (heads, [("-" * width, False) for width in widths]):
            out.write(_line(line, widths))
    count = 0
    for count, row in enumerate(chain(first, map(_shown, result.rows)), start=1):
        if is_narrow:
            out.write("\n" * (count > 1) + "".join(_block(heads, row, room or 0)))
        else:
            out.write(_line(row, widths))
    out.write("\n" * is_narrow)
    out.write(f"({count:,} {'row' if count == 1 else 'rows'})\n")


def write_csv(result: Result, out: TextIO) -> None:
    """RFC 4180 with a header; NULL is an empty cell. No text is a formula to a spreadsheet (jobs/formulas.py)."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(map(harmless, result.columns))
    writer.writerows(map(_csv_cell, row) for row in result.rows)


def write_json(result: Result, out: TextIO) -> None:
    """A list of objects; decimals are numbers with all their digits, dates and times are ISO 8601."""
    keys = [json.dumps(name, ensure_ascii=False) for name in told_apart(result.columns)]
    separator = ""
    out.write("[")
    for row in result.rows:
        pairs = (f"{key}: {as_json(value)}" for key, value in zip(keys, row, strict=True))
        out.write(f"{separator}\n{{{', '.join(pairs)}}}")
        separator = ","
    out.write("\n]\n" if separator else "]\n")


def told_apart(names: Sequence[str]) -> list[str]:
    """Names of columns; the second of one name is that name and _2, for what knows a column by its name alone."""
    apart: list[str] = []
    for name in names:
        number, wanted = 2, name
        while wanted in apart or (wanted != name and wanted in names):
            wanted, number = f"{name}_{number}", number + 1
        apart.append(wanted)
    return apart


def write_markdown(result: Result, out: TextIO) -> None:
    """A table for a document."""
    out.write(f"| {' | '.join(map(_escaped, result.columns))} |\n")
    out.write(f"|{' --- |' * len(result.columns)}\n")
    for row in result.rows:
        out.write(f"| {' | '.join(_escaped(cell_text(value)) for value in row)} |\n")


WRITERS: Mapping[str, Callable[[Result, TextIO], None]] = {
    "table": write_table,
    "csv": write_csv,
    "json": write_json,
    "markdown": write_markdown,
}


def write_text(result: Result, form: str, out: TextIO, room: int | None = None) -> None:
    """The result in one of the forms of text; a table within the room of a terminal, where there is one."""
    if form == "table":
        write_table(result, out, room)
    else:
        WRITERS[form](result, out)


def as_text(result: Result, form: str, room: int | None = None) -> str:
    """The whole result as one text."""
    out = io.StringIO(newline="")
    write_text(result, form, out, room)
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
            return json.dumps(cell_text(value), ensure_ascii=False)


def cell_text(value: Any) -> str:
    """One value as text: ISO 8601, all digits of a decimal; NULL, inf, -inf and nan as words."""
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


def _shown(row: Row) -> list[_Cell]:
    return [(_visible(cell_text(value)), _is_number(value)) for value in row]


def _line(cells: Sequence[_Cell], widths: Sequence[int]) -> str:
    return (
        _GAP.join(_padded(text, room, right) for (text, right), room in zip(cells, widths, strict=True)).rstrip() + "\n"
    )


def _block(heads: Sequence[_Cell], row: Sequence[_Cell], room: int) -> Iterator[str]:
    """A column a line, long text in several; the names stand before them as far as they leave it half of the room."""
    before = max(width(name) for name, _ in heads)
    for (name, _), (text, _) in zip(heads, row, strict=True):
        first, *others = wrap(text, max(room - before - len(_GAP), room // 2), break_on_hyphens=False) or [""]
        yield f"{_padded(name, before, False)}{_GAP}{first}".rstrip() + "\n"
        yield from (f"{' ' * before}{_GAP}{line}\n" for line in others)


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    return cell_text(value) if _is_number(value) else harmless(cell_text(value))


def _visible(text: str) -> str:
    """Text without a sign that a terminal would obey: breaks, escapes, and what turns the order of letters."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _padded(text: str, room: int, right: bool) -> str:
    space = " " * (room - width(text))
    return space + text if right else text + space


def width(text: str) -> int:
    """Cells of a terminal: Chinese letters take two, accents on the letter before and signs that nobody sees none."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def _cells(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _escaped(text: str) -> str:
    return _visible(text.replace("\n", " ")).replace("|", "\\|")
