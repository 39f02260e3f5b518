"""Planted effects are found at their size, and chance alone is told of as rarely as is stated (docs/evidence.md)."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from benchmarks.evidence.examine import Size, examined
from benchmarks.evidence.findings import Found, false_alarms, planted_effects
from benchmarks.evidence.table import MEASURED_BY, STATED, page
from jobs.sample import Effects

PAGE = (Path(__file__).parents[1] / "docs" / "evidence.md").read_text(encoding="utf-8")
SMALL = Size(opportunities=1500, reps=16, teams=4)


def test_the_page_names_every_effect_of_the_generator() -> None:
    assert [field.name for field in fields(Effects) if field.name not in PAGE] == []
    assert [name for name in MEASURED_BY if f"| {name} |" not in PAGE] == []


def test_the_page_shows_no_more_false_alarms_than_stated() -> None:
    told = re.findall(r"^\| ([^|]+) \| (\d+) of (\d+) \|", PAGE.partition("## False alarms")[2], re.MULTILINE)
    rates = {name: (int(alarms), int(count)) for name, alarms, count in told}

    assert len(rates) >= 15
    assert all(count >= 200 for _, count in rates.values())
    assert {name for name, (alarms, count) in rates.items() if alarms > STATED * count} == set()


def test_the_page_shows_the_planted_size_inside_the_intervals() -> None:
    inside = re.findall(r"^\| (\w+) \|.*\| (\d+) of (\d+) \|$", PAGE.partition("## False alarms")[0], re.MULTILINE)

    assert {name for name, *_ in inside} == set(MEASURED_BY)
    # Ninety percent of intervals, less two standard errors of so many companies.
    for name, covered, count in inside:
        assert int(covered) / int(count) >= 0.9 - 2 * (0.9 * 0.1 / int(count)) ** 0.5, name


@pytest.fixture(scope="module")
def found() -> dict[str, Found]:
    with examined(1, SMALL, Effects()) as company:
        return {one.effect: one for one in planted_effects(company)}


@pytest.mark.parametrize("effect", MEASURED_BY)
def test_a_planted_effect_is_found_in_one_company(found: dict[str, Found], effect: str) -> None:
    assert found[effect].low <= found[effect].expected <= found[effect].high
    assert found[effect].estimate > 0


def test_a_company_without_effects_shows_next_to_none() -> None:
    with examined(1, SMALL, Effects.none()) as company:
        alarms = false_alarms(company)

    assert len(alarms) >= 15
    assert sum(alarms.values()) <= 3  # of eighteen at one in ten each, more would come once in ten companies


def test_the_page_is_made_of_what_was_found() -> None:
    one = Found("hug_share", 0.8, 0.7, 0.65, 0.5, 0.9)
    text = page([[one], [one._replace(low=0.75)]], [{"hug": True}, {"hug": False}], SMALL, SMALL)

    assert "| hug_share | marts.rep_conduct: wins 0 to 3 % above the threshold, of one rep | 0.8 | 0.700 | 0.650 | 1 of 2 |" in text  # fmt: skip
    assert "| hug | 1 of 2 | 50.0% |" in text
