"""N of a team is the sum of its reps, in at most twenty equally likely points: 03-metrics.md, section 3."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.score.pool import MOST_POINTS, STEPS, pooled

POINTS = st.lists(st.integers(0, 5_000_000), min_size=1, max_size=20).map(lambda cents: np.array(cents, np.int64))
STEADY = settings(derandomize=True, deadline=None, max_examples=60)


@STEADY
@given(st.lists(POINTS, min_size=2, max_size=12))
def test_the_mean_of_a_team_is_the_sum_of_the_means_of_its_reps(members: list[np.ndarray]) -> None:
    found = pooled(members)

    assert found.mean() == pytest.approx(sum(points.mean() for points in members), abs=1, rel=1e-9)
    assert len(found) <= MOST_POINTS
    assert np.all(np.diff(found) >= 0)
    assert found[0] >= 0
    assert found[-1] <= sum(int(points.max()) for points in members) * (1 + len(members) / STEPS) + 1


@STEADY
@given(st.lists(POINTS, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_reps_changes_less_than_a_cent(members: list[np.ndarray], random: object) -> None:
    mixed = list(members)
    random.shuffle(mixed)  # type: ignore[attr-defined]

    assert np.abs(pooled(mixed) - pooled(members)).max() <= 1


def test_a_single_rep_stays_exact() -> None:
    assert pooled([np.array([300, 100, 200])]).tolist() == [100, 200, 300]


def test_nobody_finds_anything() -> None:
    assert pooled([np.zeros(20, np.int64)] * 3).tolist() == [0]


@pytest.mark.parametrize("count", [3, 30, 300])
def test_the_points_are_means_of_quantiles_of_the_sum(count: int) -> None:
    """Against draws: twenty parts of two hundred thousand sums."""
    random = np.random.default_rng(count)
    points = [np.sort(random.gamma(0.8, 1_000_000, 20)).astype(np.int64) for _ in range(count)]
    sums = np.zeros(200_000)
    for member in points:
        sums += member[random.integers(0, 20, len(sums))]
    drawn = np.sort(sums).reshape(MOST_POINTS, -1).mean(axis=1)

    assert np.abs(pooled(points) - drawn).max() / sums.std() < 0.03
