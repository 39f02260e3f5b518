"""The parts that stand alone: ids, times and quarters, draws, names, settings, effect sizes."""

import math
import tomllib
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.sample import Effects, settings_toml
from jobs.sample.draws import exponential, normal, pick, stream
from jobs.sample.fiscal import (
    calendar_date,
    day_number,
    day_of,
    make_calendar,
    quarter_start,
    seconds_of,
    working_time,
)
from jobs.sample.ids import OPPORTUNITY, checksum, record_ids
from jobs.sample.market import USE_CASES
from jobs.sample.names import company_names, mail, person


@pytest.mark.parametrize(
    ("id15", "last_three"),
    [
        ("001A0000006Vm9r", "IAC"),
        ("001D000000IRt53", "IAD"),
        ("000000000000000", "AAA"),
        ("ABCDEABCDEABCDE", "555"),
        ("abcdeabcdeabcde", "AAA"),
    ],
)
def test_checksum(id15: str, last_three: str) -> None:
    assert checksum(id15) == last_three


def test_record_ids_are_different_and_end_in_their_checksum() -> None:
    ids = record_ids(OPPORTUNITY, np.arange(0, 5_000_000, 977)).to_list()
    assert len(set(ids)) == len(ids)
    assert all(one == one[:15] + checksum(one[:15]) and one.startswith("006") and len(one) == 18 for one in ids)


@given(st.integers(min_value=0, max_value=40_000))
def test_working_time_starts_on_the_first_working_day_at_or_after_a_day(day: int) -> None:
    found = int(day_of(working_time(np.array([day])))[0])
    assert calendar_date(found).weekday() < 5
    skipped = [calendar_date(between).weekday() for between in range(max(day, 4), found)]
    assert all(weekday >= 5 for weekday in skipped)


@given(st.lists(st.integers(min_value=0, max_value=10**9), min_size=2, max_size=20))
def test_working_time_keeps_order(moments: list[int]) -> None:
    moments.sort()
    seconds = seconds_of(np.array(moments, dtype=np.int64))
    steps, real_steps = np.diff(moments), np.diff(seconds)
    assert ((steps > 0) == (real_steps > 0)).all()
    assert (real_steps >= steps).all()


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1)), st.integers(min_value=1, max_value=12))
def test_quarters_start_in_february_may_august_november(on: date, back: int) -> None:
    start = quarter_start(on)
    assert start <= on < quarter_start(on, -1)
    assert start.day == 1
    assert start.month in {2, 5, 8, 11}
    assert quarter_start(on, back) < quarter_start(on, back - 1)


def test_calendar_of_the_default_date() -> None:
    calendar = make_calendar(date(2026, 11, 15), 8)
    assert [calendar_date(day) for day in calendar.starts[[0, -2, -1]]] == [
        date(2024, 11, 1),
        date(2026, 11, 1),
        date(2027, 2, 1),
    ]
    days = [date(2026, 10, 23), date(2026, 10, 26), date(2026, 10, 30), date(2026, 11, 2)]
    moments = working_time(np.array([day_number(day) for day in days]))
    assert calendar.in_last_week(moments).tolist() == [False, True, True, False]
    assert calendar.quarter_of(moments).tolist() == [7, 7, 7, 8]


def test_draws_agree_with_what_they_stand_for() -> None:
    powers = np.linspace(-4, 4, 101)
    assert exponential(powers) == pytest.approx([math.exp(power) for power in powers], rel=1e-12)
    rng = stream(1, "draws")
    values = normal(rng, 20_000)
    assert float(values.mean()) == pytest.approx(0, abs=0.03)
    assert float(values.std()) == pytest.approx(1, abs=0.03)
    shares = np.bincount(pick(rng, (1, 0, 3), 20_000), minlength=3) / 20_000
    assert shares == pytest.approx([0.25, 0, 0.75], abs=0.02)


def test_names_do_not_repeat() -> None:
    companies = company_names(np.arange(60_000))
    assert len(set(companies)) == len(companies)
    people = [person(number) for number in range(6_084)]
    assert len(set(people)) == len(people)
    mails = [mail(*person(number), number) for number in range(7_000)]
    assert len(set(mails)) == len(mails)
    assert all(address.isascii() for address in mails)


def test_settings_are_toml_with_documented_keys_only() -> None:
    settings = tomllib.loads(settings_toml())
    names = {"workspace", "fiscal", "reporting", "policy", "stages", "outcomes", "fit", "history", "people"}
    assert set(settings) == names
    assert settings["history"] == {"complete_fields": ["rep_id"]}
    assert settings["fit"] == {"use_cases": [name for name in USE_CASES if name != "resale"]}
    assert settings["fiscal"] == {"first_month": 2}
    assert settings["outcomes"]["loss_reason"]["Poor fit, we declined"] == "declined"
    cells = settings["policy"]["cells"]
    assert [cell["segment"] for cell in cells] == ["smb", "mid_market", "enterprise"]
    assert all(cell["minimum"] < cell["target"] for cell in cells)


@pytest.mark.parametrize("wrong", [{"hug_share": 1.2}, {"return_share": -0.1}, {"fast_concession_hours": 9}])
def test_effects_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Effects(**wrong)
