-- The conduct of the company, and of all teams together, is that of its reps added up.
with reps as (
    select
        as_of_on,
        sum(concession_count) as concession_count,
        sum(late_change_count) as late_change_count,
        sum(moment_count) as moment_count,
    from scores.rep_conduct
    where as_of_on in (select weeks.as_of_on from staging.weeks as weeks)
    group by as_of_on
),

pools as (
    select
        as_of_on,
        group_kind,
        sum(concession_count) as concession_count,
        sum(late_change_count) as late_change_count,
        sum(moment_count) as moment_count,
    from scores.team_conduct
    group by as_of_on, group_kind
)

select
    reps.as_of_on,
    pools.group_kind as id,
from reps
inner join pools
    on reps.as_of_on = pools.as_of_on
where reps.concession_count is distinct from pools.concession_count
    or reps.late_change_count is distinct from pools.late_change_count
    or reps.moment_count is distinct from pools.moment_count
