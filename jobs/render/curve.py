"""The quarter-end curve: the discount signed week by week, this quarter and on average before, beside the usual one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from jobs.render.conduct_rows import QuarterWeek
from jobs.render.ladder import Tick
from jobs.render.reader import grouped

_WEEKS = 13
_QUARTERS_BEFORE = 4
_STEPS = (0.02, 0.05, 0.1, 0.2)


@dataclass(frozen=True)
class Point:
    """A point of a line, in percent of width and height from the upper left."""

    x: float
    y: float


@dataclass(frozen=True)
class CurveWeek:
    """One week of the quarter in the table beside the chart."""

    number: int
    now: float | None  # discount signed in this quarter
    before: float | None  # mean of the quarters before
    expected: float | None  # what deals of that segment and size usually have, over the same quarters
    won_count: int  # deals behind `now`
    before_count: int  # deals behind `before`


@dataclass(frozen=True)
class Curve:
    """What the chart shows."""

    weeks: tuple[CurveWeek, ...]
    now: tuple[Point, ...]
    before: tuple[Point, ...]  # empty without a quarter before
    expected: tuple[Point, ...]  # empty where no usual discount is known
    ticks: tuple[Tick, ...]
    first: QuarterWeek | None  # first and last week of this quarter with a discount
    last: QuarterWeek | None
    end: CurveWeek  # the last week of the quarter, over the quarters before
    before_quarters: int


def curve_of(rows: Sequence[QuarterWeek], quarter_start_on: date) -> Curve | None:
    """The curve of a quarter; None until a discount is known of it or of a quarter before."""
    known = [row for row in rows if row.discount_ratio is not None]
    now = [row for row in known if row.quarter_start_on == quarter_start_on]
    before = _before(known, quarter_start_on)
    if not now and not before:
        return None
    usual, expected = (
        _means(before, lambda row: row.discount_ratio),
        _means(before, lambda row: row.expected_discount_ratio),
    )
    signed = {row.week_number: row.discount_ratio or 0.0 for row in now}
    low, high, ticks = _scale([*signed.values(), *usual.values(), *expected.values()])
    weeks = tuple(_week(number, now, before, usual, expected) for number in range(1, _WEEKS + 1))
    return Curve(
        weeks=weeks,
        now=_line(signed, low, high),
        before=_line(usual, low, high),
        expected=_line(expected, low, high),
        ticks=ticks,
        first=now[0] if now else None,
        last=now[-1] if now else None,
        end=weeks[-1],
        before_quarters=len({row.quarter_start_on for row in before}),
    )


def _before(known: Iterable[QuarterWeek], quarter_start_on: date) -> list[QuarterWeek]:
    """The weeks of the last quarters before, at most four of them."""
    earlier = [row for row in known if row.quarter_start_on < quarter_start_on]
    last = sorted({row.quarter_start_on for row in earlier})[-_QUARTERS_BEFORE:]
    return [row for row in earlier if row.quarter_start_on in last]


def _means(rows: Iterable[QuarterWeek], ratio: Callable[[QuarterWeek], float | None]) -> dict[int, float]:
    """Week number -> mean ratio where it is known; every quarter counts the same."""
    by_week = grouped(rows, lambda row: row.week_number)
    known = {number: [value for row in weeks if (value := ratio(row)) is not None] for number, weeks in by_week.items()}
    return {number: fmean(values) for number, values in known.items() if values}


def _week(
    number: int,
    now: Iterable[QuarterWeek],
    before: Iterable[QuarterWeek],
    usual: dict[int, float],
    expected: dict[int, float],
) -> CurveWeek:
    signed = next((row for row in now if row.week_number == number), None)
    return CurveWeek(
        number=number,
        now=signed.discount_ratio if signed else None,
        before=usual.get(number),
        expected=expected.get(number),
        won_count=(signed.won_count or 0) if signed else 0,
        before_count=sum(row.won_count or 0 for row in before if row.week_number == number),
    )


def _scale(values: Sequence[float]) -> tuple[float, float, tuple[Tick, ...]]:
    """Ends of the axis at whole steps around all values, and its ticks."""
    low, high = min([*values, 0.0]), max([*values, 0.05])
    step = next((step for step in _STEPS if (high - low) / step <= 5), _STEPS[-1])
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ends = first * step, last * step
    ratios = [number * step for number in range(first, last + 1)]
    return (*ends, tuple(Tick(round(ratio, 2), _y(ratio, *ends)) for ratio in ratios))


def _line(ratios: dict[int, float], low: float, high: float) -> tuple[Point, ...]:
    return tuple(_point(number, ratio, low, high) for number, ratio in sorted(ratios.items()))


def _point(week: int, ratio: float, low: float, high: float) -> Point:
    return Point(round((week - 1) * 100 / (_WEEKS - 1), 2), _y(ratio, low, high))


def _y(ratio: float, low: float, high: float) -> float:
    return round(100 - 100 * (ratio - low) / (high - low), 2)
