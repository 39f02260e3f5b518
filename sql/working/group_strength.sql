-- BATNA strength of each book and the drivers beside it (03-metrics.md, section 3).
-- One row per as-of date and book; of a withheld one only quota, wins, gap and what is usually still found are told.
with deals as (
    select
        deals.*,
        cast(deals.amount as double) as x,
        deals.win_probability * cast(deals.amount as double) as px,
        attained.without_probability,
        attained.without_low,
        attained.without_high,
        attained.expected_without_amount,
        bool_or(deals.is_at_table) over (partition by deals.as_of_on, deals.book_kind, deals.book_id) as has_table,
    from scores.book_deals as deals
    inner join staging.weeks as weeks
        on deals.as_of_on = weeks.as_of_on
    inner join scores.deal_attainment as attained
        on deals.as_of_on = attained.as_of_on
        and deals.book_kind = attained.book_kind
        and deals.book_id = attained.book_id
        and deals.opportunity_id = attained.opportunity_id
),

-- A sum of doubles differs from run to run unless it is made over decimals.
summed as (
    select
        as_of_on,
        book_kind,
        book_id,
        count(*) as candidate_count,
        bool_or(has_table) as has_table,
        sum(amount) as candidate_amount,
        sum(case when is_at_table or not has_table then amount end) as weight_amount,
        sum(cast(case when is_at_table or not has_table then x * without_probability end as decimal(38, 10)))
            as without_sum,
        sum(cast(case when is_at_table or not has_table then x * without_low end as decimal(38, 10))) as low_sum,
        sum(cast(case when is_at_table or not has_table then x * without_high end as decimal(38, 10))) as high_sum,
        sum(cast(case when is_at_table or not has_table then x * expected_without_amount end as decimal(38, 4)))
            as expected_without_sum,
        sum(cast(px as decimal(38, 10))) as px_sum,
        sum(cast(px * px as decimal(38, 10))) as px_square_sum,
        max(cast(px as decimal(38, 10))) as largest_px,
        max(amount) as largest_amount,
    from deals
    group by as_of_on, book_kind, book_id
),

unborn as (
    select
        unborn.as_of_on,
        unborn.book_kind,
        unborn.book_id,
        cast(sum(unborn.unborn_cents) as double) / count(*) / 100 as unborn_amount,
        max(unborn.unborn_cents) as most_cents,
    from scores.book_unborn as unborn
    inner join staging.weeks as weeks
        on unborn.as_of_on = weeks.as_of_on
    where unborn.horizon = 'this_quarter'
    group by unborn.as_of_on, unborn.book_kind, unborn.book_id
)

select
    books.as_of_on,
    books.book_kind,
    books.book_id,
    books.rep_count,
    books.quota_amount,
    books.won_amount,
    books.gap_amount,
    books.gap_amount <= 0 as is_made,
    attained.attainment_probability,
    attained.is_exact,
    attained.expected_amount,
    attained.covering_pair_share,
    attained.smallest_covering_count,
    coalesce(summed.candidate_count, 0) as candidate_count,
    coalesce(summed.candidate_amount, 0) as candidate_amount,
    case
        when books.is_withheld then null
        when summed.candidate_count is null then 'none'
        when summed.has_table then 'table'
        else 'pipeline'
    end as batna_basis,
    case
        when books.is_withheld then null
        when books.gap_amount <= 0 then 100
        when summed.candidate_count is null then 100 * attained.attainment_probability
        else 100 * cast(summed.without_sum as double) / cast(summed.weight_amount as double)
    end as batna_strength,
    case
        when books.is_withheld then null
        when books.gap_amount <= 0 then 100
        when summed.candidate_count is null then 100 * attained.attainment_low
        else 100 * cast(summed.low_sum as double) / cast(summed.weight_amount as double)
    end as batna_strength_low,
    case
        when books.is_withheld then null
        when books.gap_amount <= 0 then 100
        when summed.candidate_count is null then 100 * attained.attainment_high
        else 100 * cast(summed.high_sum as double) / cast(summed.weight_amount as double)
    end as batna_strength_high,
    case
        when books.is_withheld then null
        when books.gap_amount <= 0 then 1
        -- Under half a cent there is nothing of which a part could survive.
        when attained.expected_amount >= 0.005
            then cast(summed.expected_without_sum as double) / cast(summed.weight_amount as double)
                / attained.expected_amount
    end as surviving_share,
    case
        when books.gap_amount > 0 and not books.is_withheld
            then cast(coalesce(summed.px_sum, 0) as double) / cast(books.gap_amount as double)
    end as pipeline_cover_ratio,
    case
        when books.gap_amount > 0 and not books.is_withheld
            then cast(coalesce(summed.px_sum - summed.largest_px, 0) as double) / cast(books.gap_amount as double)
    end as pipeline_cover_without_top_ratio,
    case when books.gap_amount > 0 then cast(summed.largest_amount as double) / cast(books.gap_amount as double) end
        as top_deal_gap_share,
    cast(summed.px_sum as double) * cast(summed.px_sum as double) / nullif(cast(summed.px_square_sum as double), 0)
        as effective_deal_count,
    cast(round(unborn.unborn_amount, 4) as decimal(18, 4)) as unborn_amount,
    unborn.book_id is not null as has_unborn,
    -- With every open deal won and the best that was ever found besides.
    case
        when not books.is_withheld
            then books.gap_amount > 0
                and coalesce(summed.candidate_amount, 0) + cast(coalesce(unborn.most_cents, 0) as decimal(20, 4)) / 100
                < books.gap_amount
    end as all_won_misses,
    books.is_withheld,
from scores.books as books
inner join staging.weeks as weeks
    on books.as_of_on = weeks.as_of_on
left join scores.book_attainment as attained
    on books.as_of_on = attained.as_of_on
    and books.book_kind = attained.book_kind
    and books.book_id = attained.book_id
left join summed
    on books.as_of_on = summed.as_of_on
    and books.book_kind = summed.book_kind
    and books.book_id = summed.book_id
left join unborn
    on books.as_of_on = unborn.as_of_on
    and books.book_kind = unborn.book_kind
    and books.book_id = unborn.book_id
