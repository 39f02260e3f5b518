-- Rates to the reporting currency and the days they hold for, as they were known; the reporting currency itself is worth 1. A currency in fx_rates is
-- converted by that alone, any other by the rates of the CRM.
-- One row per last_file_number, moment, currency and first day.
with known as (
    select
        moments.last_file_number,
        moments.known_on,
        fx_rates.currency,
        fx_rates.valid_from,
        fx_rates.rate_to_reporting,
        row_number() over (
            partition by moments.last_file_number, moments.known_on, fx_rates.currency, fx_rates.valid_from
            order by fx_rates.version_from_at desc, fx_rates.file_number desc, fx_rates.record_number desc
        ) as recency,
    from working.known_moments as moments
    inner join raw.fx_rates as fx_rates
        on fx_rates.file_number <= moments.last_file_number
        and fx_rates.version_from_at < moments.known_until_at
        and fx_rates.valid_from <= moments.known_on
    cross join staging.parameters as parameters
    where fx_rates.currency <> parameters.currency
),

all_rates as (
    select last_file_number, known_on, currency, valid_from, rate_to_reporting
    from known
    where recency = 1
    union all
    select moments.last_file_number, moments.known_on, parameters.currency, date '1900-01-01', cast(1 as decimal(18, 8))
    from working.known_moments as moments
    cross join staging.parameters as parameters
),

own_rates as (
    select
        last_file_number,
        known_on,
        currency,
        valid_from as valid_from_on,
        coalesce(
            lead(valid_from) over (partition by last_file_number, known_on, currency order by valid_from), date '9999-12-31'
        ) as valid_to_on,
        rate_to_reporting,
    from all_rates
)

select last_file_number, known_on, currency, valid_from_on, valid_to_on, rate_to_reporting
from own_rates
union all
select
    corporate.last_file_number,
    corporate.known_on,
    corporate.currency,
    corporate.valid_from_on,
    corporate.valid_to_on,
    corporate.rate_to_reporting,
from working.corporate_rates as corporate
left join (select distinct last_file_number, known_on, currency from own_rates) as told
    on corporate.last_file_number = told.last_file_number
    and corporate.known_on = told.known_on
    and corporate.currency = told.currency
where told.currency is null
