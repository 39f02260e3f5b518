"""Numbers, money and dates as the reader writes them: the filters of the templates.

Everything is rounded half up from the unrounded value; Babel alone would round half to even, and then
$122K stands beside $68K + $55K.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton
from babel.lists import format_list
from babel.numbers import (
    format_compact_currency,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_precision,
)
from markupsafe import Markup, escape

Number = Decimal | float | int

_MINUS = "\u2212"
_PLUS = "+"
WORD_JOINER = "\u2060"
_NUMBER_AND_UNIT = re.compile("(?<=[0-9])(?=[\u4e00-\u9fff])|(?<=\u6708)(?=[0-9])")
# Significant digits of a compact amount by its digits before the point: 5.4K, 41K, 180K, 1.2M, 12.3M.
_SIGNIFICANT = {4: 2, 5: 2, 6: 3}


def half_up(value: Number, places: int) -> Decimal:
    """The value rounded half up to so many places after (or, negative, before) the point."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) + 0  # minus zero is zero


def compact_value(value: Number) -> Decimal:
    """The value held to the two or three digits that a compact amount shows."""
    whole = half_up(value, 0)
    digits = len(str(abs(whole)))
    if digits <= 3:
        return whole
    significant = _SIGNIFICANT.get(digits, 2 if digits % 3 == 1 else 3)
    return half_up(value, significant - digits)


class Formats:
    """The filters of one language, currency and time zone; dates of `year` are written without it."""

    def __init__(self, locale: Locale, currency: str, zone: ZoneInfo, year: int) -> None:
        self._locale = locale
        self._currency = currency
        self._zone = zone
        self._year = year
        self._comma = str(locale.list_patterns["standard"]["middle"]).format("", "")
        self._semicolon = "; " if self._comma.isascii() else "\uff1b"  # as wide as the comma; CLDR has none
        self._compact = lru_cache(maxsize=50_000)(self._format_compact)
        self._exacts = lru_cache(maxsize=50_000)(self._format_exact)
        self._percents = lru_cache(maxsize=20_000)(self._format_percent)
        self._days = lru_cache(maxsize=20_000)(self._format_day)

    def filters(self) -> dict[str, Callable[..., str]]:
        """Filter name in a template -> function."""
        return {
            "money": self.money,
            "exact": self.exact,
            "units": self.units,
            "percent": self.percent,
            "number": self.number,
            "times": self.times,
            "signed_money": self.signed_money,
            "signed_points": self.signed_points,
            "signed": self.signed,
            "day": self.day,
            "long_day": self.long_day,
            "span": self.span,
            "listed": self.listed,
            "clauses": self.clauses,
            "joined": self.joined,
        }

    def money(self, value: Number) -> str:
        """$1.2M, $180K, $441."""
        return self._compact(compact_value(value))

    def exact(self, value: Number) -> str:
        """$141.75; without the minor unit where that is zero: $180,000."""
        return self._exacts(half_up(value, get_currency_precision(self._currency)))

    def units(self, value: Number) -> str:
        """$24,570: no cents from a thousand on, for amounts that must differ where they differ."""
        return self.exact(half_up(value, 0) if not -1000 < value < 1000 else value)

    def percent(self, value: float, places: int = 0) -> str:
        """77%, or 66.5% with one place."""
        return self._percents(half_up(value, places + 2), places)

    def number(self, value: Number, places: int = 0) -> str:
        """1,250, or 2.4 with one place."""
        return _minus(str(format_decimal(half_up(value, places), locale=self._locale)))

    def times(self, value: Number) -> str:
        """1.4×."""
        return self.number(value, 1) + "\u00d7"

    def signed_money(self, value: Number) -> str:
        """+$13K or −$13K; the sign of what is shown, so that nothing reads −$0."""
        return _signed(value, compact_value(value), self.money)

    def signed_points(self, value: float, places: int = 0) -> str:
        """A difference of two shares in points, without the word: +4, −5.5."""
        points = half_up(value * 100, places)
        return _signed(points, points, partial(self.number, places=places))

    def signed(self, value: Number, places: int = 0) -> str:
        """+3, −2, 0."""
        return _signed(value, half_up(value, places), partial(self.number, places=places))

    def day(self, value: date) -> str:
        """Nov 22, or Nov 22, 2025 of another year; of a moment, its day in the workspace's zone."""
        return self._days(self._local(value), "MMMd", "medium")

    def long_day(self, value: date) -> str:
        """November 22, or November 22, 2025 of another year."""
        return self._days(self._local(value), "MMMMd", "long")

    def span(self, first: date, last: date) -> str:
        """Both ends of a period: Nov 16 – 22, 2026."""
        return _held(str(format_interval(first, last, "yMMMd", locale=self._locale)))

    def listed(self, values: Sequence[str]) -> Markup:
        """Harbour, Duero, and Seraya; names that hold commas themselves are set apart by semicolons.

        Chinese has no "and" before the last one: between two phrases it would read as a part of one.
        """
        if _hold_commas(values) or not self._comma.isascii():
            return self.joined(values)
        return Markup(format_list([escape(value) for value in values], locale=self._locale))

    def joined(self, values: Sequence[str]) -> Markup:
        """Harbour, Duero, Seraya: the beginning of a list that goes on."""
        return self.clauses(values) if _hold_commas(values) else escape(self._comma).join(values)

    def clauses(self, values: Sequence[str]) -> Markup:
        """Told in writing; lesson kept."""
        return escape(self._semicolon).join(values)

    def _local(self, value: date) -> date:
        if isinstance(value, datetime):
            return value.replace(tzinfo=UTC).astimezone(self._zone).date()
        return value

    def _format_compact(self, value: Decimal) -> str:
        shown = format_compact_currency(value, self._currency, locale=self._locale, fraction_digits=2)
        return _held(_minus(str(shown)))

    def _format_exact(self, value: Decimal) -> str:
        pattern = str(self._locale.currency_formats["standard"].pattern)
        if value == value.to_integral_value():
            pattern = pattern.replace("0.00", "0")
        return _minus(format_currency(value, self._currency, pattern, locale=self._locale, currency_digits=False))

    def _format_percent(self, value: Decimal, places: int) -> str:
        pattern = self._locale.percent_formats[None].pattern
        wanted = str(pattern).replace("#,##0", "#,##0" + ("." + "0" * places if places else ""))
        return _minus(str(format_percent(value, format=wanted, locale=self._locale)))

    def _format_day(self, value: date, skeleton: str, full: str) -> str:
        if value.year == self._year:
            return _held(str(format_skeleton(skeleton, value, locale=self._locale)))
        return _held(str(format_date(value, format=full, locale=self._locale)))


def _held(shown: str) -> str:
    """Chinese may break a line anywhere, but not between a number and its unit, or a month and its day."""
    return _NUMBER_AND_UNIT.sub(WORD_JOINER, shown)


def _hold_commas(values: Sequence[str]) -> bool:
    return any(mark in value for value in values for mark in ",\u3001\uff0c")


def _minus(shown: str) -> str:
    return shown.replace("-", _MINUS, 1)


def _signed(value: Number, shown: Decimal, write: Callable[[Number], str]) -> str:
    if not shown:
        return write(0)
    return (_PLUS if shown > 0 else _MINUS) + write(value if value > 0 else -value)
