-- What the kernel is run on: the quota, the wins so far and the gap of a rep, a team and the company.
-- One row per as-of date and book with a positive quota. Money in reporting currency; the gap also in whole cents. is_withheld: too many deals
-- could not be put into any book, so the kernel is not asked.
with owners as (
    select
        sellers.as_of_on,
        sellers.rep_id,
        sellers.team,
        sellers.quota_amount,
    from staging.sellers as sellers
    where sellers.quota_amount > 0
),

books as (
    select as_of_on, 'rep' as book_kind, rep_id as book_id, quota_amount, rep_id from owners
    union all
    select as_of_on, 'team', team, quota_amount, rep_id from owners
    union all
    select as_of_on, 'company', 'company', quota_amount, rep_id from owners
),

won as (
    select
        as_of_on,
        rep_id,
        sum(won_amount) as won_amount,
    from working.won_money
    group by as_of_on, rep_id
),

summed as (
    select
        books.as_of_on,
        books.book_kind,
        books.book_id,
        count(*) as rep_count,
        cast(sum(books.quota_amount) as decimal(18, 4)) as quota_amount,
        cast(sum(coalesce(won.won_amount, 0)) as decimal(18, 4)) as won_amount,
    from books
    left join won
        on books.as_of_on = won.as_of_on
        and books.rep_id = won.rep_id
    group by books.as_of_on, books.book_kind, books.book_id
)

select
    summed.as_of_on,
    summed.book_kind,
    summed.book_id,
    summed.rep_count,
    summed.quota_amount,
    summed.won_amount,
    cast(summed.quota_amount - summed.won_amount as decimal(18, 4)) as gap_amount,
    cast(round((summed.quota_amount - summed.won_amount) * 100, 0) as bigint) as gap_cents,
    evidence.is_withheld,
from summed
inner join working.week_evidence as evidence
    on summed.as_of_on = evidence.as_of_on
