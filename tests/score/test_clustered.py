"""Differences within reps with two-way clustered intervals (03-metrics.md, section 6)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from jobs.score.clustered import Cases, difference, mean

QUARTERS, REPS, EACH = 8, 16, 6


def company(
    seed: int,
    effect: float = 0.0,
    *,
    reps: float = 0.0,
    quarters: float = 0.0,
    shared: float = 0.0,
    count: int = QUARTERS,
) -> Cases:
    """Deals of reps in quarters, a quarter of them treated; spreads of reps, of quarters, and of what a quarter's end
    has in common (it moves every treated deal of the quarter together).
    """  # fmt: skip
    draw = np.random.default_rng(seed)
    rep, quarter = (values.ravel() for values in np.indices((REPS, count, EACH))[:2])
    treatment = (draw.random(len(rep)) < 0.25).astype(float)
    level = reps * draw.standard_normal(REPS)[rep] + quarters * draw.standard_normal(count)[quarter]
    together = shared * draw.standard_normal(count)[quarter] * treatment
    outcome = level + together + effect * treatment + 0.1 * draw.standard_normal(len(rep))
    return Cases(outcome, treatment, np.zeros((len(rep), 2)), np.zeros(len(rep), np.int64), rep, quarter)


def test_the_estimate_is_that_of_least_squares_with_a_dummy_per_rep_and_cell() -> None:
    draw = np.random.default_rng(5)
    cases = company(5, 0.05, reps=0.2)
    cell, control = draw.integers(0, 3, len(cases.rep)), draw.random((len(cases.rep), 2))
    cases = cases._replace(cell=cell, controls=control, outcome=cases.outcome + 0.1 * cell + control @ [0.3, -0.2])
    dummies = np.column_stack([cases.treatment, control, np.eye(3)[cell][:, 1:], np.eye(REPS)[cases.rep]])
    expected = np.linalg.lstsq(dummies, cases.outcome, rcond=None)[0][0]

    assert difference(cases, min_quarters=4).estimate == pytest.approx(expected)


def test_levels_of_reps_make_no_effect() -> None:
    found = difference(company(1, 0.05, reps=50.0), min_quarters=4)

    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.05 < found.high
    assert found.high - found.low < 0.1


CALM = {"reps": 0.1, "quarters": 0.0, "shared": 0.0}
QUARTERS_DIFFER = {"reps": 0.1, "quarters": 0.1, "shared": 0.0}
QUARTER_ENDS_DIFFER = {"reps": 0.1, "quarters": 0.0, "shared": 0.1}


@pytest.mark.parametrize(
    "spreads", [CALM, QUARTERS_DIFFER, QUARTER_ENDS_DIFFER], ids=["calm", "quarters", "quarter ends"]
)
@pytest.mark.parametrize("count", [4, 8])
def test_a_ninety_percent_interval_covers_what_is_true(spreads: dict[str, float], count: int) -> None:
    found = [difference(company(seed, 0.05, count=count, **spreads), min_quarters=4) for seed in range(400)]
    covered = np.mean([one.low <= 0.05 <= one.high for one in found if one.low is not None and one.high is not None])

    assert all(one.is_reported for one in found)
    assert covered >= 0.87  # 0.90 less two standard errors of 400 draws


def test_an_interval_over_deals_alone_would_not() -> None:
    def too_sure(seed: int) -> bool:
        cases = company(seed, shared=0.1)
        alone = cases._replace(rep=np.arange(len(cases.rep)), quarter=np.arange(len(cases.rep)), fixed=cases.rep)
        found = difference(alone, min_quarters=4)
        return found.low is not None and found.high is not None and not found.low <= 0 <= found.high

    assert np.mean([too_sure(seed) for seed in range(200)]) > 0.3


def some(cases: Cases, kept: NDArray[np.bool_]) -> Cases:
    parts: list[Any] = [values[kept] for values in cases[:6]]
    return Cases(*parts)


def test_an_effect_needs_four_quarters_with_a_case_of_it() -> None:
    cases = company(1, 0.05)
    three = cases._replace(treatment=np.where(cases.quarter < 3, cases.treatment, 0.0))
    found = difference(three, min_quarters=4)

    assert (found.is_reported, found.reason, found.estimate, found.quarter_count) == (False, "few_quarters", None, 3)
    assert difference(three, min_quarters=3).is_reported


def test_without_a_contrast_nothing_is_told() -> None:
    cases = company(1)
    everybody = cases._replace(treatment=np.ones(len(cases.rep)))
    nobody = some(cases, np.zeros(len(cases.rep), np.bool_))

    assert difference(everybody, min_quarters=4).reason == "no_contrast"
    assert difference(nobody, min_quarters=4).reason == "no_cases"


def test_a_mean_counts_quarters_not_deals() -> None:
    centre, low, high = mean(company(3, quarters=0.1))
    _, calm_low, calm_high = mean(company(3))
    one_quarter = some(company(3), company(3).quarter == 0)

    assert low < centre < high
    assert high - low > 2 * (calm_high - calm_low)
    assert np.isnan(mean(one_quarter)[1])
