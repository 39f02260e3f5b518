-- The opening pipeline of the next quarter as today's candidates let it expect (03-metrics.md, section 3, next_quarter_strength).
-- One row per as-of date, book and opportunity. A deal is won next quarter when this one leaves it open and the next wins it;
-- it weighs by the chance that it is still open then.
with chances as (
    select
        deals.as_of_on,
        deals.opportunity_id,
        deals.counted_amount,
        deals.is_at_table,
        1 - deals.win_probability as open_probability,
        (1 - deals.win_probability) * next_chances.win_probability as win_probability,
    from staging.open_deals as deals
    inner join working.next_chances as next_chances
        on deals.as_of_on = next_chances.as_of_on
        and deals.opportunity_id = next_chances.opportunity_id
    where deals.is_candidate
),

shared as (
    select
        chances.as_of_on,
        chances.opportunity_id,
        quotas.rep_id,
        quotas.team,
        cast(chances.counted_amount as decimal(28, 4)) * cast(shares.share as decimal(10, 6)) as amount,
        chances.is_at_table,
        chances.open_probability,
        chances.win_probability,
    from chances
    inner join working.deal_shares as shares
        on chances.as_of_on = shares.as_of_on
        and chances.opportunity_id = shares.opportunity_id
    inner join working.next_quotas as quotas
        on shares.as_of_on = quotas.as_of_on
        and shares.rep_id = quotas.rep_id
),

booked as (
    select *, 'rep' as book_kind, rep_id as book_id from shared
    union all
    select *, 'team', team from shared
    union all
    select *, 'company', 'company' from shared
),

summed as (
    select
        as_of_on,
        book_kind,
        book_id,
        opportunity_id,
        cast(round(sum(amount) * 100, 0) as bigint) as amount_cents,
        max(win_probability) as win_probability,
        max(open_probability) as open_probability,
        bool_or(is_at_table) as is_at_table,
    from booked
    group by as_of_on, book_kind, book_id, opportunity_id
)

select
    as_of_on,
    book_kind,
    book_id,
    opportunity_id,
    amount_cents,
    win_probability,
    case
        when is_at_table or not bool_or(is_at_table) over (partition by as_of_on, book_kind, book_id)
            then cast(amount_cents as double) * open_probability
        else 0
    end as weight,
    cast(null as double) as probability_deviation,
    cast(null as varchar) as probability_cell,
from summed
