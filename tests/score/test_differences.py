"""Single reps beside their team: shrinkage, tails, and how often chance alone is told of (03-metrics.md, section 0)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import betabinom

from jobs.score.differences import _two_sided, differences, discoveries, told_among
from jobs.settings import parse_settings
from tests.models.world import deal, rows, world

SAME_TEAM = np.zeros(12, np.int64)


def test_the_tail_is_that_of_a_beta_binomial() -> None:
    successes, trials = np.array([0, 3, 9]), np.array([5, 8, 9])
    alpha, beta = np.array([2.0, 1.5, 4.0]), np.array([3.0, 6.0, 1.0])
    law = betabinom(trials, alpha, beta)

    smaller = np.minimum(law.cdf(successes), law.sf(successes - 1))
    assert _two_sided(successes, trials, alpha, beta) == pytest.approx(np.minimum(1, 2 * smaller))


def test_a_rep_who_stands_apart_is_told_and_shrunk_towards_the_team() -> None:
    trials = np.full(12, 40)
    successes = np.array([4, 5, 3, 4, 6, 2, 4, 5, 3, 4, 4, 36])
    found = differences(successes, trials, SAME_TEAM)

    assert found is not None
    told = discoveries(found.p_value, 0.1)
    assert np.flatnonzero(told).tolist() == [11]
    assert found.team_share[11] == pytest.approx(0.1, abs=0.01)
    assert found.team_share[11] < found.shrunk_low[11] < found.shrunk_share[11] < 0.9
    assert found.shrunk_share[11] > 0.7


def test_one_of_one_is_like_the_team() -> None:
    found = differences(np.array([1, *[2] * 11]), np.array([1, *[20] * 11]), SAME_TEAM)

    assert found is not None
    assert not discoveries(found.p_value, 0.1).any()
    assert found.shrunk_share[0] < 0.2


def test_a_team_that_differs_is_what_its_reps_are_held_against() -> None:
    team = np.repeat([0, 1], 6)
    successes = np.array([5, 6, 4, 5, 5, 5, 25, 24, 26, 25, 25, 25])
    found = differences(successes, np.full(12, 50), team)

    assert found is not None
    assert not discoveries(found.p_value, 0.1).any()
    assert found.team_share[0] < 0.2 < 0.4 < found.team_share[11]


def test_two_reps_are_no_team_to_stand_apart_from() -> None:
    assert differences(np.array([1, 9]), np.array([10, 10]), np.zeros(2, np.int64)) is None


@pytest.mark.parametrize("spread", [0.0, 0.05])
def test_where_reps_do_not_stand_apart_one_is_told_of_in_at_most_a_tenth_of_the_weeks(spread: float) -> None:
    draw = np.random.default_rng(20261128)
    rate = 0.3 if not spread else draw.beta(0.3 * (1 / spread - 1), 0.7 * (1 / spread - 1), (400, 24))
    trials = draw.integers(1, 60, (400, 24))
    successes = draw.binomial(trials, rate)
    told = [
        discoveries(found.p_value, 0.1).any()
        for one, many in zip(successes, trials, strict=True)
        if (found := differences(one, many, np.arange(24) % 4)) is not None
    ]

    assert len(told) == 400
    assert np.mean(told) <= 0.1


@pytest.mark.parametrize("rate", [0.03, 0.05, 0.1])
def test_rare_cases_of_few_trials_are_told_of_in_about_a_tenth_of_the_weeks_at_most(rate: float) -> None:
    draw = np.random.default_rng(20261129)
    trials = draw.integers(1, 9, (600, 16))
    successes = draw.binomial(trials, rate)
    found = [differences(one, many, np.arange(16) % 4) for one, many in zip(successes, trials, strict=True)]
    usual = parse_settings("")
    told = [told_among(one, many, usual).any() for one, many in zip(found, trials, strict=True) if one is not None]

    assert len(told) == 600
    assert np.mean(told) <= 0.1 + 2 * (0.1 * 0.9 / 600) ** 0.5  # what 600 draws can tell


@pytest.mark.parametrize(("cases", "is_told"), [(4, False), (5, True)])
def test_a_rep_with_fewer_than_five_cases_is_not_told_of(cases: int, is_told: bool) -> None:
    trials, successes = np.array([cases, *[40] * 11]), np.array([cases, *[2] * 11])
    found = differences(successes, trials, SAME_TEAM)

    assert found is not None
    assert told_among(found, trials, parse_settings("")).tolist() == [is_told, *[False] * 11]


@pytest.mark.parametrize(
    ("p_values", "told"),
    [
        ([0.001, 0.5, 0.9], [True, False, False]),
        ([0.06, 0.06, 0.06, 0.06], [True, True, True, True]),
        ([0.04, 0.9, 0.9, 0.9], [False, False, False, False]),
        ([0.09, 0.01], [True, True]),
    ],
)
def test_what_is_told_among_many(p_values: list[float], told: list[bool]) -> None:
    assert discoveries(np.array(p_values), 0.1).tolist() == told


def test_the_mart_tells_of_the_rep_who_concedes_within_hours() -> None:
    deals = [deal(f"{rep}-{place}", rep_id=rep) for rep in ("r1", "r2", "r3", "r4", "r5") for place in range(6)]
    offers = [
        {"opportunity_id": row["opportunity_id"], "offered_at": at, "side": side, "amount": amount}
        for row in deals
        for at, side, amount in (
            ("2026-07-01 09:00:00", "seller", 100),
            ("2026-07-02 09:00:00", "buyer", 80),
            (f"2026-07-{'02' if row['rep_id'] == 'r1' else '06'} 12:00:00", "seller", 90),
        )
    ]
    built = world({"opportunities": deals, "offers": offers})
    found = rows(built, "select * from marts.rep_differences where measure = 'fast_concession' order by rep_id")
    told = [(row["rep_id"], row["direction"]) for row in found if row["is_reported"]]
    cards = rows(built, "select * from marts.rep_conduct order by rep_id")
    company = rows(built, "select * from marts.team_conduct where group_kind = 'company'")[0]

    assert told == [("r1", "above")]
    assert (cards[0]["fast_concession_count"], cards[0]["timed_concession_count"]) == (6, 6)
    assert "fast_concession" in cards[0]["signal_facts"]
    assert cards[1]["signal_facts"] == ""
    assert (company["fast_concession_count"], company["timed_concession_count"]) == (6, 30)
    assert company["signalled_strength"] == pytest.approx(100 * (24 + 30) / (30 + 30))
    assert cards[0]["signalled_strength"] == pytest.approx(100 * 6 / 12)
