"""The correlation of the deals of a rep's quarter, estimated from its outcomes: 03-metrics.md, section 3."""

from statistics import NormalDist

import numpy as np
import pytest

from jobs.score.one_factor import Estimate, estimate

CHANCES = np.array([0.15, 0.3, 0.45, 0.6])


def found_in(correlation: float, seed: int, rep_quarters: int = 300, deals: int = 15) -> Estimate:
    """Outcomes drawn from the model, then the estimate."""
    random = np.random.default_rng(seed)
    groups = np.repeat(np.arange(rep_quarters), deals)
    chances = random.choice(CHANCES, len(groups))
    limits = np.array([NormalDist().inv_cdf(p) for p in CHANCES])[np.searchsorted(CHANCES, chances)]
    factor = random.normal(size=rep_quarters)[groups]
    noise = random.normal(size=len(groups))
    return estimate(groups, chances, np.sqrt(correlation) * factor + np.sqrt(1 - correlation) * noise <= limits)


@pytest.mark.parametrize("correlation", [0.0, 0.1, 0.3])
def test_the_estimate_is_near_the_truth(correlation: float) -> None:
    values = [found_in(correlation, seed).value for seed in range(12)]

    assert np.mean(values) == pytest.approx(correlation, abs=0.02)


@pytest.mark.parametrize(("correlation", "least"), [(0.0, 34), (0.1, 31), (0.25, 31)])
def test_nine_in_ten_intervals_hold_the_truth(correlation: float, least: int) -> None:
    """Forty worlds. At 0, the edge of what is possible, only the upper end can fail, so more hold."""
    intervals = [found_in(correlation, 100 + seed, rep_quarters=150) for seed in range(40)]

    assert all(each.low <= each.value <= each.high for each in intervals)
    assert least <= sum(each.low <= correlation <= each.high for each in intervals)


def test_more_of_the_past_narrows_the_interval() -> None:
    few, many = found_in(0.1, 1, rep_quarters=60), found_in(0.1, 1, rep_quarters=600)

    assert many.high - many.low < (few.high - few.low) / 2
