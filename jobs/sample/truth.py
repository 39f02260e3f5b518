"""What is true of a sample: who was planted, how strongly, and how often each thing occurs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from jobs.sample.declines import is_declared
from jobs.sample.draws import Bools, Ints
from jobs.sample.effects import Effects
from jobs.sample.fiscal import calendar_date
from jobs.sample.losses import is_void, unrecorded
from jobs.sample.people import Pipeline
from jobs.sample.world import VP, World, rep_ids


@dataclass(frozen=True, kw_only=True)
class SampleTruth:
    """The answers that measures of the sample should find.

    `rows` is by file name. Opportunities: open + won + lost + declined + void = all; `declined_count` holds
    the declared declines (a row in declines.csv) and those that the loss reason alone tells. Counts of
    effects are of deals won, by the prices before anybody looks at them; deals without costs and list price
    in the files are among them.
    """

    seed: int
    as_of_on: date
    quarter_start_on: date
    effects: Effects
    vp_user_id: str
    never_declines_rep_id: str
    hug_rep_id: str
    fast_concession_rep_id: str
    quota_made_rep_ids: tuple[str, ...]
    many_alternatives_rep_ids: tuple[str, ...]
    out_of_reach_rep_ids: tuple[str, ...]
    one_big_deal_rep_ids: tuple[str, ...]
    rows: Mapping[str, int]
    opportunity_count: int
    open_count: int
    won_count: int
    lost_count: int
    declined_count: int
    void_count: int
    declared_decline_count: int
    declined_by_quarter: Mapping[date, int]
    unrecorded_decline_count: int
    returnable_decline_count: int
    returned_count: int
    returned_won_count: int
    clear_at_table_count: int
    approval_at_table_count: int
    walk_at_table_count: int
    below_threshold_won_count: int
    below_floor_won_count: int
    quarter_end_won_count: int
    safe_quarter_won_count: int
    hugged_won_count: int
    never_declines_below_threshold_won_count: int
    without_costs_count: int


def find_truth(world: World, rows: Mapping[str, int]) -> SampleTruth:
    """The truth of a world, and the number of rows of each file written from it."""
    company, plan, line = world.company, world.plan, world.line
    people, calendar = company.people, company.calendar
    void = is_void(world)
    lost = ~line.is_open & ~plan.is_won & ~plan.is_declined & ~void
    planted = rep_ids(world, np.array([people.never_declines, people.hugger, people.conceder], dtype=np.int64))
    return SampleTruth(
        seed=company.seed,
        as_of_on=calendar.as_of_on,
        quarter_start_on=calendar_date(calendar.starts[-2]),
        effects=company.effects,
        vp_user_id=str(world.user_ids[VP]),
        never_declines_rep_id=str(planted[0]),
        hug_rep_id=str(planted[1]),
        fast_concession_rep_id=str(planted[2]),
        quota_made_rep_ids=_reps_of(world, Pipeline.QUOTA_MADE),
        many_alternatives_rep_ids=_reps_of(world, Pipeline.MANY_ALTERNATIVES),
        out_of_reach_rep_ids=_reps_of(world, Pipeline.OUT_OF_REACH),
        one_big_deal_rep_ids=_reps_of(world, Pipeline.ONE_BIG_DEAL),
        rows=dict(rows),
        opportunity_count=world.count,
        open_count=_number(line.is_open),
        won_count=_number(plan.is_won),
        lost_count=_number(lost),
        declined_count=_number(plan.is_declined),
        void_count=_number(void),
        without_costs_count=_number(world.facts.is_bare),
        **_decline_counts(world),
        **_price_counts(world),
        declined_by_quarter=_by_quarter(world, plan.is_declined),
    )


def _number(flags: Bools) -> int:
    return int(np.count_nonzero(flags))


def _reps_of(world: World, kind: Pipeline) -> tuple[str, ...]:
    """Ids of the reps with one kind of pipeline."""
    return tuple(rep_ids(world, np.flatnonzero(world.company.people.pipeline == kind).astype(np.int64)))


def _by_quarter(world: World, flags: Bools) -> dict[date, int]:
    """Number of closed opportunities by the first day of the quarter of their closing."""
    starts = world.company.calendar.starts[:-1]
    counts: Ints = np.bincount(world.line.quarter[flags], minlength=len(starts))
    return {calendar_date(day): int(number) for day, number in zip(starts, counts, strict=True)}


def _decline_counts(world: World) -> dict[str, int]:
    back = world.back
    return {
        "declared_decline_count": _number(is_declared(world)),
        "unrecorded_decline_count": _number(unrecorded(world)),
        "returnable_decline_count": back.eligible_count,
        "returned_count": len(back.renewed),
        "returned_won_count": _number(world.plan.is_won[back.renewed]),
    }


def _price_counts(world: World) -> dict[str, int]:
    plan, facts, final = world.plan, world.facts, world.prices.final
    below_threshold, below_floor = final < facts.threshold, final < facts.floor
    never = world.line.rep == world.company.people.never_declines
    return {
        "clear_at_table_count": _number(world.at_table & ~below_threshold),
        "approval_at_table_count": _number(world.at_table & below_threshold & ~below_floor),
        "walk_at_table_count": _number(world.at_table & below_floor),
        "below_threshold_won_count": _number(plan.is_won & below_threshold),
        "below_floor_won_count": _number(plan.is_won & below_floor),
        "quarter_end_won_count": _number(world.prices.is_rushed),
        "safe_quarter_won_count": _number(world.prices.is_safe),
        "hugged_won_count": _number(world.prices.is_hugged),
        "never_declines_below_threshold_won_count": _number(plan.is_won & below_threshold & never),
    }
