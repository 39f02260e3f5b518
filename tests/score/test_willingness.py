"""Does willingness pay? Thirds within like deals and between reps (03-metrics.md, section 7)."""

from __future__ import annotations

import numpy as np
import pytest

from jobs.score.willingness import Decided, View, compared, thirds


@pytest.mark.parametrize(
    ("title", "without", "cell", "expected"),
    [
        ("three deals, a third each", [0.9, 0.1, 0.5], [0, 0, 0], [3, 1, 2]),
        ("six deals, two each", [0.6, 0.5, 0.4, 0.3, 0.2, 0.1], [0] * 6, [3, 3, 2, 2, 1, 1]),
        ("two deals are too few", [0.9, 0.1], [0, 0], [0, 0]),
        ("equal chances say nothing", [0.5, 0.5, 0.5], [0, 0, 0], [0, 0, 0]),
        ("equal chances share the third of their middle", [0.1, 0.9, 0.9, 0.9], [0] * 4, [1, 2, 2, 2]),
        ("each cell has its own thirds", [0.9, 0.1, 0.5, 1.0, 0.95, 0.92], [0, 0, 0, 1, 1, 1], [3, 1, 2, 3, 2, 1]),
        ("no deal", [], [], []),
    ],
)
def test_thirds_within_a_cell(title: str, without: list[float], cell: list[int], expected: list[int]) -> None:
    found = thirds(np.array(without, np.float64), np.array(cell, np.int64))

    assert found.tolist() == expected, title


def decided(within: float, between: float, seed: int = 1) -> Decided:
    """Deals of 12 reps in 8 quarters: a price that rises with the chance within a rep, and with the rep's own level."""
    draw = np.random.default_rng(seed)
    rep, quarter = (values.ravel() for values in np.indices((12, 8, 9))[:2])
    level, own = np.linspace(0.2, 0.8, 12)[rep], 0.2 * (draw.random(len(rep)) - 0.5)
    price = 0.85 + between * (level - 0.5) + within * own + 0.01 * draw.standard_normal(len(rep))
    is_won = (draw.random(len(rep)) < 0.5).astype(np.float64)
    return Decided(level + own, np.where(is_won > 0, price, np.nan), is_won, rep, rep, quarter)


def top(view: View, deals: Decided) -> dict[str, float]:
    names = ["win", "win_low", "win_high", "price", "price_low", "price_high"]
    *_, last = compared(deals, view, 4)
    assert last[1] == 3
    return {name: float(str(value)) for name, value in zip(names, last[-6:], strict=True)}


def test_what_lies_between_reps_is_no_effect_within_them() -> None:
    deals = decided(within=0.0, between=0.3)
    within, between = top("within", deals), top("between", deals)

    assert within["price_low"] < 0 < within["price_high"]
    assert between["price_low"] > 0.05


def test_an_effect_within_reps_is_found_whatever_their_level() -> None:
    found = top("within", decided(within=0.3, between=-0.3))

    assert found["price_low"] < 0.3 * 0.2 * 2 / 3 < found["price_high"]
    assert found["win_low"] < 0 < found["win_high"]


def test_every_third_has_its_figures_and_the_first_no_difference() -> None:
    rows = list(compared(decided(within=0.1, between=0.0), "within", 4))

    assert [row[:2] for row in rows] == [["within", 1], ["within", 2], ["within", 3]]
    assert rows[0][-6:] == [None] * 6
    assert sum(int(str(row[2])) for row in rows) == 12 * 8 * 9


def test_under_four_quarters_no_difference_is_told() -> None:
    deals = decided(within=0.3, between=0.0)
    *_, last = compared(deals.where(deals.quarter < 3), "within", 4)

    assert last[-6:] == [None] * 6
    assert last[2] == 12 * 9 * 3 / 3
