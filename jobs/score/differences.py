"""working.rep_shares -> working.rep_tails: how far a rep's share lies from the team's, and whether that can be said."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from jobs.models import PythonModel
from jobs.score.intervals import COVERAGE
from jobs.settings import Settings

LEAST_SPREAD, MOST_SPREAD = 0.01, 0.9  # of the reps' own rates, as a correlation within a rep

_TABLE = """
create or replace table working.rep_tails (
    as_of_on date, measure varchar, rep_id varchar, team_share double, shrunk_share double, shrunk_low double,
    shrunk_high double, p_value double, is_reported boolean
);
"""
_SHARES = """
select
    shares.as_of_on, shares.measure, shares.rep_id, shares.success_count, shares.trial_count,
    dense_rank() over (partition by shares.as_of_on, shares.measure order by sellers.team) - 1 as team,
    dense_rank() over (order by shares.as_of_on, shares.measure) - 1 as family,
from working.rep_shares as shares
inner join staging.sellers as sellers
    on shares.as_of_on = sellers.as_of_on and shares.rep_id = sellers.rep_id
where shares.trial_count > 0
order by family, shares.rep_id
"""

Counts = NDArray[np.int64]
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Differences(NamedTuple):
    """Of each rep, (n,): what the team does without the rep, the rep's share shrunk to that, its bounds, the tail."""

    team_share: Numbers
    shrunk_share: Numbers
    shrunk_low: Numbers
    shrunk_high: Numbers
    p_value: Numbers


def differences(successes: Counts, trials: Counts, team: Counts) -> Differences | None:
    """Every rep of one measure against all the others, (n,) each; None under three reps (03-metrics.md, section 0).

    The others are a beta-binomial: their mean is the team's without the rep, shrunk to the company's, and their
    spread is the company's without the rep (moments: Kleinman 1973). p_value: twice the smaller tail of it. The
    rep's own share is shrunk to that mean by the spread of all.
    """
    from scipy.special import betaincinv  # a second to import, and only needed where there is a share

    if len(trials) < 3:
        return None
    mean, precision = _moments(successes, trials, 1)
    mates = np.bincount(team, successes)[team] - successes, np.bincount(team, trials)[team] - trials
    expected = (mates[0] + precision * mean) / (mates[1] + precision)
    # A rep who stands apart is told by a spread without the rep, and believed by one with the rep.
    _, belief = _moments(successes, trials, 0)
    alpha, beta = successes + belief * expected, trials - successes + belief * (1 - expected)
    tail = (1 - COVERAGE) / 2
    return Differences(
        team_share=expected,
        shrunk_share=alpha / (alpha + beta),
        shrunk_low=betaincinv(alpha, beta, tail),
        shrunk_high=betaincinv(alpha, beta, 1 - tail),
        p_value=_two_sided(successes, trials, precision * expected, precision * (1 - expected)),
    )


def _moments(successes: Counts, trials: Counts, left_out: int) -> tuple[Numbers, Numbers]:
    """Mean and precision (alpha + beta) of the reps' own rates, (n,) each.

    With left_out = 1 for every rep without it, and with the spread at its upper 90 % bound, and more where there
    is little evidence: an estimate from a few reps or cases would call too many of them different.
    """
    from scipy.special import chdtri

    count = len(trials) - left_out
    total, won = trials.sum() - left_out * trials, successes.sum() - left_out * successes
    mean = (won + 0.5) / (total + 1)  # never 0 or 1, where a single case would be past belief
    squares = successes**2 / trials
    scatter = squares.sum() - left_out * squares - won**2 / total
    dispersion = scatter / (mean * (1 - mean))
    if left_out:
        dispersion *= (count - 1) / chdtri(count - 1, COVERAGE)
    evenness = total - ((trials**2).sum() - left_out * trials**2) / total - (count - 1)
    excess = dispersion - (count - 1)
    spread = np.divide(excess, evenness, out=np.zeros(len(trials)), where=evenness > 0)
    if left_out:
        spread = spread + 1 / (total + 2)  # and of little evidence the mean itself is uncertain
    spread = np.clip(spread, LEAST_SPREAD, MOST_SPREAD)
    return mean, (1 - spread) / spread


def _two_sided(successes: Counts, trials: Counts, alpha: Numbers, beta: Numbers) -> Numbers:
    """Twice the smaller tail of a beta-binomial, the count itself in both, at most 1."""
    from scipy.special import betaln, gammaln

    start = np.concatenate([[0], np.cumsum(trials + 1)[:-1]])
    rep = np.repeat(np.arange(len(trials)), trials + 1)
    value, many = np.arange(len(rep)) - start[rep], trials[rep]
    ways = gammaln(many + 1) - gammaln(value + 1) - gammaln(many - value + 1)
    logs = ways + betaln(value + alpha[rep], many - value + beta[rep]) - betaln(alpha, beta)[rep]
    chance = np.exp(logs)
    below = np.bincount(rep, np.where(value <= successes[rep], chance, 0.0))
    above = np.bincount(rep, np.where(value >= successes[rep], chance, 0.0))
    return np.asarray(np.minimum(1.0, 2 * np.minimum(below, above)), np.float64)


def discoveries(p_values: Numbers, rate: float) -> Flags:
    """Which of these (n,) are told, at most `rate` of them falsely in the long run (Benjamini and Hochberg 1995)."""
    order = np.argsort(p_values, kind="stable")
    passed = p_values[order] <= rate * np.arange(1, len(order) + 1) / len(order)
    told = np.zeros(len(order), np.bool_)
    if passed.any():
        told[order[: np.flatnonzero(passed)[-1] + 1]] = True
    return told


def told_among(found: Differences, trials: Counts, settings: Settings) -> Flags:
    """Which reps are told to differ: of those with enough cases, at most the stated rate falsely."""
    small = settings.small_samples
    told = trials >= small.min_told_count
    told[told] = discoveries(found.p_value[told], float(small.false_discovery_rate))
    return told


def write_rep_tails(connection: DuckDBPyConnection, settings: Settings) -> None:
    """One row per as-of date, measure and rep with a trial; measures of fewer than three reps have none."""
    connection.execute(_TABLE)
    read: Mapping[str, NDArray[np.generic]] = connection.execute(_SHARES).fetchnumpy()
    if not len(read["family"]):
        return
    family = np.asarray(read["family"], np.int64)
    edges = np.concatenate([[0], np.flatnonzero(np.diff(family)) + 1, [len(family)]])
    for low, high in pairwise(edges):
        part = {name: values[low:high] for name, values in read.items()}
        successes, trials, team = (
            np.asarray(part[name], np.int64) for name in ("success_count", "trial_count", "team")
        )
        found = differences(successes, trials, team)
        if found is not None:
            keys = {name: part[name] for name in ("as_of_on", "measure", "rep_id")}
            rows = keys | found._asdict() | {"is_reported": told_among(found, trials, settings)}
            connection.register("told", rows)
            connection.execute("insert into working.rep_tails by name select * from told")
            connection.unregister("told")


REP_TAILS = PythonModel(
    name="rep_tails",
    inputs=frozenset({"working.rep_shares", "staging.sellers"}),
    outputs=("working.rep_tails",),
    run=write_rep_tails,
)
