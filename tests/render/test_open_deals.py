"""What the card of an open deal says of its chances and of the reasons to leave."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.render.companies import sample
from tests.render.pages import render, words

NORTH = "teams/north-43f853bb.html"
JONAS = "reps/jonas-weber-a791366f.html"


def _card(folder: Path, change: str) -> str:
    warehouse = sample()
    warehouse.connection.execute(f"update scores.deal_positions set {change}")
    return words(render(warehouse, folder)[JONAS])


@pytest.mark.parametrize(
    ("title", "chance", "said"),
    [
        ("a half is rounded up", 0.05, "1 in 10"),
        ("what arithmetic left of the same chance", 0.05 - 3e-13, "1 in 10"),
        ("less", 0.0499, "fewer than 1 in 10"),
        ("nearly sure", 0.95 - 3e-13, "more than 9 in 10"),
    ],
)
def test_one_chance_reads_the_same_wherever_it_was_computed(
    tmp_path: Path, title: str, chance: float, said: str
) -> None:
    page = _card(tmp_path, f"attainment_without_probability = cast('{chance!r}' as double)")
    assert f"Quarter without it {said}" in page


@pytest.mark.parametrize(
    ("trigger", "said"),
    [
        ("price_walk", "price named under the floor"),
        ("price_approval", "price named under the line"),
        ("misfit", "not our kind of customer"),
    ],
)
def test_a_price_that_was_put_right_is_not_said_to_stand_under_the_line(
    tmp_path: Path, trigger: str, said: str
) -> None:
    page = _card(tmp_path, f"zone = 'clear', price_amount = threshold_amount + 1, triggers = '{trigger}'")
    assert f"Reasons to leave: {said}." in page


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        ("table", "Without the deal on the table: "),
        ("pipeline", "Nothing is at the table; short of one qualified deal: "),
    ],
)
def test_a_one_to_one_says_what_the_strength_is_about(tmp_path: Path, basis: str, said: str) -> None:
    warehouse = sample()
    warehouse.connection.execute(f"update scores.rep_scorecard set batna_basis = '{basis}'")
    assert said in words(render(warehouse, tmp_path)[NORTH])
