-- An exposure is broken where, and only where, the deal stands among what should have been declined, in the same quarter.
with broken as (
    select exposures.as_of_on, exposures.opportunity_id, exposures.quarter_start_on
    from scores.exposures as exposures
    inner join staging.weeks as weeks
        on exposures.as_of_on = weeks.as_of_on
    where exposures.ending = 'broken'
),

accepted as (
    select accepted.as_of_on, accepted.opportunity_id, accepted.quarter_start_on
    from scores.should_have_declined as accepted
    inner join staging.weeks as weeks
        on accepted.as_of_on = weeks.as_of_on
    where accepted.closed_on >= weeks.history_start_on
)

select
    coalesce(broken.as_of_on, accepted.as_of_on) as as_of_on,
    coalesce(broken.opportunity_id, accepted.opportunity_id) as id,
from broken
full join accepted
    on broken.as_of_on = accepted.as_of_on
    and broken.opportunity_id = accepted.opportunity_id
    and broken.quarter_start_on = accepted.quarter_start_on
where broken.opportunity_id is null
    or accepted.opportunity_id is null
