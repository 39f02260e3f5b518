-- What a deal created today is worth to a book: its chance of being won this quarter, its money when won, and how long it takes.
-- One row per as-of date and book. From the deals of the last four finished quarters: the book's own, else (for a rep) those
-- of the rep's segment, else the company's; each needs batna.new_deal_min_count deals created at the same time of a quarter
-- and as many won. Segments are those of reps.
with deals as (
    select
        deals.as_of_on,
        deals.opportunity_id,
        weeks.quarter_start_on,
        weeks.history_start_on,
        weeks.weeks_left,
        deals.created_on,
        deals.closed_on,
        deals.outcome = 'won' as is_won,
        deals.reporting_amount,
        quarters.quarter_end_on as created_quarter_end_on,
    from working.dated_deals as deals
    inner join staging.weeks as weeks
        on deals.as_of_on = weeks.as_of_on
    inner join working.counted_types as types
        on coalesce(deals.deal_type, '') = types.deal_type
    inner join staging.quarters as quarters
        on deals.created_on between quarters.quarter_start_on and quarters.quarter_end_on
    where types.is_quota_type
        and deals.outcome <> 'void'
        and deals.created_on < weeks.quarter_start_on
        and (deals.created_on >= weeks.history_start_on or deals.closed_on >= weeks.history_start_on)
),

-- A deal tells of today when it was created in a week of its quarter that lies in the same band (0-1, 2-4, 5-8, 9-13 left).
told as (
    select
        deals.*,
        deals.created_on >= deals.history_start_on
            and case
                when date_diff('day', deals.created_on, deals.created_quarter_end_on) < 14 then 1
                when date_diff('day', deals.created_on, deals.created_quarter_end_on) < 35 then 2
                when date_diff('day', deals.created_on, deals.created_quarter_end_on) < 63 then 3
                else 4
            end = case
                when deals.weeks_left < 2 then 1
                when deals.weeks_left < 5 then 2
                when deals.weeks_left < 9 then 3
                else 4
            end as is_like_today,
        coalesce(deals.is_won and deals.closed_on <= deals.created_quarter_end_on, false) as is_won_at_once,
        coalesce(
            deals.is_won
            and deals.reporting_amount > 0
            and deals.closed_on between deals.history_start_on and deals.quarter_start_on - 1,
            false
        ) as is_recent_win,
        date_diff('day', deals.created_on, deals.closed_on) as cycle_days,
    from deals
),

telling as (
    select
        told.as_of_on,
        told.opportunity_id,
        shares.rep_id,
        sellers.team,
        sellers.segment,
        told.is_like_today,
        told.is_won_at_once,
        told.is_recent_win,
        told.reporting_amount,
        told.cycle_days,
    from told
    inner join working.deal_shares as shares
        on told.as_of_on = shares.as_of_on
        and told.opportunity_id = shares.opportunity_id
    left join staging.sellers as sellers
        on shares.as_of_on = sellers.as_of_on
        and shares.rep_id = sellers.rep_id
    where told.is_like_today
        or told.is_recent_win
),

pools as (
    select *, 'rep' as pool_kind, rep_id as pool_id from telling
    union all
    select *, 'team', team from telling
    union all
    select *, 'segment', segment from telling
    union all
    select *, 'company', 'company' from telling
),

-- A deal shared by two reps of a pool is one deal.
members as (
    select
        as_of_on,
        pool_kind,
        pool_id,
        opportunity_id,
        bool_or(is_like_today) as is_like_today,
        bool_or(is_won_at_once) as is_won_at_once,
        bool_or(is_recent_win) as is_recent_win,
        max(case when is_recent_win then reporting_amount end) as won_amount,
        max(case when is_recent_win then cycle_days end) as cycle_days,
    from pools
    where pool_id is not null
    group by as_of_on, pool_kind, pool_id, opportunity_id
),

ranked as (
    select
        members.*,
        count(cycle_days) over (partition by as_of_on, pool_kind, pool_id) as cycle_count,
        row_number() over (partition by as_of_on, pool_kind, pool_id order by cycle_days nulls last, opportunity_id) as place,
    from members
),

measured as (
    select
        ranked.as_of_on,
        ranked.pool_kind,
        ranked.pool_id,
        count(case when ranked.is_like_today then 1 end) as created_count,
        count(case when ranked.is_like_today and ranked.is_won_at_once then 1 end) as won_at_once_count,
        count(ranked.won_amount) as won_count,
        sum(ranked.won_amount) as won_amount,
        max(case when ranked.place = cast(ceil(0.75 * ranked.cycle_count) as integer) then ranked.cycle_days end)
            as cycle_days,
    from ranked
    group by ranked.as_of_on, ranked.pool_kind, ranked.pool_id
),

enough as (
    select
        measured.*,
        cast(measured.won_at_once_count as double) / measured.created_count as win_probability,
        cast(round(cast(measured.won_amount as double) / measured.won_count * 100, 0) as bigint) as amount_cents,
    from measured
    cross join staging.parameters as parameters
    where measured.created_count >= parameters.new_deal_min_count
        and measured.won_count >= parameters.new_deal_min_count
),

wanted as (
    select books.as_of_on, books.book_kind, books.book_id, 1 as preference, books.book_kind as pool_kind,
        books.book_id as pool_id
    from scores.books as books
    inner join staging.weeks as weeks
        on books.as_of_on = weeks.as_of_on
    union all
    select as_of_on, 'rep', rep_id, 2, 'segment', segment
    from staging.sellers
    union all
    select books.as_of_on, books.book_kind, books.book_id, 3, 'company', 'company'
    from scores.books as books
    inner join staging.weeks as weeks
        on books.as_of_on = weeks.as_of_on
),

chosen as (
    select
        wanted.as_of_on,
        wanted.book_kind,
        wanted.book_id,
        enough.pool_kind,
        enough.created_count,
        enough.win_probability,
        enough.amount_cents,
        enough.cycle_days,
        row_number() over (
            partition by wanted.as_of_on, wanted.book_kind, wanted.book_id order by wanted.preference
        ) as place,
    from wanted
    inner join enough
        on wanted.as_of_on = enough.as_of_on
        and wanted.pool_kind = enough.pool_kind
        and wanted.pool_id = enough.pool_id
)

select
    chosen.as_of_on,
    chosen.book_kind,
    chosen.book_id,
    case when chosen.pool_kind = chosen.book_kind then 'own' else chosen.pool_kind end as new_deal_source,
    chosen.created_count as new_deal_count,
    case when weeks.as_of_on = weeks.quarter_end_on then 0 else chosen.win_probability end as new_deal_probability,
    chosen.amount_cents as new_deal_cents,
    chosen.cycle_days,
    weeks.quarter_end_on - cast(chosen.cycle_days as integer) as deals_needed_by_on,
from chosen
inner join staging.weeks as weeks
    on chosen.as_of_on = weeks.as_of_on
where chosen.place = 1
