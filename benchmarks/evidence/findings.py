"""What the measures say of an examined company: planted effects beside their sizes, and false alarms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from duckdb import DuckDBPyConnection

from benchmarks.evidence.examine import Examined
from jobs.score.clustered import Cases, mean
from jobs.score.intervals import jeffreys


class Found(NamedTuple):
    """A planted effect as measured. planted: its size in the generator; expected: what that makes of the measure."""

    effect: str
    planted: float
    expected: float
    estimate: float
    low: float
    high: float

    @property
    def is_inside(self) -> bool:
        return self.low <= self.expected <= self.high


def planted_effects(company: Examined) -> Iterator[Found]:
    """Every planted effect of one company."""
    yield _discount(company, "quarter_end_discount")
    yield _discount(company, "safe_quarter_discount")
    yield _hugs(company)
    yield _fast_concessions(company)
    yield _never_declines(company)
    yield _vp_approvals(company)
    yield _returns(company)
    yield _uplift(company)


def false_alarms(company: Examined) -> dict[str, bool]:
    """Of a company without any effect: what is told all the same, by measure."""
    query = "select effect, is_reported and (low > 0 or high < 0) from scores.effects"
    alarms = {str(effect): bool(is_told) for effect, is_told in company.connection.execute(query).fetchall()}
    query = "select measure, bool_or(is_reported) from scores.rep_differences group by measure order by measure"
    told = company.connection.execute(query).fetchall()
    alarms |= {f"rep: {measure}": bool(is_told) for measure, is_told in told}
    vp, others = _approvals(company, "role = 'vp'", 0.5), _approvals(company, "role <> 'vp'", 0.5)
    alarms["vp_approval_rate"] = vp.low > others.high or vp.high < others.low
    return alarms | {"return_share": _returns(company).estimate > 0}


def _discount(company: Examined, effect: str) -> Found:
    """A discount that part of the deals carry: those who ended otherwise than by an ordinary win do not."""
    query = "select estimate, low, high from scores.effects where effect = ?"
    [(estimate, low, high)] = company.connection.execute(query, [effect]).fetchall()
    cases = company.connection.execute(
        "select case_id, treatment > 0 from working.effect_cases where effect = ?", [effect]
    ).fetchall()
    carriers = company.carriers[effect]
    shares = {
        is_treated: np.mean([case in carriers for case, treated in cases if treated == is_treated])
        for is_treated in (True, False)
    }
    planted = getattr(company.truth.effects, effect)
    return Found(effect, planted, planted * float(shares[True] - shares[False]), estimate, low, high)


def _hugs(company: Examined) -> Found:
    rep, size = company.truth.hug_rep_id, company.truth.effects.hug_share
    query = """
        select won.opportunity_id
        from working.won_prices as won
        inner join working.conduct_windows as windows on won.closed_on >= windows.from_on
        where won.rep_id = ? and won.zone is not null
    """
    wins = [row[0] for row in company.connection.execute(query, [rep]).fetchall()]
    carried = size * float(np.mean([win in company.carriers["plain_win"] for win in wins]))
    hits, trials, usual = _rep_share(company.connection, "hug", rep)
    return _share("hug_share", size, carried + (1 - carried) * usual, hits, trials)


def _fast_concessions(company: Examined) -> Found:
    size = company.truth.effects.fast_concession_share
    hits, trials, usual = _rep_share(company.connection, "fast_concession", company.truth.fast_concession_rep_id)
    return _share("fast_concession_share", size, size + (1 - size) * usual, hits, trials)


def _never_declines(company: Examined) -> Found:
    """Of deals that one rep either accepted below the threshold or declined, those accepted."""
    rep, size = company.truth.never_declines_rep_id, company.truth.effects.never_declines_share
    query = """
        select count(case when outcome = 'won' then 1 end), count(*)
        from staging.deals
        where rep_id = ? and (outcome = 'declined' or (outcome = 'won' and zone in ('approval', 'walk')))
    """
    [(accepted, either)] = company.connection.execute(query, [rep]).fetchall()
    return _share("never_declines_share", size, size, accepted, either)


def _vp_approvals(company: Examined) -> Found:
    return _approvals(company, "role = 'vp'", company.truth.effects.vp_approval_rate)


def _approvals(company: Examined, roles: str, rate: float) -> Found:
    query = f"""
        select count(case when decision = 'approved' then 1 end), count(*)
        from working.approvals
        where {roles} and decision in ('approved', 'refused')
    """
    [(approved, decided)] = company.connection.execute(query).fetchall()
    return _share("vp_approval_rate", rate, rate, approved, decided)


def _returns(company: Examined) -> Found:
    """Of the declines with a price, those that came back; the generator lets only part of them do so."""
    size = company.truth.effects.return_share
    query = "select count(returned_at), count(*) from scores.declined_deals where demanded_amount is not null"
    [(returned, declined)] = company.connection.execute(query).fetchall()
    expected = size * company.truth.returnable_decline_count / declined
    return _share("return_share", size, expected, returned, declined)


def _uplift(company: Examined) -> Found:
    size = company.truth.effects.return_uplift_ratio
    query = """
        select return_uplift_ratio as outcome, dense_rank() over (order by rep_id) - 1 as rep,
            dense_rank() over (order by quarter_start_on) - 1 as quarter
        from scores.declined_deals where return_uplift_ratio is not null order by opportunity_id
    """
    columns: Mapping[str, np.ndarray[tuple[int], np.dtype[np.float64]]] = company.connection.execute(query).fetchnumpy()
    outcome = np.asarray(columns["outcome"], np.float64)
    nothing = np.zeros(len(outcome), np.int64)
    cases = Cases(
        outcome, outcome, outcome[:, None], nothing, columns["rep"].astype(int), columns["quarter"].astype(int)
    )
    return Found("return_uplift_ratio", size, size, *mean(cases))


def _rep_share(connection: DuckDBPyConnection, measure: str, rep_id: str) -> tuple[int, int, float]:
    """Successes and trials of one rep, and the share of the team without the rep."""
    query = "select success_count, trial_count, team_share from scores.rep_differences where measure = ? and rep_id = ?"
    [(successes, trials, team_share)] = connection.execute(query, [measure, rep_id]).fetchall()
    return successes, trials, team_share


def _share(effect: str, planted: float, expected: float, successes: int, trials: int) -> Found:
    low, high = jeffreys(np.array([successes]), np.array([trials]))
    return Found(effect, planted, expected, successes / trials, float(low[0]), float(high[0]))
