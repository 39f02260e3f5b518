"""Fiscal quarters, and the working clock in which everything of the sample happens.

Times are kept in working seconds: ten hours a day (07:00 to 17:00 UTC), Monday to Friday, counted from
Monday 1970-01-05. The map to real time keeps order, so no event has to be moved off a night or a weekend
afterwards, and the day is the same in UTC and in the company's zone. Days are day numbers since 1970-01-01.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from jobs.sample.draws import Bools, Ints

FIRST_MONTH = 2  # not January, so that fiscal and calendar quarters differ
WORKDAY = 36_000  # seconds
HOUR = 3_600
_DAY = 86_400
_MONDAY = 4  # day number of 1970-01-05
_OPENING = 7 * HOUR
_EPOCH = date(1970, 1, 1).toordinal()


def day_number(on: date) -> int:
    """Days since 1970-01-01."""
    return on.toordinal() - _EPOCH


def calendar_date(day: int) -> date:
    """The date of a day number."""
    return date.fromordinal(int(day) + _EPOCH)


def working_time(day: Ints) -> Ints:
    """Working seconds at the start of the first working day at or after `day`."""
    weeks, weekday = np.divmod(day - _MONDAY, 7)
    return np.asarray((weeks * 5 + np.minimum(weekday, 5)) * WORKDAY, dtype=np.int64)


def day_of(moment: Ints) -> Ints:
    """The day number of a working time."""
    weeks, workday = np.divmod(moment // WORKDAY, 5)
    return np.asarray(_MONDAY + weeks * 7 + workday, dtype=np.int64)


def seconds_of(moment: Ints) -> Ints:
    """Seconds since 1970-01-01T00:00Z of a working time."""
    return np.asarray(day_of(moment) * _DAY + _OPENING + moment % WORKDAY, dtype=np.int64)


def quarter_start(on: date, back: int = 0) -> date:
    """First day of the fiscal quarter that holds `on`, or of the one `back` quarters before it."""
    months = on.year * 12 + on.month - 1
    months -= (on.month - FIRST_MONTH) % 3 + 3 * back
    return date(months // 12, months % 12 + 1, 1)


@dataclass(frozen=True)
class Calendar:
    """The fiscal quarters of the sample: `finished` whole ones, then the one running on `as_of_on`.

    `starts` holds the first day of each of them and of the quarter after; `opens` the same in working
    seconds; `now` is the end of `as_of_on` in working seconds.
    """

    as_of_on: date
    finished: int
    starts: Ints
    opens: Ints
    now: int

    def quarter_of(self, moment: Ints) -> Ints:
        """Position in `starts` of the quarter a working time falls in (0 also for times before the first)."""
        return np.searchsorted(self.opens[1:-1], moment, side="right").astype(np.int64)

    def in_last_week(self, moment: Ints) -> Bools:
        """Whether a working time falls in the last seven days of its fiscal quarter."""
        last_day = self.starts[self.quarter_of(moment) + 1] - 1
        return np.asarray(day_of(moment) > last_day - 7, dtype=np.bool_)

    @property
    def quarter_count(self) -> float:
        """Quarters up to now, the running one as the part of it that has passed."""
        usual_length = (self.opens[-1] - self.opens[0]) / (self.finished + 1)
        return float((self.now - self.opens[0]) / usual_length)


def make_calendar(as_of_on: date, finished: int) -> Calendar:
    """The calendar that ends at `as_of_on` after `finished` whole quarters."""
    starts = np.array([day_number(quarter_start(as_of_on, back)) for back in range(finished, -2, -1)], dtype=np.int64)
    now = int(working_time(np.array([day_number(as_of_on) + 1]))[0])
    return Calendar(as_of_on, finished, starts, working_time(starts), now)
