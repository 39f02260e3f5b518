-- Every open deal stands once in the positions, and nothing else does.
with positions as (
    select positions.as_of_on, positions.opportunity_id, count(*) as position_count
    from scores.deal_positions as positions
    inner join staging.weeks as weeks
        on positions.as_of_on = weeks.as_of_on
    group by positions.as_of_on, positions.opportunity_id
),

open_deals as (
    select as_of_on, opportunity_id
    from staging.deals
    where outcome = 'open'
)

select
    coalesce(open_deals.as_of_on, positions.as_of_on) as as_of_on,
    coalesce(open_deals.opportunity_id, positions.opportunity_id) as id
from open_deals
full outer join positions
    on open_deals.as_of_on = positions.as_of_on
    and open_deals.opportunity_id = positions.opportunity_id
where open_deals.opportunity_id is null or coalesce(positions.position_count, 0) <> 1
