-- How deals ended in finished quarters, as it was known at the quarter's end: won, declined, void or lost.
-- One row per last_file_number, finished quarter and deal that was closed in it or was gone by its end.
-- amount is in the deal's currency, reporting_amount at the rate of the day it closed.
with past as (
    select distinct
        quarters.last_file_number,
        quarters.past_start_on,
        quarters.past_end_on,
        quarters.past_end_at,
    from working.learning_quarters as quarters
),

-- Of the deals that are open in all their versions none ended.
versions as (
    select
        versions.last_file_number,
        versions.opportunity_id,
        versions.fixed_from_at,
        versions.fixed_to_at,
        versions.is_closed,
        versions.is_gone,
        versions.is_won,
        versions.closed_on,
        versions.rep_id,
        versions.deal_type,
        versions.created_at,
        versions.currency,
        versions.loss_reason,
        coalesce(versions.credit_amount, versions.amount) as final_amount,
    from working.opportunity_versions as versions
    where versions.is_closed
        or versions.is_gone
),

closed as (
    select
        past.past_start_on,
        past.past_end_on,
        past.past_end_at,
        versions.*,
    from versions
    inner join staging.quarters as quarters
        on versions.closed_on between quarters.quarter_start_on and quarters.quarter_end_on
    inner join past
        on versions.last_file_number = past.last_file_number
        and quarters.quarter_start_on = past.past_start_on
    where versions.is_closed
),

gone as (
    select
        past.past_start_on,
        past.past_end_on,
        past.past_end_at,
        versions.*,
    from versions
    inner join past
        on versions.last_file_number = past.last_file_number
    where versions.is_gone
        and not versions.is_closed
),

ended as (
    select either.*
    from (select closed.* from closed union all select gone.* from gone) as either
    where either.fixed_from_at < either.past_end_at
        and (either.fixed_to_at is null or either.fixed_to_at >= either.past_end_at)
),

answers as (
    select
        past.last_file_number,
        past.past_start_on,
        reviews.opportunity_id,
        max_by(reviews.answer, reviews.version_from_at) as answer,
    from past
    inner join raw.decline_reviews as reviews
        on reviews.file_number <= past.last_file_number
        and reviews.version_from_at < past.past_end_at
    group by past.last_file_number, past.past_start_on, reviews.opportunity_id
),

declined as (
    select distinct
        past.last_file_number,
        past.past_start_on,
        declines.opportunity_id,
    from past
    inner join working.past_declines as declines
        on past.last_file_number = declines.last_file_number
        and declines.from_at < past.past_end_at
        and declines.to_at >= past.past_end_at
),

-- A single-currency CRM exports no currency at all; where one does, a deal without it is in no known currency.
currencies as (
    select count(versions.currency) > 0 as is_told
    from working.opportunity_versions as versions
),

decided as (
    select
        ended.*,
        case
            when ended.is_closed and ended.is_won then 'won'
            when declined.opportunity_id is not null or (answers.answer = 'we_left' and ended.is_closed) then 'declined'
            when not ended.is_closed or ended.is_won is null then 'void'
            when answers.answer = 'void' or reasons.outcome = 'void' then 'void'
            else 'lost'
        end as ending,
        coalesce(ended.currency, case when not currencies.is_told then parameters.currency end) as deal_currency,
    from ended
    cross join staging.parameters as parameters
    cross join currencies
    left join answers
        on ended.last_file_number = answers.last_file_number
        and ended.past_start_on = answers.past_start_on
        and ended.opportunity_id = answers.opportunity_id
    left join declined
        on ended.last_file_number = declined.last_file_number
        and ended.past_start_on = declined.past_start_on
        and ended.opportunity_id = declined.opportunity_id
    left join staging.loss_reasons as reasons
        on trim(ended.loss_reason) = reasons.loss_reason
)

select
    decided.last_file_number,
    decided.past_start_on as quarter_start_on,
    decided.past_end_on as quarter_end_on,
    decided.opportunity_id,
    decided.ending,
    decided.closed_on,
    decided.rep_id,
    decided.deal_type,
    decided.created_at,
    decided.final_amount as amount,
    cast(
        cast(decided.final_amount as decimal(28, 4)) * cast(rates.rate_to_reporting as decimal(28, 8)) as decimal(18, 4)
    ) as reporting_amount,
from decided
left join working.known_rates as rates
    on decided.last_file_number = rates.last_file_number
    and decided.past_end_on = rates.known_on
    and decided.deal_currency = rates.currency
    and decided.closed_on >= rates.valid_from_on
    and decided.closed_on < rates.valid_to_on
