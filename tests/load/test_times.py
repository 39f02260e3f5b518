"""Days and times: their zones, numbers that stand for them, and the names of months."""

from __future__ import annotations

from datetime import date, datetime
from itertools import product
from typing import Any

import pytest
from babel.dates import get_month_names

from jobs.load.months import LANGUAGES
from tests.load.loading import Loader, one_column


def test_zones_of_times_and_days(loader: Loader) -> None:
    """A time without a zone is the profile's, a day is the workspace's."""
    loader.zone = "Europe/Berlin"
    sources = {"mine": {"extends": "generic", "entity": "opportunities", "time_zone": "America/New_York"}}
    text = one_column("last_activity_at", ["2026-07-01 12:00", "2026-01-01", "2026-07-01T12:00Z"])
    assert loader.one(text, sources=sources).rows_loaded == 3
    assert loader.values("select last_activity_at from raw.opportunities order by record_number") == [
        datetime(2026, 7, 1, 16),
        datetime(2026, 1, 1, 22, 59, 59, 999999),
        datetime(2026, 7, 1, 12),
    ]
    german = one_column("last_activity_at", ["31.07.2026 12:00", "31.01.2026"])
    other = Loader(loader.folder, zone="Europe/Berlin")
    assert other.one(german).rows_loaded == 2
    assert other.values("select last_activity_at from raw.opportunities order by record_number") == [
        datetime(2026, 7, 31, 10),
        datetime(2026, 1, 31, 22, 59, 59, 999999),
    ]


class TestCounts:
    """Numbers that stand for moments are read only where a setting says so."""

    def one(self, order: str, column: str, texts: list[str], loader: Loader, **more: Any) -> list[Any]:
        formats = {column: {"date_order": order, **more}}
        sources = {"mine": {"extends": "generic", "entity": "opportunities", "formats": formats}}
        assert loader.one(one_column(column, texts), sources=sources).rows_refused == 0
        return loader.values(f"select {column} from raw.opportunities order by record_number")

    def test_excel_counts_days_from_the_end_of_1899(self, loader: Loader) -> None:
        assert self.one("excel", "close_on", ["46025", "61", "46025.75"], loader) == [
            date(2026, 1, 3), date(1900, 3, 1), date(2026, 1, 3),
        ]  # fmt: skip

    def test_a_part_of_a_day_is_a_time_in_the_zone_of_its_column(self, loader: Loader) -> None:
        times = self.one("excel", "last_activity_at", ["46025", "46025.4375"], loader, time_zone="Europe/Berlin")
        assert times == [datetime(2026, 1, 3, 23, 59, 59, 999999), datetime(2026, 1, 3, 9, 30)]

    def test_seconds_and_milliseconds_since_1970(self, loader: Loader) -> None:
        assert self.one("epoch", "last_activity_at", ["1767348000", "1767348000123", "0"], loader) == [
            datetime(2026, 1, 2, 10), datetime(2026, 1, 2, 10, 0, 0, 123000), datetime(1970, 1, 1),
        ]  # fmt: skip
        assert self.one("epoch", "close_on", ["1767348000000"], loader.reset()) == [date(2026, 1, 2)]

    @pytest.mark.parametrize(("order", "text"), [("excel", "60"), ("excel", "2026-01-01"), ("epoch", "1e30"), ("epoch", "x")])  # fmt: skip
    def test_what_is_no_such_number_is_refused(self, order: str, text: str, loader: Loader) -> None:
        formats = {"close_on": {"date_order": order}}
        sources = {"mine": {"extends": "generic", "entity": "opportunities", "formats": formats}}
        result = loader.one(one_column("close_on", ["46025"] * 5 + [text]), sources=sources)
        assert result.rows_refused == 1


def test_a_zone_of_one_column(loader: Loader) -> None:
    formats = {"last_activity_at": {"time_zone": "America/New_York"}}
    sources = {"mine": {"extends": "generic", "entity": "opportunities", "time_zone": "Europe/Berlin", "formats": formats}}  # fmt: skip
    text = "opportunity_id,rep_id,stage,created_at,last_activity_at\nO1,r1,P,2026-07-01 12:00,2026-07-01 12:00\n"
    loader.one(text, sources=sources)
    loader.one(text.replace("2026-07-01", "07/31/2026"), sources=sources)
    assert loader.rows("select created_at, last_activity_at from raw.opportunities order by file_number") == [
        (datetime(2026, 7, 1, 10), datetime(2026, 7, 1, 16)),
        (datetime(2026, 7, 31, 10), datetime(2026, 7, 31, 16)),
    ]


def test_no_name_of_a_month_means_two() -> None:
    seen: dict[str, set[int]] = {}
    for language in LANGUAGES:
        for width, use in product(("wide", "abbreviated"), ("format", "stand-alone")):
            for number, name in get_month_names(width, use, language).items():
                seen.setdefault(name.lower().rstrip("."), set()).add(number)
    assert {name for name, numbers in seen.items() if len(numbers) > 1} == set()
