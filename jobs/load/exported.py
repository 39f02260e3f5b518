"""The time an export stands for (docs/architecture.md, raw). Called by load."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jobs.load.profile import Profile

_DAY_IN_NAME = re.compile(r"(?<!\d)(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)")


def exported_at(
    profile: Profile, file_name: str, newest_stamp_at: datetime | None, arrived_at: datetime, day_zone: str
) -> datetime:
    """UTC: what the profile says, else the newest stamp in the file, else its arrival; never after that."""
    told = profile.exported_at
    if isinstance(told, datetime):
        found: datetime | None = _utc(told, day_zone)
    else:
        found = _from_name(file_name, day_zone) if told else None
    return min(found or newest_stamp_at or arrived_at, arrived_at)


def _utc(told: datetime, day_zone: str) -> datetime:
    """A day alone stands for its end; a time without a zone is one of the workspace."""
    if told.time() == time() and told.tzinfo is None:
        return _end_of(told.date(), day_zone)
    return (told if told.tzinfo else told.replace(tzinfo=ZoneInfo(day_zone))).astimezone(UTC).replace(tzinfo=None)


def _from_name(file_name: str, day_zone: str) -> datetime | None:
    for year, month, day in _DAY_IN_NAME.findall(file_name):
        try:
            return _end_of(date(int(year), int(month), int(day)), day_zone)
        except ValueError:
            continue
    return None


def _end_of(day: date, day_zone: str) -> datetime:
    next_day = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(day_zone))
    return next_day.astimezone(UTC).replace(tzinfo=None) - timedelta(microseconds=1)
