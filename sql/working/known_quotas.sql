-- The quota of each rep for every quarter up to the one after a moment, in reporting currency: of the quarter, else of its months, half or year.
-- A period begins in one quarter and reaches over as many as its name says; of two that begin in the same one, or reach over it, the later counts alone.
-- One row per last_file_number, moment, quarter and rep; quota_amount is NULL where a part of it has no rate. overlap_count: periods that do not
-- count; missing_month_count: of a quota of months, those that are not there.
with parts as (
    select
        periods.last_file_number,
        periods.known_on,
        quarters.quarter_start_on,
        periods.rep_id,
        periods.period,
        periods.quota_amount,
        case periods.period when 'month' then 2 when 'half' then 3 when 'year' then 4 else 1 end as preference,
        case periods.period when 'half' then 0.5 when 'year' then 0.25 else 1 end as quarter_share,
        coalesce(periods.currency, parameters.currency) as currency,
        periods.period_start_on,
    from working.known_quota_periods as periods
    cross join staging.parameters as parameters
    inner join staging.quarters as quarters
        on quarters.quarter_start_on <= periods.quarter_start_on + interval 3 month
        and periods.period_start_on <= quarters.quarter_end_on
        and periods.period_start_on >= case periods.period
            when 'half' then quarters.quarter_start_on - interval 3 month
            when 'year' then quarters.quarter_start_on - interval 9 month
            else quarters.quarter_start_on
        end
),

chosen as (
    select
        parts.*,
        min(parts.preference) over (
            partition by parts.last_file_number, parts.known_on, parts.quarter_start_on, parts.rep_id
        ) as best_preference,
        row_number() over (
            partition by
                parts.last_file_number, parts.known_on, parts.quarter_start_on, parts.rep_id, parts.preference,
                case when parts.period = 'month' then cast(date_trunc('month', parts.period_start_on) as date) end
            order by parts.period_start_on desc
        ) as place,
    from parts
),

converted as (
    select
        chosen.last_file_number,
        chosen.known_on,
        chosen.quarter_start_on,
        chosen.rep_id,
        chosen.period,
        chosen.place,
        cast(chosen.quota_amount as decimal(28, 4)) * cast(chosen.quarter_share as decimal(4, 2)) as part_amount,
        rates.rate_to_reporting,
    from chosen
    left join working.known_rates as rates
        on chosen.last_file_number = rates.last_file_number
        and chosen.known_on = rates.known_on
        and chosen.currency = rates.currency
        and chosen.period_start_on >= rates.valid_from_on
        and chosen.period_start_on < rates.valid_to_on
    where chosen.preference = chosen.best_preference
)

select
    last_file_number,
    known_on,
    quarter_start_on,
    rep_id,
    case
        when count(case when place = 1 then 1 end) = count(case when place = 1 then rate_to_reporting end)
            and count(case when place = 1 then 1 end) = count(case when place = 1 then part_amount end)
            then cast(
                sum(case when place = 1 then part_amount * cast(rate_to_reporting as decimal(14, 8)) end) as decimal(18, 4)
            )
    end as quota_amount,
    count(case when place = 1 then 1 end) > count(case when place = 1 then rate_to_reporting end) as is_without_rate,
    count(case when place > 1 then 1 end) as overlap_count,
    max(case when period = 'month' then 3 end) - count(case when place = 1 then 1 end) as missing_month_count,
from converted
group by last_file_number, known_on, quarter_start_on, rep_id
