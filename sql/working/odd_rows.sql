-- Rows that cannot be right, whatever else is known of their deal: counted with the id, never believed in silence.
-- One row per as-of date and finding (docs/findings.md). detail holds codes, never text of people.
with money as (
    select as_of_on, 'opportunities' as entity, opportunity_id, rep_id, currency from staging.deals
    union all
    select as_of_on, 'offers', opportunity_id, cast(null as varchar), currency from working.told_offers
    union all
    select as_of_on, 'declines', opportunity_id, cast(null as varchar), currency from working.declined_rows
    union all
    select as_of_on, 'walk_away_points', opportunity_id, cast(null as varchar), currency from working.walk_away_points
    union all
    select weeks.as_of_on, 'quotas', cast(null as varchar), periods.rep_id, periods.currency
    from staging.weeks as weeks
    inner join working.known_quota_periods as periods
        on weeks.last_file_number = periods.last_file_number
        and weeks.as_of_on = periods.known_on
    union all
    select weeks.as_of_on, 'fx_rates', cast(null as varchar), cast(null as varchar), rates.currency
    from staging.weeks as weeks
    inner join working.known_rates as rates
        on weeks.last_file_number = rates.last_file_number
        and weeks.as_of_on = rates.known_on
),

-- The row told, when it arrived, of a day that had not come.
foretold as (
    select distinct
        weeks.as_of_on,
        declines.opportunity_id,
    from staging.weeks as weeks
    inner join raw.declines as declines
        on declines.file_number <= weeks.last_file_number
        and not declines.is_gone
    inner join ops.files as files
        on declines.file_number = files.file_number
    inner join staging.days as days
        on files.arrived_at >= days.start_at
        and files.arrived_at < days.end_at
    where declines.decided_at >= days.end_at
),

found as (
    select
        as_of_on,
        'offer_not_positive' as code,
        opportunity_id,
        cast(null as varchar) as rep_id,
        side as detail,
    from working.told_offers
    where amount <= 0
    union all
    select distinct
        money.as_of_on,
        'currency_not_iso' as code,
        money.opportunity_id,
        money.rep_id,
        money.entity || ',' || money.currency,
    from money
    left join staging.currencies as currencies
        on money.currency = currencies.currency
    where money.currency is not null and currencies.currency is null
    union all
    select
        as_of_on,
        'decline_in_future' as code,
        opportunity_id,
        cast(null as varchar),
        '',
    from foretold
    union all
    select
        contests.as_of_on,
        'contest_of_unknown_measure' as code,
        contests.opportunity_id,
        contests.rep_id,
        contests.row_kind,
    from scores.contests as contests
    inner join staging.weeks as weeks
        on contests.as_of_on = weeks.as_of_on
    left join working.contestable as contestable
        on contests.row_kind = contestable.row_kind
        and lower(trim(contests.measure)) = contestable.measure
    where trim(contests.measure) <> '' and contestable.measure is null
)

select
    found.as_of_on,
    found.code,
    'warning' as severity,
    found.opportunity_id,
    coalesce(found.rep_id, deals.rep_id) as rep_id,
    found.detail,
from found
left join staging.deals as deals
    on found.as_of_on = deals.as_of_on
    and found.opportunity_id = deals.opportunity_id
