-- How a group's deals ended: wins, losses, and where the wins stood against their walk-away points.
-- One row per as-of date and group with a closed deal in this quarter or the four before. Counts of this quarter unless named 4q.
with deals as (
    select
        members.as_of_on,
        members.group_kind,
        members.group_id,
        deals.outcome,
        deals.zone,
        deals.buffer_ratio,
        deals.floor_amount,
        deals.lost_to,
        deals.closed_on >= weeks.quarter_start_on as is_quarter,
        quarters.quarter_end_on - deals.closed_on < 7 as is_last_week,
        parameters.hug_ratio,
        parameters.hug_control_ratio,
    from working.group_deals as members
    inner join staging.weeks as weeks
        on members.as_of_on = weeks.as_of_on
    cross join staging.parameters as parameters
    inner join staging.priced_deals as deals
        on members.as_of_on = deals.as_of_on
        and members.opportunity_id = deals.opportunity_id
    inner join staging.quarters as quarters
        on deals.closed_on between quarters.quarter_start_on and quarters.quarter_end_on
    where deals.closed_on >= weeks.history_start_on
        and deals.outcome in ('won', 'lost', 'declined')
)

select
    as_of_on,
    group_kind,
    group_id,
    count(case when is_quarter and outcome = 'won' then 1 end) as won_count,
    count(case when is_quarter and outcome = 'lost' then 1 end) as lost_count,
    count(case when is_quarter and outcome = 'declined' then 1 end) as declined_outcome_count,
    count(case when not is_quarter and outcome = 'won' then 1 end) as won_4q_count,
    count(case when not is_quarter and outcome = 'lost' then 1 end) as lost_4q_count,
    count(case when not is_quarter and outcome = 'declined' then 1 end) as declined_outcome_4q_count,
    count(case when not is_quarter and outcome = 'won' and is_last_week then 1 end) as last_week_won_4q_count,
    count(case when is_quarter and outcome = 'won' and zone is not null then 1 end) as lined_won_count,
    count(case when is_quarter and outcome = 'won' and zone = 'clear' and buffer_ratio < hug_ratio then 1 end)
        as hug_count,
    count(
        case
            when is_quarter and outcome = 'won' and buffer_ratio >= hug_ratio and buffer_ratio < hug_control_ratio
                then 1
        end
    ) as hug_control_count,
    count(case when is_quarter and outcome = 'won' and zone in ('approval', 'walk') then 1 end)
        as below_threshold_won_count,
    count(case when is_quarter and outcome = 'won' and zone = 'walk' then 1 end) as below_floor_won_count,
    count(case when is_quarter and outcome = 'won' and floor_amount is not null then 1 end) as floored_won_count,
    count(case when outcome = 'lost' and lost_to <> 'unknown' then 1 end) as told_loss_count,
    count(case when outcome = 'lost' then 1 end) as loss_count,
from deals
group by as_of_on, group_kind, group_id
