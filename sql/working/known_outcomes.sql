-- What became of won deals, as known by each as-of date.
-- One row per as-of date, opportunity_id and the date it was told for.
with known as (
    select
        weeks.as_of_on,
        outcomes.opportunity_id,
        outcomes.as_of_on as told_on,
        outcomes.status,
        outcomes.realised_margin_amount,
        outcomes.support_cost_amount,
        row_number() over (
            partition by weeks.as_of_on, outcomes.opportunity_id, outcomes.as_of_on
            order by outcomes.version_from_at desc, outcomes.file_number desc, outcomes.record_number desc
        ) as recency,
    from staging.weeks as weeks
    inner join raw.outcomes as outcomes
        on outcomes.file_number <= weeks.last_file_number
        and outcomes.version_from_at < weeks.as_of_end_at
)

select
    as_of_on,
    opportunity_id,
    told_on,
    status,
    realised_margin_amount,
    support_cost_amount,
from known
where recency = 1
