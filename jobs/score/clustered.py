"""Differences within reps, and intervals that count reps and quarters, not deals (03-metrics.md, section 6)."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jobs.score.intervals import COVERAGE

Reason = Literal["no_cases", "no_contrast", "few_quarters"]
Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]
_NOTHING = 1e-9  # of the treatment's own spread is left when everything else is held equal: there is no contrast


class Cases(NamedTuple):
    """Cases of a comparison, (n,) each: reps and quarters as codes from 0, outcome and treatment as numbers.

    cell: a code within which outcomes are alike by nature (segment and size). controls: (n, k). fixed: what has a level
    of its own; the rep, where it is left out.
    """

    outcome: Numbers
    treatment: Numbers
    controls: Numbers
    cell: Codes
    rep: Codes
    quarter: Codes
    fixed: Codes | None = None


class Estimate(NamedTuple):
    """A difference with its 90 % interval, NULLs and a reason where none can be told.

    quarter_count: quarters that have a treated case; rep_count: reps with any case.
    """

    estimate: float | None
    low: float | None
    high: float | None
    case_count: int
    treated_count: int
    quarter_count: int
    rep_count: int
    is_reported: bool
    reason: Reason | None


def difference(cases: Cases, *, min_quarters: int) -> Estimate:
    """What the treatment goes with, among the cases of the same rep, cell and controls equal.

    Least squares with a fixed effect per rep. The variance is clustered by rep and by quarter (Cameron, Gelbach and
    Miller 2011), each by leaving out one cluster at a time (MacKinnon, Nielsen and Webb 2023), and never less than by
    either alone or by neither; t with the quarters that have a treated case, less one. A bootstrap over deals takes the
    luck of one quarter for many independent pieces of evidence.
    """
    treated = cases.treatment > 0
    counts = (len(treated), int(treated.sum()), len(np.unique(cases.quarter[treated])), len(np.unique(cases.rep)))
    if not len(treated):
        return Estimate(None, None, None, *counts, is_reported=False, reason="no_cases")
    if counts[2] < min_quarters:
        return Estimate(None, None, None, *counts, is_reported=False, reason="few_quarters")
    contrast, residual, parameters = _partialled(cases)
    information = float(contrast @ contrast)
    if information <= _NOTHING * len(treated):
        return Estimate(None, None, None, *counts, is_reported=False, reason="no_contrast")
    estimate = float(contrast @ residual) / information
    unexplained = residual - estimate * contrast
    deviation = _deviation(unexplained, contrast / information, contrast**2 / information, cases, parameters)
    if not np.isfinite(deviation):
        return Estimate(None, None, None, *counts, is_reported=False, reason="no_contrast")
    half = _t_quantile(counts[2] - 1) * deviation
    return Estimate(estimate, estimate - half, estimate + half, *counts, is_reported=True, reason=None)


def mean(cases: Cases) -> tuple[float, float, float]:
    """Mean of the outcomes with its clustered 90 % interval; NaN bounds where there is one quarter or rep only."""
    centre = float(cases.outcome.mean())
    quarters = len(np.unique(cases.quarter))
    if quarters < 2 or len(np.unique(cases.rep)) < 2:
        return centre, float("nan"), float("nan")
    even = np.full(len(cases.outcome), 1 / len(cases.outcome))
    half = _t_quantile(quarters - 1) * _deviation(cases.outcome - centre, even, even, cases, 1)
    return centre, centre - half, centre + half


def _partialled(cases: Cases) -> tuple[Numbers, Numbers, int]:
    """Treatment and outcome with fixed effects, cells and controls taken out, (n,) each; the parameters that took."""
    cells = np.eye(int(cases.cell.max()) + 1)[cases.cell][:, 1:]
    fixed = cases.rep if cases.fixed is None else cases.fixed
    others = _less_mean(np.column_stack([cases.controls, cells]), fixed)
    both = _less_mean(np.column_stack([cases.treatment, cases.outcome]), fixed)
    taken, _, rank, _ = np.linalg.lstsq(others.T @ others, others.T @ both, rcond=1e-10)
    left = both - others @ taken
    return left[:, 0], left[:, 1], int(rank) + len(np.unique(fixed)) + 1


def _less_mean(columns: Numbers, group: Codes) -> Numbers:
    """Each column (n, k) less its mean in the group of the row."""
    counts = np.maximum(np.bincount(group), 1)
    means = [np.bincount(group, column) / counts for column in columns.T]
    return columns - np.column_stack(means)[group] if means else columns


def _deviation(unexplained: Numbers, pull: Numbers, weights: Numbers, cases: Cases, parameters: int) -> float:
    """Standard error, clustered by rep and by quarter; infinite where one cluster is all.

    unexplained: what is left of each outcome; pull: how far it moves the estimate; weights: the part of the information
    that the case carries, in all 1; (n,) each. Never less than if the cases were independent: where a rare outcome
    happens to be missing among the treated, their own scatter would say that this is certain.
    """
    scores = unexplained * pull
    independent = float(unexplained @ unexplained) / len(unexplained) * float(pull @ pull)
    both = np.unique(cases.rep * (cases.quarter.max() + 1) + cases.quarter, return_inverse=True)[1]
    by_rep, by_quarter, by_both = (_clustered(scores, weights, group) for group in (cases.rep, cases.quarter, both))
    if not np.isfinite(by_rep + by_quarter):
        return float("inf")
    count = len(scores)
    used = (count - 1) / max(count - parameters, 1)
    return float(np.sqrt(used * max(by_rep + by_quarter - by_both, by_rep, by_quarter, independent)))


def _clustered(scores: Numbers, weights: Numbers, group: Codes) -> float:
    """Variance by leaving out one cluster at a time (CV3): one that carries much of the information counts for more."""
    groups = len(np.unique(group))
    left = 1 - np.bincount(group, weights)
    if left.min() <= _NOTHING:
        return float("inf")
    moved = np.bincount(group, scores) / left
    return float(moved @ moved) * (groups - 1) / groups


def _t_quantile(freedom: int) -> float:
    from scipy.special import stdtrit  # a second to import, and only needed where an effect is estimated

    return float(stdtrit(freedom, 1 - (1 - COVERAGE) / 2))
