-- Open deals: whether they count towards the quarter, why not, what they are worth to it, and how likely.
-- One row per as-of date and open opportunity. Money in reporting currency.
with judged as (
    select
        deals.*,
        weeks.quarter_end_on,
        weeks.weeks_left,
        weeks.as_of_on = weeks.quarter_end_on as is_last_day,
        parameters.first_phase_order,
        parameters.low_probability,
        parameters.high_probability,
        parameters.outside_probability,
        -- x_j: the amount times what is left of such amounts when they are won; a list price that stands in is taken whole.
        case
            when deals.reporting_amount > 0 then coalesce(own_ratios.realisation_ratio, phase_ratios.realisation_ratio, 1)
            else 1
        end as realisation_ratio,
        case
            when deals.reporting_amount > 0
                then cast(
                    cast(deals.reporting_amount as decimal(28, 4))
                    * cast(coalesce(own_ratios.realisation_ratio, phase_ratios.realisation_ratio, 1) as decimal(10, 6))
                    as decimal(18, 4)
                )
            when parameters.has_list_fallback and deals.list_amount > 0
                then cast(
                    cast(deals.list_amount as decimal(28, 4)) * cast(deals.rate_to_reporting as decimal(28, 8))
                    as decimal(18, 4)
                )
        end as counted_amount,
        not signs.is_told
            or coalesce(
                signs.last_sign_at
                >= weeks.as_of_end_at - to_days(cast(coalesce(limits.live_days, parameters.live_days) as integer)),
                true
            ) as is_live,
        coalesce(deals.close_on < deals.as_of_on - parameters.max_overdue_days, false) as is_overdue,
        types.is_quota_type,
        coalesce(deals.close_on <= weeks.quarter_end_on, false) as closes_inside,
        rates.ever_won_rate,
        learnt.learnt_probability,
        learnt.learnt_deviation,
        learnt.learnt_cell,
        learnt.learnt_source,
        defaults.inside_probability,
        defaults.outside_probability as default_outside_probability,
        case when history.has_history then coalesce(history.cut_count, 0) end as cut_count,
        case when history.has_history then coalesce(history.cut_amount, 0) end as cut_amount,
        case when history.has_history then coalesce(history.push_count, 0) end as push_count,
        case when history.has_history then coalesce(history.push_days, 0) end as push_days,
        history.has_history,
        history.stage_since_at,
    from staging.deals as deals
    inner join staging.weeks as weeks
        on deals.as_of_on = weeks.as_of_on
    cross join staging.parameters as parameters
    left join working.signs_of_life as signs
        on deals.as_of_on = signs.as_of_on
        and deals.opportunity_id = signs.opportunity_id
    left join working.live_limits as limits
        on deals.as_of_on = limits.as_of_on
        and coalesce(deals.segment, '') = limits.segment
        and deals.phase_order = limits.phase_order
    left join working.phase_rates as rates
        on deals.as_of_on = rates.as_of_on
        and deals.phase_order = rates.phase_order
    left join working.realisations as own_ratios
        on weeks.last_file_number = own_ratios.last_file_number
        and weeks.quarter_start_on = own_ratios.quarter_start_on
        and coalesce(deals.segment, '') = own_ratios.segment
        and deals.phase_order = own_ratios.phase_order
    left join working.realisations as phase_ratios
        on weeks.last_file_number = phase_ratios.last_file_number
        and weeks.quarter_start_on = phase_ratios.quarter_start_on
        and phase_ratios.segment is null
        and deals.phase_order = phase_ratios.phase_order
    left join working.learnt_probabilities as learnt
        on deals.as_of_on = learnt.as_of_on
        and deals.opportunity_id = learnt.opportunity_id
    left join staging.phase_defaults as defaults
        on deals.phase = defaults.phase
    inner join working.quota_types as types
        on deals.as_of_on = types.as_of_on
        and deals.opportunity_id = types.opportunity_id
    left join working.deal_history as history
        on deals.as_of_on = history.as_of_on
        and deals.opportunity_id = history.opportunity_id
    where deals.outcome = 'open'
),

reasoned as (
    select
        judged.*,
        case
            when judged.phase_order is null then 'phase_unknown'
            when judged.phase_order < judged.first_phase_order then 'phase_early'
            when judged.phase_order >= 4 then 'phase_closed'
            when judged.is_overdue then 'overdue'
            when not judged.is_live then 'not_live'
            when not judged.is_quota_type then 'deal_type'
            when judged.rate_to_reporting is null then 'no_rate'
            when judged.counted_amount is null then 'no_amount'
            when judged.rep_id is null then 'owner_unknown'
        end as exclusion,
    from judged
),

-- 03-metrics.md, section 3: learnt where enough finished quarters tell, else the fallback rules.
likely as (
    select
        reasoned.*,
        case
            when reasoned.is_last_day then 0
            when reasoned.learnt_probability is not null then reasoned.learnt_probability
            when reasoned.probability is not null and not reasoned.closes_inside then reasoned.outside_probability
            when reasoned.probability is not null
                then least(cast(reasoned.probability as double), coalesce(reasoned.ever_won_rate, 1))
            when reasoned.closes_inside then reasoned.inside_probability
            else reasoned.default_outside_probability
        end as raw_probability,
        case
            when reasoned.learnt_probability is not null then reasoned.learnt_source
            when reasoned.probability is not null then 'crm_capped'
            else 'phase_default'
        end as probability_source,
    from reasoned
)

select
    as_of_on,
    opportunity_id,
    rep_id,
    phase_order,
    exclusion,
    exclusion is null as is_candidate,
    exclusion is null and phase_order = 3 as is_at_table,
    reporting_amount,
    realisation_ratio,
    counted_amount,
    case
        when is_last_day then 0
        when raw_probability is not null then greatest(low_probability, least(high_probability, raw_probability))
    end as win_probability,
    probability_source,
    case when learnt_deviation is not null and is_last_day then 0 else learnt_deviation end as probability_deviation,
    learnt_cell as probability_cell,
    closes_inside,
    is_live,
    is_overdue,
    cut_count,
    cut_amount,
    push_count,
    push_days,
    has_history,
    stage_since_at,
    weeks_left,
from likely
