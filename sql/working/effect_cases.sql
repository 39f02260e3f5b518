-- What effects of a quarter's end and of a safe quarter are estimated from, each case with what must be held equal.
-- One row per as-of date, effect and case (a won deal, a concession, a late change) of a finished quarter, at most so many quarters back.
with finished as (
    select
        weeks.as_of_on,
        quarters.quarter_start_on,
        quarters.quarter_end_on,
    from staging.weeks as weeks
    cross join staging.parameters as parameters
    inner join staging.quarters as quarters
        on quarters.quarter_end_on <= weeks.as_of_on
        and quarters.quarter_start_on >= weeks.quarter_start_on - to_months(3 * parameters.effect_max_quarters)
),

prices as (
    select
        won.*,
        won.segment || '|' || coalesce(cast(won.size_band as varchar), '') as cell,
        case when won.is_at_quarter_end then 1.0 else 0.0 end as at_quarter_end,
        case when won.is_made_at_start then 1.0 else 0.0 end as made_at_start,
        case when won.is_made_at_start is null then 1.0 else 0.0 end as start_unknown,
    from working.won_prices as won
    inner join finished
        on won.as_of_on = finished.as_of_on
        and won.quarter_start_on = finished.quarter_start_on
    where won.rep_id is not null
),

dated_concessions as (
    select
        steps.as_of_on,
        steps.opportunity_id,
        steps.step_number,
        steps.answer_hours,
        steps.rep_id,
        case
            when steps.conceded_at < days.start_at then days.day_on - 1
            when steps.conceded_at >= days.end_at then days.day_on + 1
            else days.day_on
        end as conceded_on,
    from working.concession_steps as steps
    inner join staging.days as days
        on cast(steps.conceded_at as date) = days.day_on
    where steps.answer_hours is not null
        and steps.rep_id is not null
),

concessions as (
    select
        steps.as_of_on,
        steps.opportunity_id || '|' || cast(steps.step_number as varchar) as case_id,
        steps.rep_id,
        finished.quarter_start_on,
        case when steps.answer_hours <= parameters.fast_hours then 1.0 else 0.0 end as is_fast,
        case when finished.quarter_end_on - steps.conceded_on < parameters.last_days then 1.0 else 0.0 end as at_quarter_end,
    from dated_concessions as steps
    cross join staging.parameters as parameters
    inner join finished
        on steps.as_of_on = finished.as_of_on
        and steps.conceded_on between finished.quarter_start_on and finished.quarter_end_on
),

changes as (
    select
        changes.as_of_on,
        changes.opportunity_id || '|' || cast(changes.requested_at as varchar) || '|' || coalesce(changes.kind, '') as case_id,
        changes.rep_id,
        finished.quarter_start_on,
        case when changes.is_accepted_fast then 1.0 else 0.0 end as is_accepted_fast,
        case when finished.quarter_end_on - changes.closed_on < parameters.last_days then 1.0 else 0.0 end as at_quarter_end,
    from working.late_changes as changes
    cross join staging.parameters as parameters
    inner join finished
        on changes.as_of_on = finished.as_of_on
        and changes.closed_on between finished.quarter_start_on and finished.quarter_end_on
    where changes.rep_id is not null
)

select
    as_of_on, 'quarter_end_discount' as effect, opportunity_id as case_id, rep_id, quarter_start_on, cell,
    discount_ratio as outcome, at_quarter_end as treatment, made_at_start as first_control, start_unknown as second_control,
from prices
where discount_ratio is not null
union all
select
    as_of_on, 'safe_quarter_discount', opportunity_id, rep_id, quarter_start_on, cell, discount_ratio, made_at_start,
    at_quarter_end, 0.0,
from prices
where discount_ratio is not null and is_made_at_start is not null
union all
select
    as_of_on, 'quarter_end_below_threshold', opportunity_id, rep_id, quarter_start_on, cell,
    case when is_below_threshold then 1.0 else 0.0 end, at_quarter_end, made_at_start, start_unknown,
from prices
where zone is not null
union all
select
    as_of_on, 'quarter_end_fast_concession', case_id, rep_id, quarter_start_on, '', is_fast, at_quarter_end, 0.0, 0.0,
from concessions
union all
select
    as_of_on, 'quarter_end_late_change', case_id, rep_id, quarter_start_on, '', is_accepted_fast, at_quarter_end, 0.0, 0.0,
from changes
