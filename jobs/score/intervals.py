"""working.share_counts -> working.jeffreys: intervals of small samples, as a step among the models."""

from __future__ import annotations

import numpy as np
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from jobs.models import PythonModel
from jobs.settings import Settings

COVERAGE = 0.9

_TABLE = """
create or replace table working.jeffreys (
    success_count bigint, trial_count bigint, share_low double, share_high double
);
"""

Counts = NDArray[np.int64]
Shares = NDArray[np.float64]


def jeffreys(successes: Counts, trials: Counts) -> tuple[Shares, Shares]:
    """Low and high of the 90 % Jeffreys interval of successes of trials, (n,) each; trials > 0.

    Low is 0 at none, high is 1 at all (03-metrics.md, section 0; Brown, Cai and DasGupta 2001).
    """
    from scipy.special import betaincinv  # a second to import, and only needed where there is a share

    tail = (1 - COVERAGE) / 2
    low = betaincinv(successes + 0.5, trials - successes + 0.5, tail)
    high = betaincinv(successes + 0.5, trials - successes + 0.5, 1 - tail)
    return np.where(successes == 0, 0.0, low), np.where(successes == trials, 1.0, high)


def write_jeffreys(connection: DuckDBPyConnection, settings: Settings) -> None:
    """One row per distinct pair of counts."""
    connection.execute(_TABLE)
    counts = connection.execute("select success_count, trial_count from working.share_counts").fetchnumpy()
    successes, trials = (np.asarray(counts[name], np.int64) for name in ("success_count", "trial_count"))
    if len(trials):
        low, high = jeffreys(successes, trials)
        columns = {"success_count": successes, "trial_count": trials, "share_low": low, "share_high": high}
        connection.register("bounded", columns)
        connection.execute("insert into working.jeffreys by name select * from bounded")
        connection.unregister("bounded")


JEFFREYS = PythonModel(
    name="jeffreys",
    inputs=frozenset({"working.share_counts"}),
    outputs=("working.jeffreys",),
    run=write_jeffreys,
    is_lookup=True,
)

_LARGEST_DEGREES = 1000

_STUDENT = """
create or replace table working.student_t (degree_count bigint, t_quantile double);
"""


def write_student_t(connection: DuckDBPyConnection, settings: Settings) -> None:
    """Quantiles for two-sided intervals of a mean, 1 to 1000 degrees of freedom; above, the last one will do."""
    from scipy.special import stdtrit

    degrees = np.arange(1, _LARGEST_DEGREES + 1)
    columns = {"degree_count": degrees, "t_quantile": stdtrit(degrees, (1 + COVERAGE) / 2)}
    connection.execute(_STUDENT)
    connection.register("quantiles", columns)
    connection.execute("insert into working.student_t by name select * from quantiles")
    connection.unregister("quantiles")


STUDENT_T = PythonModel(name="student_t", inputs=frozenset(), outputs=("working.student_t",), run=write_student_t)
