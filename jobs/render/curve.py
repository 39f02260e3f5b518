"""The quarter-end curve: the discount signed week by week, this quarter and on average before."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from jobs.render.ladder import Tick
from jobs.render.read import grouped
from jobs.render.rows import QuarterWeek

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
    usual: float | None  # mean of the quarters before
    won_count: int  # deals behind `now`


@dataclass(frozen=True)
class Curve:
    """What the chart shows."""

    weeks: tuple[CurveWeek, ...]
    now: tuple[Point, ...]
    usual: tuple[Point, ...]  # empty without a quarter before
    ticks: tuple[Tick, ...]
    first: QuarterWeek  # first and last week of this quarter with a discount
    last: QuarterWeek
    usual_end: float | None  # of the last week, over the quarters before
    usual_quarters: int


def curve_of(rows: Sequence[QuarterWeek], quarter_start_on: date) -> Curve | None:
    """The curve of a quarter; None until a discount of it is known."""
    known = [row for row in rows if row.discount_ratio is not None]
    now = [row for row in known if row.quarter_start_on == quarter_start_on]
    if not now:
        return None
    earlier = {row.quarter_start_on for row in known if row.quarter_start_on < quarter_start_on}
    before = sorted(earlier)[-_QUARTERS_BEFORE:]
    usual = _usual(row for row in known if row.quarter_start_on in before)
    low, high, ticks = _scale([row.discount_ratio or 0.0 for row in now] + list(usual.values()))
    signed = {row.week_number: row for row in now}
    return Curve(
        weeks=tuple(_week(number, signed, usual) for number in range(1, _WEEKS + 1)),
        now=tuple(_point(row.week_number, row.discount_ratio or 0.0, low, high) for row in now),
        usual=tuple(_point(number, ratio, low, high) for number, ratio in sorted(usual.items())),
        ticks=ticks,
        first=now[0],
        last=now[-1],
        usual_end=usual.get(_WEEKS),
        usual_quarters=len(before),
    )


def _usual(rows: Iterable[QuarterWeek]) -> dict[int, float]:
    """Week number -> mean discount; every quarter counts the same."""
    by_week = grouped(rows, lambda row: row.week_number)
    return {number: fmean(row.discount_ratio or 0.0 for row in weeks) for number, weeks in by_week.items()}


def _week(number: int, signed: dict[int, QuarterWeek], usual: dict[int, float]) -> CurveWeek:
    row = signed.get(number)
    if row is None:
        return CurveWeek(number, None, usual.get(number), 0)
    return CurveWeek(number, row.discount_ratio, usual.get(number), row.won_count or 0)


def _scale(values: Sequence[float]) -> tuple[float, float, tuple[Tick, ...]]:
    """Ends of the axis at whole steps around all values, and its ticks."""
    low, high = min([*values, 0.0]), max([*values, 0.05])
    step = next((step for step in _STEPS if (high - low) / step <= 5), _STEPS[-1])
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ends = first * step, last * step
    ratios = [number * step for number in range(first, last + 1)]
    return (*ends, tuple(Tick(round(ratio, 2), _y(ratio, *ends)) for ratio in ratios))


def _point(week: int, ratio: float, low: float, high: float) -> Point:
    return Point(round((week - 1) * 100 / (_WEEKS - 1), 2), _y(ratio, low, high))


def _y(ratio: float, low: float, high: float) -> float:
    return round(100 - 100 * (ratio - low) / (high - low), 2)
