-- Every declined deal stands in the register, once per decision, with one reason.
with entries as (
    select declined.as_of_on, declined.opportunity_id, declined.decided_at, count(*) as entry_count,
        count(declined.reason) as reason_count
    from scores.declined_deals as declined
    inner join staging.weeks as weeks
        on declined.as_of_on = weeks.as_of_on
    group by declined.as_of_on, declined.opportunity_id, declined.decided_at
),

declined as (
    select as_of_on, opportunity_id
    from staging.deals
    where outcome = 'declined'
)

select entries.as_of_on, entries.opportunity_id as id
from entries
where entries.entry_count <> 1 or entries.reason_count <> 1
union all
select declined.as_of_on, declined.opportunity_id
from declined
left join entries
    on declined.as_of_on = entries.as_of_on
    and declined.opportunity_id = entries.opportunity_id
where entries.opportunity_id is null
