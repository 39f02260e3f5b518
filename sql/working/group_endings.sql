-- How a group's deals ended: wins, losses, and where the wins stood against their walk-away points.
-- One row per as-of date and group with a closed deal in this quarter or the four before. Counts of this quarter unless named 4q.
with endings as (
    select
        deals.as_of_on,
        deals.opportunity_id,
        deals.ended_on >= weeks.quarter_start_on as is_quarter,
        deals.outcome = 'won' as is_won,
        deals.outcome = 'lost' as is_lost,
        deals.outcome = 'declined' as is_declined,
        quarters.quarter_end_on - deals.ended_on < 7 as is_last_week,
        deals.zone is not null as is_lined,
        coalesce(deals.zone = 'clear' and deals.buffer_ratio < parameters.hug_ratio, false) as is_hug,
        coalesce(
            deals.buffer_ratio >= parameters.hug_ratio and deals.buffer_ratio < parameters.hug_control_ratio, false
        ) as is_hug_control,
        coalesce(deals.zone in ('approval', 'walk'), false) as is_below_threshold,
        coalesce(deals.zone = 'walk', false) as is_below_floor,
        trim(coalesce(deals.loss_reason, '')) <> '' as is_told,
    from staging.deals as deals
    inner join staging.weeks as weeks
        on deals.as_of_on = weeks.as_of_on
    cross join staging.parameters as parameters
    inner join staging.quarters as quarters
        on deals.ended_on between quarters.quarter_start_on and quarters.quarter_end_on
    where deals.ended_on >= weeks.history_start_on
        and deals.outcome in ('won', 'lost', 'declined')
),

-- Each deal is judged once and added up wherever it is pooled.
judged as (
    select
        as_of_on,
        opportunity_id,
        cast(is_quarter and is_won as integer) as won,
        cast(is_quarter and is_lost as integer) as lost,
        cast(is_quarter and is_declined as integer) as declined,
        cast(not is_quarter and is_won as integer) as won_4q,
        cast(not is_quarter and is_lost as integer) as lost_4q,
        cast(not is_quarter and is_declined as integer) as declined_4q,
        cast(not is_quarter and is_won and is_last_week as integer) as last_week_won_4q,
        cast(is_quarter and is_won and is_lined as integer) as lined_won,
        cast(is_quarter and is_won and is_hug as integer) as hug,
        cast(is_quarter and is_won and is_hug_control as integer) as hug_control,
        cast(is_quarter and is_won and is_below_threshold as integer) as below_threshold_won,
        cast(is_quarter and is_won and is_below_floor as integer) as below_floor_won,
        cast(is_lost and is_told as integer) as told_loss,
        cast(is_lost as integer) as loss,
    from endings
)

select
    members.as_of_on,
    members.group_kind,
    members.group_id,
    cast(sum(judged.won) as bigint) as won_count,
    cast(sum(judged.lost) as bigint) as lost_count,
    cast(sum(judged.declined) as bigint) as declined_outcome_count,
    cast(sum(judged.won_4q) as bigint) as won_4q_count,
    cast(sum(judged.lost_4q) as bigint) as lost_4q_count,
    cast(sum(judged.declined_4q) as bigint) as declined_outcome_4q_count,
    cast(sum(judged.last_week_won_4q) as bigint) as last_week_won_4q_count,
    cast(sum(judged.lined_won) as bigint) as lined_won_count,
    cast(sum(judged.hug) as bigint) as hug_count,
    cast(sum(judged.hug_control) as bigint) as hug_control_count,
    cast(sum(judged.below_threshold_won) as bigint) as below_threshold_won_count,
    cast(sum(judged.below_floor_won) as bigint) as below_floor_won_count,
    cast(sum(judged.told_loss) as bigint) as told_loss_count,
    cast(sum(judged.loss) as bigint) as loss_count,
from working.group_deals as members
inner join judged
    on members.as_of_on = judged.as_of_on
    and members.opportunity_id = judged.opportunity_id
group by members.as_of_on, members.group_kind, members.group_id
