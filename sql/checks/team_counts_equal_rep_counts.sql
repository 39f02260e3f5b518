-- Declines, returns and exposures of the company are the sums of its reps'.
with reps as (
    select as_of_on, sum(declined_count) as declined_count, sum(declined_amount) as declined_amount,
        sum(margin_protected_amount) as protected_amount, sum(returned_count) as returned_count,
        sum(exposure_count) as exposure_count, sum(held_count) as held_count, sum(broken_count) as broken_count,
        sum(excused_count) as excused_count, sum(unknown_count) as unknown_count
    from scores.rep_scorecard
    group by as_of_on
)

select weeks.as_of_on, 'company' as id
from staging.weeks as weeks
inner join scores.company_week as companies
    on weeks.as_of_on = companies.as_of_on
inner join reps
    on weeks.as_of_on = reps.as_of_on
where companies.declined_count <> reps.declined_count
    or companies.declined_amount <> reps.declined_amount
    or companies.margin_protected_amount <> reps.protected_amount
    or companies.returned_count <> reps.returned_count
    or companies.exposure_count <> reps.exposure_count
    or companies.held_count <> reps.held_count
    or companies.broken_count <> reps.broken_count
    or companies.excused_count <> reps.excused_count
    or companies.unknown_count <> reps.unknown_count
