-- The candidates of every book, each counted once with the share of it that belongs there.
-- One row per as-of date, book and opportunity. Money in reporting currency; also in whole cents.
with shared as (
    select
        deals.as_of_on,
        deals.opportunity_id,
        sellers.rep_id,
        sellers.team,
        cast(deals.counted_amount as decimal(28, 4)) * cast(shares.share as decimal(10, 6)) as amount,
        deals.win_probability,
        deals.probability_deviation,
        deals.probability_cell,
        deals.is_at_table,
    from staging.open_deals as deals
    inner join working.deal_shares as shares
        on deals.as_of_on = shares.as_of_on
        and deals.opportunity_id = shares.opportunity_id
    inner join staging.sellers as sellers
        on shares.as_of_on = sellers.as_of_on
        and shares.rep_id = sellers.rep_id
    where deals.is_candidate
        and sellers.quota_amount > 0
),

booked as (
    select as_of_on, 'rep' as book_kind, rep_id as book_id, opportunity_id, amount, win_probability,
        probability_deviation, probability_cell, is_at_table
    from shared
    union all
    select as_of_on, 'team', team, opportunity_id, amount, win_probability,
        probability_deviation, probability_cell, is_at_table
    from shared
    union all
    select as_of_on, 'company', 'company', opportunity_id, amount, win_probability,
        probability_deviation, probability_cell, is_at_table
    from shared
)

select
    as_of_on,
    book_kind,
    book_id,
    opportunity_id,
    cast(sum(amount) as decimal(18, 4)) as amount,
    cast(round(sum(amount) * 100, 0) as bigint) as amount_cents,
    max(win_probability) as win_probability,
    max(probability_deviation) as probability_deviation,
    max(probability_cell) as probability_cell,
    bool_or(is_at_table) as is_at_table,
from booked
group by as_of_on, book_kind, book_id, opportunity_id
