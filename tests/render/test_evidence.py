"""Predictions held against outcomes: what is said of a skill, and bins that are added up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.render.evidence import Reliability, reliabilities
from jobs.render.evidence_rows import CalibrationBin, Skill


def skill(low: float | None, high: float | None) -> Skill:
    return Skill("win_probability", None, None, 0.1, 0.2, None if low is None else 0.1, low, high, 100, 4)


@pytest.mark.parametrize(
    ("case", "whole", "verdict"),
    [
        ("the whole interval above zero", skill(0.01, 0.2), "better"),
        ("the whole interval below zero", skill(-0.2, -0.01), "worse"),
        ("an interval that holds zero", skill(-0.1, 0.1), "undecided"),
        ("zero itself at the upper end", skill(-0.1, 0.0), "undecided"),
        ("one finished quarter", skill(None, None), "untested"),
        ("no row at all", None, "untested"),
    ],
)
def test_what_a_skill_says(case: str, whole: Skill | None, verdict: str) -> None:
    assert Reliability("win_probability", (), whole, ()).verdict == verdict, case


CELLS = st.lists(
    st.tuples(st.integers(0, 9), st.floats(0, 1), st.floats(0, 1), st.integers(1, 500)), min_size=1, max_size=20
)


@given(CELLS)
def test_a_picture_holds_every_deal_of_every_cell(cells: list[tuple[int, float, float, int]]) -> None:
    rows = [
        CalibrationBin(
            "win_probability", f"s{place}", "2-4", number / 10, (number + 1) / 10, predicted, observed, count
        )
        for place, (number, predicted, observed, count) in enumerate(cells)
    ]
    (shown,) = reliabilities(rows, [])
    assert sum(bin.deal_count for bin in shown.bins) == sum(count for *_, count in cells)
    won = sum(observed * count for _, _, observed, count in cells)
    assert sum(bin.observed * bin.deal_count for bin in shown.bins) == pytest.approx(won)
    assert all(3 <= bin.radius <= 13 for bin in shown.bins)
    assert [bin.low for bin in shown.bins] == sorted({number / 10 for number, *_ in cells})


def test_a_quantity_without_an_outcome_has_no_picture() -> None:
    assert reliabilities([], [skill(0.1, 0.2)]) == ()
