-- What can be measured here, how much of it is known, and which column of which entity would make the rest measurable.
-- One row per measure and as-of date. reason: missing, not_yet_computed, or NULL where it is measured.
with deal_counts as (
    select
        as_of_on,
        count(*) as deal_count,
        count(case when outcome = 'open' then 1 end) as open_count,
        count(case when outcome = 'open' and amount > 0 then 1 end) as open_amount_count,
        count(case when outcome = 'open' and probability is not null then 1 end) as probability_count,
        count(case when outcome = 'open' and threshold_amount is not null then 1 end) as open_line_count,
        count(case when outcome = 'open' and seller_amount is not null then 1 end) as open_offer_count,
        count(case when outcome = 'won' then 1 end) as won_count,
        count(case when outcome = 'won' and threshold_amount is not null then 1 end) as won_line_count,
        count(case when outcome = 'won' and floor_amount is not null then 1 end) as won_floor_count,
        count(case when outcome = 'won' and list_amount > 0 then 1 end) as won_list_count,
        count(case when outcome = 'lost' then 1 end) as lost_count,
        count(case when outcome = 'lost' and trim(coalesce(loss_reason, '')) <> '' then 1 end) as told_loss_count,
        count(case when threshold_amount is not null and is_preset is not null then 1 end) as preset_known_count,
        count(case when threshold_amount is not null then 1 end) as line_count,
        count(case when direct_cost is not null then 1 end) as cost_count,
    from staging.deals
    group by as_of_on
),

history_counts as (
    select
        as_of_on,
        count(case when has_history then 1 end) as history_count,
    from working.deal_history
    group by as_of_on
),

rep_counts as (
    select
        as_of_on,
        count(*) as rep_count,
        count(quota_amount) as quota_count,
    from staging.sellers
    group by as_of_on
),

loaded as (
    select
        weeks.as_of_on,
        bool_or(coalesce(entities.entity = 'declines', false)) as has_declines,
        bool_or(coalesce(entities.entity = 'returns', false)) as has_returns,
        bool_or(coalesce(entities.entity = 'offers', false)) as has_offers,
        bool_or(coalesce(entities.entity = 'approvals', false)) as has_approvals,
        bool_or(coalesce(entities.entity = 'red_flags', false)) as has_red_flags,
        bool_or(coalesce(entities.entity = 'readiness', false)) as has_readiness,
        bool_or(coalesce(entities.entity = 'outcomes', false)) as has_outcomes,
        bool_or(coalesce(entities.entity in ('declines', 'decline_reviews'), false)) or max(mapped.has_mapping)
            as has_declines_or_mapping,
    from staging.weeks as weeks
    left join staging.loaded_entities as entities
        on weeks.as_of_on = entities.as_of_on
    cross join (
        select count(*) > 0 as has_mapping from staging.loss_reasons where outcome = 'declined'
    ) as mapped
    group by weeks.as_of_on
),

facts as (
    select
        loaded.*,
        coalesce(deals.deal_count, 0) as deal_count,
        coalesce(deals.open_count, 0) as open_count,
        coalesce(deals.open_amount_count, 0) as open_amount_count,
        coalesce(deals.probability_count, 0) as probability_count,
        coalesce(deals.open_line_count, 0) as open_line_count,
        coalesce(deals.open_offer_count, 0) as open_offer_count,
        coalesce(deals.won_count, 0) as won_count,
        coalesce(deals.won_line_count, 0) as won_line_count,
        coalesce(deals.won_floor_count, 0) as won_floor_count,
        coalesce(deals.won_list_count, 0) as won_list_count,
        coalesce(deals.lost_count, 0) as lost_count,
        coalesce(deals.told_loss_count, 0) as told_loss_count,
        coalesce(deals.preset_known_count, 0) as preset_known_count,
        coalesce(deals.line_count, 0) as line_count,
        coalesce(deals.cost_count, 0) as cost_count,
        coalesce(histories.history_count, 0) as history_count,
        coalesce(reps.rep_count, 0) as rep_count,
        coalesce(reps.quota_count, 0) as quota_count,
    from loaded
    left join deal_counts as deals
        on loaded.as_of_on = deals.as_of_on
    left join history_counts as histories
        on loaded.as_of_on = histories.as_of_on
    left join rep_counts as reps
        on loaded.as_of_on = reps.as_of_on
),

measured as (
    select as_of_on, 'batna_strength' as measure, quota_count > 0 as is_measurable, 'quotas' as missing_entity,
        'quota_amount' as missing_column, quota_count as known_count, rep_count as row_count
    from facts
    union all
    select as_of_on, 'attainment_probability', quota_count > 0, 'quotas', 'quota_amount', quota_count, rep_count from facts
    union all
    select as_of_on, 'open_amounts', open_amount_count > 0, 'opportunities', 'amount', open_amount_count, open_count
    from facts
    union all
    select as_of_on, 'crm_probability', probability_count > 0, 'opportunities', 'probability', probability_count, open_count
    from facts
    union all
    select as_of_on, 'declined_count', has_declines_or_mapping, 'declines', 'opportunity_id', told_loss_count, lost_count
    from facts
    union all
    select as_of_on, 'loss_reasons', told_loss_count > 0, 'opportunities', 'loss_reason', told_loss_count, lost_count
    from facts
    union all
    select as_of_on, 'returned_count', has_returns or has_declines_or_mapping, 'returns', 'returned_at',
        cast(null as bigint), cast(null as bigint)
    from facts
    union all
    select as_of_on, 'buffer_coverage_share', line_count > 0, 'walk_away_points', 'threshold_amount', open_line_count,
        open_count
    from facts
    union all
    select as_of_on, 'below_threshold_won_count', won_line_count > 0 or line_count > 0, 'walk_away_points',
        'threshold_amount', won_line_count, won_count
    from facts
    union all
    select as_of_on, 'below_floor_won_count', won_floor_count > 0 or line_count > 0, 'walk_away_points', 'floor_amount',
        won_floor_count, won_count
    from facts
    union all
    select as_of_on, 'walk_away_preset_share', preset_known_count > 0, 'opportunity_changes', 'changed_at',
        preset_known_count, line_count
    from facts
    union all
    select as_of_on, 'loss_avoided_amount', cost_count > 0, 'opportunities', 'direct_cost', cost_count, deal_count
    from facts
    union all
    select as_of_on, 'offer_price', has_offers, 'offers', 'amount', open_offer_count, open_count from facts
    union all
    select as_of_on, 'discount_ratio', won_list_count > 0, 'opportunities', 'list_amount', won_list_count, won_count
    from facts
    union all
    select as_of_on, 'amount_cuts_and_pushed_dates', history_count > 0, 'opportunity_changes', 'new_value', history_count,
        deal_count
    from facts
    union all
    select as_of_on, 'missing_approvals', has_approvals, 'approvals', 'decision', cast(null as bigint), cast(null as bigint)
    from facts
    union all
    select as_of_on, 'red_flag_count', has_red_flags, 'red_flags', 'flag', cast(null as bigint), cast(null as bigint)
    from facts
    union all
    select as_of_on, 'readiness_met_count', has_readiness, 'readiness', 'met_at', cast(null as bigint), cast(null as bigint)
    from facts
    union all
    select as_of_on, 'later_status', has_outcomes, 'outcomes', 'status', cast(null as bigint), cast(null as bigint)
    from facts
),

not_computed as (
    select facts.as_of_on, pending.measure
    from facts
    cross join (
        values
            ('batna_band'), ('next_quarter_strength'), ('deals_needed'), ('exposure_count'), ('held_share'),
            ('excused_count'), ('broken_count'), ('unlogged_share'), ('concessions'), ('expected_discount_ratio'),
            ('crossing_count'), ('unneeded_discount_amount'), ('pressure_discount_amount'), ('calibration')
    ) as pending(measure)
)

select
    as_of_on,
    measure,
    is_measurable,
    case when not is_measurable then missing_entity end as missing_entity,
    case when not is_measurable then missing_column end as missing_column,
    cast(known_count as double) / nullif(row_count, 0) as known_share,
    row_count,
    case when not is_measurable then 'missing' end as reason,
from measured
union all
select
    as_of_on,
    measure,
    false,
    cast(null as varchar),
    cast(null as varchar),
    cast(null as double),
    cast(null as bigint),
    'not_yet_computed',
from not_computed
