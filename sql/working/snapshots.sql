-- The candidates of finished quarters, week by week, as they stood then: what win probabilities are learnt from.
-- One row per last_file_number, snapshot_on and opportunity that was open, in a phase that counts, live, not long overdue and of a type that
-- counts. Only evidence of that time: a field that nothing told of is NULL. Deals that were void by the quarter's end are left out.
-- Money in reporting currency; realised_ratio is the final amount over the amount then, in the deal's currency.
with states as (
    select
        states.last_file_number,
        states.opportunity_id,
        states.changed_at,
        states.next_changed_at,
        states.phase_order,
        states.amount,
        states.close_on,
        states.rep_id,
        max(
            case
                when mass_updates.changed_at is null
                    and states.changed_at > timestamp '1900-01-01 00:00:00'
                    and (
                        states.amount_change is not null
                        or (
                            not states.is_first_version
                            and states.is_stage_change
                            and (states.previous_phase_order is null or states.phase_order > states.previous_phase_order)
                        )
                    )
                    then states.changed_at
            end
        ) over (
            partition by states.last_file_number, states.opportunity_id order by states.state_number
        ) as last_sign_at,
    from working.deal_states as states
    left join working.mass_updates as mass_updates
        on states.last_file_number = mass_updates.last_file_number
        and states.changed_at = mass_updates.changed_at
),

-- A stretch of time in which neither the row nor its history changed, while the deal was open in a phase that counts.
stretches as (
    select
        states.last_file_number,
        states.opportunity_id,
        greatest(
            states.changed_at, versions.fixed_from_at, coalesce(versions.created_at, timestamp '1900-01-01 00:00:00')
        ) as from_at,
        least(
            coalesce(states.next_changed_at, timestamp '9999-12-31 00:00:00'),
            coalesce(versions.fixed_to_at, timestamp '9999-12-31 00:00:00')
        ) as to_at,
        case
            when versions.is_closed then coalesce(versions.closed_on, cast(versions.evidence_from_at as date))
        end as ended_on,
        states.phase_order,
        states.amount,
        states.close_on,
        states.rep_id,
        greatest(coalesce(states.last_sign_at, versions.created_at), coalesce(versions.created_at, states.last_sign_at))
            as last_sign_at,
        coalesce(versions.segment, '') as segment,
        versions.currency,
        versions.credit_amount,
        versions.evidence_from_at,
    from states
    inner join working.opportunity_versions as versions
        on states.last_file_number = versions.last_file_number
        and states.opportunity_id = versions.opportunity_id
    inner join working.counted_types as types
        on coalesce(versions.deal_type, '') = types.deal_type
    cross join staging.parameters as parameters
    where states.phase_order >= parameters.first_phase_order
        and states.phase_order < 4
        and not versions.is_gone
        and types.is_quota_type
),

-- From one offer, or one thing its buyer did, to the next.
heard as (
    select
        watermarks.last_file_number,
        told.opportunity_id,
        told.told_at,
        lead(told.told_at, 1, timestamp '9999-12-31 00:00:00') over (
            partition by watermarks.last_file_number, told.opportunity_id order by told.told_at
        ) as next_told_at,
    from (select distinct last_file_number from working.snapshot_days) as watermarks
    inner join (
        select opportunity_id, offered_at as told_at, min(file_number) as file_number
        from raw.offers
        where amount > 0
        group by opportunity_id, offered_at
        union all
        select opportunity_id, occurred_at, min(file_number)
        from raw.activities
        where side = 'buyer' and opportunity_id is not null
        group by opportunity_id, occurred_at
    ) as told
        on told.file_number <= watermarks.last_file_number
),

looked_at as (
    select
        days.last_file_number,
        days.quarter_start_on,
        days.quarter_end_on,
        days.weeks_left,
        days.weeks_left_band,
        days.snapshot_on,
        days.snapshot_end_at,
        stretches.opportunity_id,
        stretches.phase_order,
        stretches.segment,
        stretches.rep_id,
        stretches.close_on,
        stretches.currency,
        stretches.amount,
        case when stretches.evidence_from_at < days.snapshot_end_at then stretches.credit_amount end as credit_amount,
    from working.snapshot_days as days
    inner join working.past_live_limits as limits
        on days.last_file_number = limits.last_file_number
        and days.quarter_start_on = limits.quarter_start_on
    inner join stretches
        on days.last_file_number = stretches.last_file_number
        and limits.segment = stretches.segment
        and limits.phase_order = stretches.phase_order
        and stretches.from_at < days.snapshot_end_at
        and stretches.to_at >= days.snapshot_end_at
    left join heard
        on days.last_file_number = heard.last_file_number
        and stretches.opportunity_id = heard.opportunity_id
        and heard.told_at < days.snapshot_end_at
        and heard.next_told_at >= days.snapshot_end_at
    cross join staging.parameters as parameters
    where (stretches.ended_on is null or stretches.ended_on > days.snapshot_on)
        and (stretches.close_on is null or stretches.close_on >= days.snapshot_on - parameters.max_overdue_days)
        and (
            coalesce(stretches.last_sign_at, heard.told_at) is null
            or greatest(coalesce(stretches.last_sign_at, heard.told_at), coalesce(heard.told_at, stretches.last_sign_at))
            >= days.snapshot_end_at - to_days(limits.live_days)
        )
),

-- A single-currency CRM exports no currency at all; where one does, a deal without it is in no known currency.
currencies as (
    select count(versions.currency) > 0 as is_told
    from working.opportunity_versions as versions
),

priced as (
    select
        looked_at.*,
        coalesce(looked_at.currency, case when not currencies.is_told then parameters.currency end) as deal_currency,
        coalesce(looked_at.credit_amount, looked_at.amount) as amount_then,
    from looked_at
    cross join staging.parameters as parameters
    cross join currencies
)

select
    priced.last_file_number,
    priced.quarter_start_on,
    priced.quarter_end_on,
    priced.snapshot_on,
    priced.weeks_left,
    priced.weeks_left_band,
    priced.opportunity_id,
    priced.rep_id,
    priced.segment,
    priced.phase_order,
    case
        when priced.close_on is null then 'unknown'
        when priced.close_on < priced.snapshot_on then 'overdue'
        when priced.close_on <= priced.quarter_end_on then 'inside'
        else 'outside'
    end as close_class,
    case
        when rates.rate_to_reporting = 1 then priced.amount_then
        else cast(
            cast(priced.amount_then as decimal(28, 4)) * cast(rates.rate_to_reporting as decimal(28, 8))
            as decimal(18, 4)
        )
    end as amount,
    coalesce(endings.ending = 'won', false) as is_won_in_quarter,
    case when endings.ending = 'won' then endings.reporting_amount end as final_amount,
    case
        when endings.ending = 'won' and priced.amount_then > 0 and endings.amount > 0
            then cast(endings.amount as double) / cast(priced.amount_then as double)
    end as realised_ratio,
from priced
left join working.known_rates as rates
    on priced.last_file_number = rates.last_file_number
    and priced.quarter_end_on = rates.known_on
    and priced.deal_currency = rates.currency
    and priced.snapshot_on >= rates.valid_from_on
    and priced.snapshot_on < rates.valid_to_on
left join working.past_endings as endings
    on priced.last_file_number = endings.last_file_number
    and priced.quarter_start_on = endings.quarter_start_on
    and priced.opportunity_id = endings.opportunity_id
left join working.past_declines as declines
    on priced.last_file_number = declines.last_file_number
    and priced.opportunity_id = declines.opportunity_id
    and declines.from_at < priced.snapshot_end_at
    and declines.to_at >= priced.snapshot_end_at
where coalesce(endings.ending, 'open') <> 'void'
    and declines.opportunity_id is null
