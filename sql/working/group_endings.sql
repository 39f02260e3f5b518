-- How a group's deals ended: wins, losses, and where the wins stood against their walk-away points.
-- One row per as-of date and group with a closed deal in this quarter or the four before. Counts of this quarter unless named 4q.
with credited as (
    select
        as_of_on,
        opportunity_id,
        string_agg(rep_id, chr(31) order by rep_id) as owners,
    from staging.credits
    group by as_of_on, opportunity_id
),

endings as (
    select
        deals.as_of_on,
        deals.opportunity_id,
        deals.rep_id,
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

-- Each deal is judged once and counted with those of the same owners: a deal that two reps of a group share is one deal of the group.
counted as (
    select
        endings.as_of_on,
        coalesce(credited.owners, endings.rep_id) as owners,
        count(case when endings.is_quarter and endings.is_won then 1 end) as won_count,
        count(case when endings.is_quarter and endings.is_lost then 1 end) as lost_count,
        count(case when endings.is_quarter and endings.is_declined then 1 end) as declined_outcome_count,
        count(case when not endings.is_quarter and endings.is_won then 1 end) as won_4q_count,
        count(case when not endings.is_quarter and endings.is_lost then 1 end) as lost_4q_count,
        count(case when not endings.is_quarter and endings.is_declined then 1 end) as declined_outcome_4q_count,
        count(case when not endings.is_quarter and endings.is_won and endings.is_last_week then 1 end) as last_week_won_4q_count,
        count(case when endings.is_quarter and endings.is_won and endings.is_lined then 1 end) as lined_won_count,
        count(case when endings.is_quarter and endings.is_won and endings.is_hug then 1 end) as hug_count,
        count(case when endings.is_quarter and endings.is_won and endings.is_hug_control then 1 end) as hug_control_count,
        count(case when endings.is_quarter and endings.is_won and endings.is_below_threshold then 1 end) as below_threshold_won_count,
        count(case when endings.is_quarter and endings.is_won and endings.is_below_floor then 1 end) as below_floor_won_count,
        count(case when endings.is_lost and endings.is_told then 1 end) as told_loss_count,
        count(case when endings.is_lost then 1 end) as loss_count,
    from endings
    left join credited
        on endings.as_of_on = credited.as_of_on
        and endings.opportunity_id = credited.opportunity_id
    group by endings.as_of_on, coalesce(credited.owners, endings.rep_id)
),

owners as (
    select credited.as_of_on, credited.owners, credits.rep_id
    from credited
    inner join staging.credits as credits
        on credited.as_of_on = credits.as_of_on
        and credited.opportunity_id = credits.opportunity_id
    union
    select as_of_on, rep_id, rep_id
    from staging.sellers
),

pools as (
    select distinct
        owners.as_of_on,
        owners.owners,
        groups.group_kind,
        groups.group_id,
    from owners
    inner join working.groups as groups
        on owners.as_of_on = groups.as_of_on
        and owners.rep_id = groups.rep_id
)

select
    pools.as_of_on,
    pools.group_kind,
    pools.group_id,
    cast(sum(counted.won_count) as bigint) as won_count,
    cast(sum(counted.lost_count) as bigint) as lost_count,
    cast(sum(counted.declined_outcome_count) as bigint) as declined_outcome_count,
    cast(sum(counted.won_4q_count) as bigint) as won_4q_count,
    cast(sum(counted.lost_4q_count) as bigint) as lost_4q_count,
    cast(sum(counted.declined_outcome_4q_count) as bigint) as declined_outcome_4q_count,
    cast(sum(counted.last_week_won_4q_count) as bigint) as last_week_won_4q_count,
    cast(sum(counted.lined_won_count) as bigint) as lined_won_count,
    cast(sum(counted.hug_count) as bigint) as hug_count,
    cast(sum(counted.hug_control_count) as bigint) as hug_control_count,
    cast(sum(counted.below_threshold_won_count) as bigint) as below_threshold_won_count,
    cast(sum(counted.below_floor_won_count) as bigint) as below_floor_won_count,
    cast(sum(counted.told_loss_count) as bigint) as told_loss_count,
    cast(sum(counted.loss_count) as bigint) as loss_count,
from counted
inner join pools
    on counted.as_of_on = pools.as_of_on
    and counted.owners = pools.owners
group by pools.as_of_on, pools.group_kind, pools.group_id
