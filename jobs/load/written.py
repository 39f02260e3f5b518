"""How a column is written: what formats decides, and cast reads by."""

from __future__ import annotations

from dataclasses import dataclass

DAYS = ("date", "time")
NUMBERS = ("money", "rate", "share", "number", "integer")
GROUPED = ("money", "number", "integer")  # kinds in which thousands may be set apart
EXCEL, EPOCH = "excel", "epoch"  # days counted by Excel; seconds or milliseconds since 1970
COUNTED = (EXCEL, EPOCH)


@dataclass(frozen=True)
class Format:
    """order: dmy, mdy, ymd, EXCEL, EPOCH, None for ISO. decimal None: a plain number with a point."""

    order: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    percent: bool = False
    is_date: bool = False
    invert: bool = False  # one divided by the number is meant
    months: tuple[tuple[str, str], ...] = ()  # names of months in the column, and their numbers
    is_compact: bool = False  # it has dates such as 20261007, or signs that stand in for the usual ones
    nulls: tuple[str, ...] = ()  # numbers that mean none: 0 is 0,00 and $0.00 too
    time_zone: str | None = None  # of times without a zone, where it is not that of the file


@dataclass(frozen=True)
class Zones:
    """IANA names: of times written without a zone, and of days written without a time."""

    time: str
    day: str
