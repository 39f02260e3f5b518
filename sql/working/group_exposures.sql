-- Exposures of a group by their ending: of the quarter to date, and of the four quarters before (4q).
-- One row per as-of date and group that has one. A deal belongs to its owner.
with exposures as (
    select
        members.as_of_on,
        members.group_kind,
        members.group_id,
        exposures.ending,
        exposures.end_kind,
        exposures.is_below_threshold_won,
        exposures.is_logged_before_close,
        exposures.quarter_start_on = weeks.quarter_start_on as is_quarter,
    from scores.exposures as exposures
    inner join staging.weeks as weeks
        on exposures.as_of_on = weeks.as_of_on
    inner join working.groups as members
        on exposures.as_of_on = members.as_of_on
        and exposures.rep_id = members.rep_id
)

select
    exposures.as_of_on,
    exposures.group_kind,
    exposures.group_id,
    count(case when exposures.is_quarter then 1 end) as exposure_count,
    count(case when exposures.is_quarter and exposures.end_kind = 'open' then 1 end) as open_exposure_count,
    count(case when exposures.is_quarter and exposures.ending = 'held' then 1 end) as held_count,
    count(case when exposures.is_quarter and exposures.ending = 'excused' then 1 end) as excused_count,
    count(case when exposures.is_quarter and exposures.ending = 'broken' then 1 end) as broken_count,
    count(case when exposures.is_quarter and exposures.ending = 'unknown' then 1 end) as unknown_count,
    count(case when exposures.is_quarter and exposures.is_below_threshold_won then 1 end) as below_won_count,
    count(case when exposures.is_quarter and exposures.is_below_threshold_won and not exposures.is_logged_before_close then 1 end) as unlogged_count,
    count(case when not exposures.is_quarter then 1 end) as exposure_4q_count,
    count(case when not exposures.is_quarter and exposures.ending = 'held' then 1 end) as held_4q_count,
    count(case when not exposures.is_quarter and exposures.ending = 'excused' then 1 end) as excused_4q_count,
    count(case when not exposures.is_quarter and exposures.ending = 'broken' then 1 end) as broken_4q_count,
    count(case when not exposures.is_quarter and exposures.ending = 'unknown' then 1 end) as unknown_4q_count,
    count(case when not exposures.is_quarter and exposures.is_below_threshold_won then 1 end) as below_won_4q_count,
    count(case when not exposures.is_quarter and exposures.is_below_threshold_won and not exposures.is_logged_before_close then 1 end) as unlogged_4q_count,
from exposures
group by exposures.as_of_on, exposures.group_kind, exposures.group_id
