"""Intervals of small samples (03-metrics.md, section 0)."""

from __future__ import annotations

import numpy as np
import pytest

from jobs.score.intervals import jeffreys
from tests.models.world import deal, one, world


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Brown, Cai and DasGupta: quantiles of beta(x + .5, n - x + .5), here by summing its density on a fine grid.
        pytest.param(0, 10, 0.0, 0.1708, id="none of ten: the low end is 0"),
        pytest.param(10, 10, 0.8292, 1.0, id="all of ten: the high end is 1"),
        pytest.param(2, 3, 0.2355, 0.9371, id="two of three say almost nothing"),
        pytest.param(50, 100, 0.4187, 0.5813, id="half of a hundred"),
    ],
)
def test_bounds_of_a_share(successes: int, trials: int, low: float, high: float) -> None:
    found = jeffreys(np.array([successes]), np.array([trials]))

    assert (found[0][0], found[1][0]) == pytest.approx((low, high), abs=5e-4)


def test_a_scorecard_shows_the_bounds_of_its_share() -> None:
    point = {"opportunity_id": "d1", "set_at": "2026-05-02 00:00:00", "threshold_amount": 49}
    won = deal("d1", stage="Closed Won", is_won=True, is_closed=True, close_on="2026-08-01")
    card = one(world({"opportunities": [won], "walk_away_points": [point]}), "select * from marts.rep_scorecard")

    assert (card["hug_share"], card["lined_won_count"]) == (1.0, 1)
    assert 0 < card["hug_share_low"] < card["hug_share_high"] == 1.0
