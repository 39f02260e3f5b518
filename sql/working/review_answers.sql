-- The latest answer of the review file for each deal that was asked about.
-- One row per as-of date and opportunity.
with answers as (
    select
        weeks.as_of_on,
        reviews.opportunity_id,
        reviews.answer,
        reviews.reason,
        reviews.confirmed_by,
        row_number() over (
            partition by weeks.as_of_on, reviews.opportunity_id
            order by reviews.version_from_at desc, reviews.file_number desc, reviews.record_number desc
        ) as recency,
    from staging.weeks as weeks
    inner join raw.decline_reviews as reviews
        on reviews.file_number <= weeks.last_file_number
        and reviews.version_from_at < weeks.as_of_end_at
)

select
    as_of_on,
    opportunity_id,
    answer,
    reason,
    confirmed_by,
from answers
where recency = 1
