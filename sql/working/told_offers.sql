-- Offers that were told of by each as-of date, whether they can be right or not.
-- One row per as-of date, opportunity_id, offered_at and side.
with known as (
    select
        weeks.as_of_on,
        offers.*,
        row_number() over (
            partition by weeks.as_of_on, offers.opportunity_id, offers.offered_at, offers.side
            order by offers.version_from_at desc, offers.file_number desc, offers.record_number desc
        ) as recency,
    from staging.weeks as weeks
    inner join raw.offers as offers
        on offers.file_number <= weeks.last_file_number
        and offers.version_from_at < weeks.as_of_end_at
)

select
    as_of_on,
    opportunity_id,
    offered_at,
    side,
    amount,
    currency,
    round,
    is_final,
    lever,
    traded_for,
    in_reply_to_at,
from known
where recency = 1
