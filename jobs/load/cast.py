"""From text to the types of raw.*: SQL for one cell in one format. Called by formats and stage.

A cast runs in two steps, `prepared` and `value`, so that a pattern is matched once per cell. A cell that
cannot be cast gives NULL, which stage turns into a refusal. ISO dates and plain numbers take a short way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from jobs.load.cells import Cell
from jobs.load.entities import SQL_TYPES
from jobs.load.sql import literal

DAYS = ("date", "time")
NUMBERS = ("money", "rate", "share", "number", "integer")
GROUPED = ("money", "number", "integer")  # kinds in which thousands may be set apart
TRUE = ("true", "t", "yes", "y", "1")
FALSE = ("false", "f", "no", "n", "0")

_DATE_PATTERN = (
    r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})"
    r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?\s*([AaPp][Mm])?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?"
)
_DATE_PARTS = ("a", "b", "c", "hour", "minute", "second", "half", "zone")
_POSITION = {"dmy": ("c", "b", "a"), "mdy": ("c", "a", "b"), "ymd": ("a", "b", "c")}
NAMED = "named"  # the order of dates whose month is an English word: Oct 7, 2025 6:55 PM
_NAMED_DAYS = ("%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y")
_CLOCKS = ("%I:%M %p", "%I:%M:%S %p", "%H:%M", "%H:%M:%S")
_NAMED_TIMES = tuple(f"{day} {clock}" for day, clock in product(_NAMED_DAYS, _CLOCKS))
_SPACES = " \u00a0\u202f'"  # set thousands apart whatever the decimal sign is


@dataclass(frozen=True)
class Format:
    """How a column is written. order: dmy, mdy, ymd, NAMED, None for ISO; decimal None: a plain number with a point."""

    order: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    percent: bool = False
    is_date: bool = False
    invert: bool = False  # one divided by the number is meant


@dataclass(frozen=True)
class Zones:
    """IANA names: of times written without a zone, and of days written without a time."""

    time: str
    day: str


def prepared(cell: Cell, form: Format, text: str) -> str:
    """What `value` works on: the parts of a date, a number without its thousands, or the text itself."""
    if cell.kind in DAYS and form.order and form.order != NAMED:
        parts = ", ".join(literal(part) for part in _DATE_PARTS)
        return f"regexp_extract({text}, {literal('^' + _DATE_PATTERN + '$')}, [{parts}])"
    if cell.kind in NUMBERS and form.decimal:
        text = _plain_number(cell, form, text)
    return _fraction(form, text) if cell.kind == "share" else text


def value(cell: Cell, form: Format, ready: str, zones: Zones) -> str:
    """The typed value of a prepared cell; NULL where it cannot be cast."""
    match cell.kind:
        case "date":
            return _day(form, ready)
        case "time":
            return _time(form, ready, zones)
        case "boolean":
            return _boolean(ready)
        case "code" if cell.column.codes:
            return _code(cell.column.codes, ready)
        case "text" | "code":
            return ready
        case _:
            return _number(cell.kind, form, ready)


def iso_day(text: str) -> str:
    """The day at the start of an ISO text, cut off and never shifted. A year has four digits: 12/5/26 is none."""
    return f"case when strpos({text}, '-') = 5 or strpos({text}, '/') = 5 then try_cast({text} as date) end"


def iso_time(text: str) -> str:
    """The time as it stands in an ISO text; words after it are not read."""
    is_closed = f"(right({text}, 1) between '0' and '9' or right({text}, 1) = 'Z')"
    return f"case when strpos({text}, '-') = 5 and {is_closed} then try_cast({text} as timestamp) end"


def _list(words: tuple[str, ...]) -> str:
    return "(" + ", ".join(literal(word) for word in words) + ")"


def _boolean(text: str) -> str:
    is_true, is_false = f"lower({text}) in {_list(TRUE)}", f"lower({text}) in {_list(FALSE)}"
    return f"case when {is_true} then true when {is_false} then false end"


def _day(form: Format, ready: str) -> str:
    if form.order == NAMED:
        return f"{_named(ready, [*_NAMED_DAYS, *_NAMED_TIMES])}::date"
    return _ordered_day(form.order, ready) if form.order else iso_day(ready)


def _named(text: str, formats: Sequence[str]) -> str:
    """The moment that an English text tells in one of these formats of strptime. A year has four digits."""
    moment = f"try_strptime({text}, [{', '.join(literal(form) for form in formats)}])"
    return f"case when {moment} >= timestamp '1000-01-01' then {moment} end"


def _named_time(text: str, zones: Zones) -> str:
    moment = _named(text, _NAMED_TIMES)
    local = moment if zones.time == "UTC" else _from_zone(moment, zones.time)
    return f"coalesce({local}, {end_of_day(_named(text, _NAMED_DAYS), zones.day)})"


def _ordered_day(order: str, parts: str) -> str:
    """A date out of its three parts; a part of four digits in front is a year whatever the order."""
    by_order = _joined_day(*(f"{parts}.{part}" for part in _POSITION[order]))
    year_first = _joined_day(f"{parts}.a", f"{parts}.b", f"{parts}.c")
    return f"case when length({parts}.a) > 2 then {year_first} else {by_order} end"


def _joined_day(year: str, month: str, day: str) -> str:
    """Two-digit years are 1970 to 2069."""
    short = f"case when {year} >= '70' then '19' else '20' end || {year}"
    whole = f"case length({year}) when 4 then {year} when 2 then {short} end"
    fits = f"length({month}) <= 2 and length({day}) <= 2"
    return f"case when {fits} then try_cast({whole} || '-' || {month} || '-' || {day} as date) end"


def _time(form: Format, ready: str, zones: Zones) -> str:
    """UTC. A day without a time is its last microsecond."""
    if form.is_date:
        return end_of_day(_day(form, ready), zones.day)
    if form.order is None:
        return _iso_utc(ready, zones)
    if form.order == NAMED:
        return _named_time(ready, zones)
    day = _ordered_day(form.order, ready)
    hour, half = f"{ready}.hour::int", f"lower({ready}.half)"
    hour = (
        f"case when {half} = 'pm' and {hour} < 12 then {hour} + 12 "
        f"when {half} = 'am' and {hour} = 12 then 0 else {hour} end"
    )
    second = f"case when {ready}.second = '' then '00' else {ready}.second end"
    clock = f"{day} || ' ' || {hour} || ':' || {ready}.minute || ':' || {second}"
    naive = f"try_cast({clock} as timestamp)"
    return (
        f"case when {ready}.hour = '' then {end_of_day(day, zones.day)} "
        f"when {ready}.zone in ('', 'Z') then {_to_utc(naive, zones.time, ready)} "
        f"else timezone('UTC', try_cast({clock} || {ready}.zone as timestamptz)) end"
    )


def _iso_utc(text: str, zones: Zones) -> str:
    naive = iso_time(text)
    if zones.time == "UTC":
        local = naive
    else:
        local = f"case when right({text}, 1) = 'Z' then {naive} else {_from_zone(naive, zones.time)} end"
    shifted = f"timezone('UTC', case when {naive} is not null then try_cast({text} as timestamptz) end)"
    return (
        f"case when length({text}) <= 10 then {end_of_day(iso_day(text), zones.day)} "
        f"when right({text}, 5) = '+0000' then {naive} "
        f"when regexp_matches(substr({text}, 11), '[+-]') then {shifted} "
        f"else {local} end"
    )


def _to_utc(naive: str, zone: str, parts: str) -> str:
    return naive if zone == "UTC" else f"case when {parts}.zone = 'Z' then {naive} else {_from_zone(naive, zone)} end"


def _from_zone(naive: str, zone: str) -> str:
    return f"timezone('UTC', timezone({literal(zone)}, {naive}))"


def end_of_day(day: str, zone: str) -> str:
    next_day = f"({day})::timestamp + interval 1 day"
    return f"({next_day if zone == 'UTC' else _from_zone(next_day, zone)}) - interval 1 microsecond"


def folded(text: str) -> str:
    """A code in small letters and underscores: it may come with capitals, spaces or hyphens."""
    return f"replace(replace(lower({text}), ' ', '_'), '-', '_')"


def _code(codes: tuple[str, ...], text: str) -> str:
    lines = " ".join(f"when {literal(code.lower())} then {literal(code)}" for code in codes)
    return f"case {folded(text)} {lines} end"


def _plain_number(cell: Cell, form: Format, text: str) -> str:
    """The number with a point and nothing else; NULL where it is not written in this format."""
    decimal = "\\." if form.decimal == "." else ","
    other = "," if form.decimal == "." else "\\."
    signs = _SPACES + other if form.thousands is None else form.thousands.replace(".", "\\.")
    whole = rf"(\d+|[1-9]\d{{0,2}}([{signs}]\d{{3}})+)" if cell.kind in GROUPED and signs else r"\d+"
    pattern = rf"[+-]?(({whole})({decimal}\d*)?([eE][+-]?\d+)?|{decimal}\d+)"
    if cell.kind == "share":
        pattern = f"({pattern})\\s*%?"
    point = f"regexp_replace({text}, {literal('[' + signs + ']')}, '', 'g')" if signs else text
    point = f"replace({point}, ',', '.')" if form.decimal == "," else point
    return f"case when regexp_full_match({text}, {literal(pattern)}) then {point} end"


def _number(kind: str, form: Format, ready: str) -> str:
    if kind == "share":
        return f"case when {ready} between 0 and 1 then {ready}::decimal(9, 6) end"
    if kind == "integer":
        exact = f"try_cast({ready} as decimal(38, 6))"
        return f"case when {exact} = trunc({exact}) then try_cast({exact} as bigint) end"
    if form.invert:
        ready = f"1 / nullif(try_cast({ready} as double), 0)"
    return f"try_cast({ready} as {SQL_TYPES[kind]})"


def _fraction(form: Format, text: str) -> str:
    """A number of which hundredths are made where the format or a percent sign says so."""
    hundredths = f"(try_cast(rtrim({text}, ' %') as decimal(18, 6)) * 0.01::decimal(3, 2))"
    if form.decimal is None:
        return hundredths if form.percent else f"try_cast({text} as decimal(18, 6))"
    whole = hundredths if form.percent else f"try_cast({text} as decimal(18, 8))"
    return f"case when right({text}, 1) = '%' then {hundredths} else {whole} end"
