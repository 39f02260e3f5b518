"""The figures of the week: what counts as a change."""

from __future__ import annotations

import pytest

from jobs.render.figures import share_change


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        pytest.param(0.62, 0.55, 0.07, id="seven points more"),
        pytest.param(0.5, None, None, id="nothing to compare with"),
        pytest.param(0.931, 0.928, 0.0, id="a third of a point would be shown as 0, so it is none"),
        pytest.param(0.5, 0.505, -0.005, id="half a point is shown as one"),
    ],
)
def test_the_change_of_a_share(now: float, before: float | None, change: float | None) -> None:
    found = share_change(now, before)

    assert found == (change if change is None else pytest.approx(change, abs=1e-12))
