-- The next quarter of a rep, a team and the company: the summed quota, nothing won of it yet.
-- One row per as-of date and book with a positive quota for the next quarter.
with booked as (
    select as_of_on, 'rep' as book_kind, rep_id as book_id, quota_amount from working.next_quotas
    union all
    select as_of_on, 'team', team, quota_amount from working.next_quotas
    union all
    select as_of_on, 'company', 'company', quota_amount from working.next_quotas
)

select
    as_of_on,
    book_kind,
    book_id,
    cast(sum(quota_amount) as decimal(18, 4)) as quota_amount,
    cast(round(sum(quota_amount) * 100, 0) as bigint) as gap_cents,
from booked
group by as_of_on, book_kind, book_id
