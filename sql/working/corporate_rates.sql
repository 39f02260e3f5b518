-- Rates that a CRM keeps to its corporate currency, crossed to the reporting currency through that one's own rate. A currency without dated
-- rates has the current one: the first that was exported holds from ever, a later one from the day of its export.
-- One row per last_file_number, moment, currency and first day; none while the reporting currency's own rate is not known.
with told as (
    select
        moments.last_file_number,
        moments.known_on,
        rates.currency,
        rates.valid_from,
        cast(rates.units_per_corporate as double) as units,
        cast(files.exported_at as date) as exported_on,
        row_number() over (
            partition by moments.last_file_number, moments.known_on, rates.currency, rates.valid_from
            order by rates.file_number desc, rates.record_number desc
        ) as recency,
        row_number() over (
            partition by moments.last_file_number, moments.known_on, rates.currency, rates.valid_from
            order by rates.file_number, rates.record_number
        ) as age,
    from working.known_moments as moments
    inner join raw.corporate_rates as rates
        on rates.file_number <= moments.last_file_number
    inner join ops.files as files
        on rates.file_number = files.file_number
    where rates.units_per_corporate > 0
),

dated as (
    select last_file_number, known_on, currency, valid_from, units
    from told
    where valid_from is not null and recency = 1
),

current_rates as (
    select
        told.last_file_number,
        told.known_on,
        told.currency,
        case when told.age = 1 or told.exported_on is null then date '1900-01-01' else told.exported_on end as valid_from,
        max_by(told.units, told.age) as units,
    from told
    left join dated
        on told.last_file_number = dated.last_file_number
        and told.known_on = dated.known_on
        and told.currency = dated.currency
    where told.valid_from is null and dated.currency is null
    group by
        told.last_file_number, told.known_on, told.currency,
        case when told.age = 1 or told.exported_on is null then date '1900-01-01' else told.exported_on end
),

spans as (
    select
        last_file_number,
        known_on,
        currency,
        units,
        valid_from as valid_from_on,
        coalesce(
            lead(valid_from) over (partition by last_file_number, known_on, currency order by valid_from), date '9999-12-31'
        ) as valid_to_on,
    from (
        select last_file_number, known_on, currency, valid_from, units from dated
        union all
        select last_file_number, known_on, currency, valid_from, units from current_rates
    ) as either
    where valid_from <= known_on
),

reporting as (
    select spans.last_file_number, spans.known_on, spans.units, spans.valid_from_on, spans.valid_to_on
    from spans
    cross join staging.parameters as parameters
    where spans.currency = parameters.currency
)

select
    spans.last_file_number,
    spans.known_on,
    spans.currency,
    greatest(spans.valid_from_on, reporting.valid_from_on) as valid_from_on,
    least(spans.valid_to_on, reporting.valid_to_on) as valid_to_on,
    cast(reporting.units / spans.units as decimal(18, 8)) as rate_to_reporting,
from spans
inner join reporting
    on spans.last_file_number = reporting.last_file_number
    and spans.known_on = reporting.known_on
    and spans.valid_from_on < reporting.valid_to_on
    and reporting.valid_from_on < spans.valid_to_on
cross join staging.parameters as parameters
where spans.currency <> parameters.currency
