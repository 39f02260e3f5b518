-- What can be measured here, how much of it is known, and which column of which entity would make the rest measurable.
-- One row per measure and as-of date. reason: missing, weeks_not_scored (score the
-- earlier weeks: batna backfill), or NULL where it is measured.
with deal_counts as (
    select
        as_of_on,
        count(*) as deal_count,
        count(case when outcome = 'open' then 1 end) as open_count,
        count(case when outcome = 'open' and amount > 0 then 1 end) as open_amount_count,
        count(amount) as amount_count,
        count(case when amount is not null then reporting_amount end) as reporting_amount_count,
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

priced_counts as (
    select
        won.as_of_on,
        count(expected.expected_discount_ratio) as expected_count,
    from working.won_prices as won
    left join working.expected_discounts as expected
        on won.as_of_on = expected.as_of_on
        and won.segment = expected.segment
        and won.size_band = expected.size_band
    group by won.as_of_on
),

crossing_counts as (
    select
        as_of_on,
        count(*) as crossing_known_count,
    from working.won_prices
    where is_crossing is not null and zone is not null
    group by as_of_on
),

start_counts as (
    select
        as_of_on,
        count(*) as started_count,
        count(without_probability_at_start) as start_scored_count,
    from working.starts_without
    group by as_of_on
),

concession_counts as (
    select
        deals.as_of_on,
        count(*) as recent_count,
        count(sources.concession_source) as told_count,
        count(case when sources.concession_source = 'offers' then 1 end) as offered_count,
    from working.dated_deals as deals
    inner join staging.weeks as weeks
        on deals.as_of_on = weeks.as_of_on
        and (deals.ended_on is null or deals.ended_on >= weeks.history_start_on)
    left join working.concession_sources as sources
        on deals.as_of_on = sources.as_of_on
        and deals.opportunity_id = sources.opportunity_id
    group by deals.as_of_on
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
        bool_or(coalesce(entities.entity = 'contacts', false)) as has_contacts,
        bool_or(coalesce(entities.entity = 'change_requests', false)) as has_change_requests,
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
        coalesce(deals.amount_count, 0) as amount_count,
        coalesce(deals.reporting_amount_count, 0) as reporting_amount_count,
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
        coalesce(learning.probability_source in ('learnt', 'learnt_untested', 'base_rate'), false) as is_learnt,
        learning.deal_count as learnt_deal_count,
        learning.has_unborn,
        coalesce(tested.quarter_count, 0) as tested_quarter_count,
        coalesce(tested.deal_count, 0) as tested_deal_count,
        coalesce(priced.expected_count, 0) as expected_count,
        coalesce(crossings.crossing_known_count, 0) as crossing_known_count,
        coalesce(starts.started_count, 0) as started_count,
        coalesce(starts.start_scored_count, 0) as start_scored_count,
        coalesce(concessions.recent_count, 0) as recent_deal_count,
        coalesce(concessions.told_count, 0) as concession_told_count,
        coalesce(concessions.offered_count, 0) as concession_offered_count,
        details.has_levers,
        details.has_trades,
        details.has_finals,
    from loaded
    inner join working.offer_details as details
        on loaded.as_of_on = details.as_of_on
    left join priced_counts as priced
        on loaded.as_of_on = priced.as_of_on
    left join crossing_counts as crossings
        on loaded.as_of_on = crossings.as_of_on
    left join start_counts as starts
        on loaded.as_of_on = starts.as_of_on
    left join concession_counts as concessions
        on loaded.as_of_on = concessions.as_of_on
    left join deal_counts as deals
        on loaded.as_of_on = deals.as_of_on
    left join history_counts as histories
        on loaded.as_of_on = histories.as_of_on
    left join rep_counts as reps
        on loaded.as_of_on = reps.as_of_on
    inner join working.learning_status as learning
        on loaded.as_of_on = learning.as_of_on
    left join working.win_skills as tested
        on loaded.as_of_on = tested.as_of_on
        and tested.segment is null
),

measured as (
    select facts.as_of_on, told.measure, facts.quota_count > 0 and not evidence.is_withheld as is_measurable,
        case when evidence.is_withheld then 'opportunity_changes' else 'quotas' end as missing_entity,
        case when evidence.is_withheld then 'field' else 'quota_amount' end as missing_column,
        case when evidence.is_withheld then evidence.candidate_count else facts.quota_count end as known_count,
        case when evidence.is_withheld then evidence.candidate_count + evidence.unknown_count else facts.rep_count end
            as row_count
    from facts
    inner join working.week_evidence as evidence
        on facts.as_of_on = evidence.as_of_on
    cross join (
        values ('batna_strength'), ('attainment_probability')
    ) as told(measure)
    union all
    select as_of_on, 'open_amounts', open_amount_count > 0, 'opportunities', 'amount', open_amount_count, open_count
    from facts
    union all
    select as_of_on, 'reporting_amounts', reporting_amount_count > 0, 'fx_rates', 'rate_to_reporting', reporting_amount_count,
        amount_count
    from facts
    union all
    select as_of_on, 'crm_probability', probability_count > 0, 'opportunities', 'probability', probability_count, open_count
    from facts
    union all
    select as_of_on, 'learnt_probability', is_learnt, 'opportunity_changes', 'changed_at',
        learnt_deal_count, cast(null as bigint)
    from facts
    union all
    select as_of_on, 'calibration', tested_quarter_count > 0, 'opportunity_changes', 'changed_at',
        tested_deal_count, cast(null as bigint)
    from facts
    union all
    select as_of_on, 'unborn_share', has_unborn, 'quotas', 'period_start_on', cast(null as bigint), cast(null as bigint)
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
    union all
    select as_of_on, 'concessions', concession_told_count > 0, 'offers', 'amount', concession_told_count, recent_deal_count
    from facts
    union all
    select as_of_on, 'median_hours_to_concede', concession_offered_count > 0, 'offers', 'offered_at',
        concession_offered_count, recent_deal_count
    from facts
    union all
    select as_of_on, 'unpaid_concession_share', has_trades, 'offers', 'traded_for', cast(null as bigint), cast(null as bigint)
    from facts
    union all
    select as_of_on, 'price_only_concession_share', has_levers, 'offers', 'lever', cast(null as bigint), cast(null as bigint)
    from facts
    union all
    select as_of_on, 'after_final_count', has_finals, 'offers', 'is_final', cast(null as bigint), cast(null as bigint)
    from facts
    union all
    select as_of_on, 'single_threaded_count', has_contacts, 'contacts', 'role', cast(null as bigint), cast(null as bigint)
    from facts
    union all
    select as_of_on, 'late_change_count', has_change_requests, 'change_requests', 'answer', cast(null as bigint),
        cast(null as bigint)
    from facts
    union all
    select as_of_on, 'expected_discount_ratio', expected_count > 0, 'opportunities', 'list_amount', expected_count, won_count
    from facts
    union all
    select as_of_on, 'crossing_count', crossing_known_count > 0, case when quota_count > 0 then 'walk_away_points' else 'quotas' end,
        case when quota_count > 0 then 'threshold_amount' else 'quota_amount' end, crossing_known_count, won_count
    from facts
    union all
    select as_of_on, 'exposure_count', has_exposures, 'walk_away_points', 'threshold_amount', cast(null as bigint),
        cast(null as bigint)
    from working.exposure_sources
    union all
    select as_of_on, 'broken_count', has_exposures, 'walk_away_points', 'threshold_amount', cast(null as bigint),
        cast(null as bigint)
    from working.exposure_sources
    union all
    select as_of_on, 'held_share', has_endings, 'offers', 'amount', cast(null as bigint), cast(null as bigint)
    from working.exposure_sources
    union all
    select as_of_on, 'excused_count', has_approvals, 'approvals', 'decision', cast(null as bigint), cast(null as bigint)
    from working.exposure_sources
    union all
    select as_of_on, 'unlogged_share', has_logs, 'offers', 'amount', cast(null as bigint), cast(null as bigint)
    from working.exposure_sources
    union all
    select as_of_on, 'term_triggers', has_terms, 'term_requests', 'term', cast(null as bigint), cast(null as bigint)
    from working.exposure_sources
    union all
    select as_of_on, 'payment_triggers', has_terms or has_changes, 'term_requests', 'value', cast(null as bigint),
        cast(null as bigint)
    from working.exposure_sources
    union all
    select as_of_on, 'scope_triggers', has_scope or has_changes, 'opportunities', 'scope_units', cast(null as bigint),
        cast(null as bigint)
    from working.exposure_sources
    union all
    select as_of_on, 'approval_rates', has_approvals, 'approvals', 'decision', cast(null as bigint), cast(null as bigint)
    from working.exposure_sources
    union all
    select as_of_on, 'return_rates', has_declines, 'declines', 'decided_at', cast(null as bigint), cast(null as bigint)
    from working.exposure_sources
    union all
    select as_of_on, 'flag_precision', has_outcomes, 'outcomes', 'status', cast(null as bigint), cast(null as bigint)
    from facts
    union all
    select facts.as_of_on, 'precedents', coalesce(sums.pair_count > 0, false),
        case when line_count = 0 then 'walk_away_points' else 'opportunities' end,
        case when line_count = 0 then 'threshold_amount' else 'account_id' end,
        sums.pair_count, won_count
    from facts
    left join (
        select as_of_on, cast(sum(next_deal_count) as bigint) as pair_count from working.precedent_sums group by as_of_on
    ) as sums
        on facts.as_of_on = sums.as_of_on
    union all
    select as_of_on, 'touch_count', has_activities, 'activities', 'occurred_at', cast(null as bigint), cast(null as bigint)
    from working.exposure_sources
    union all
    select as_of_on, 'misfit_triggers', has_fit, 'accounts', 'industry', cast(null as bigint), cast(null as bigint)
    from working.exposure_sources
    union all
    select as_of_on, 'batna_band', is_calibrated and has_unborn, 'opportunity_changes', 'changed_at',
        cast(null as bigint), cast(null as bigint)
    from working.learning_status
    union all
    select facts.as_of_on, 'next_quarter_strength', coalesce(planned.quota_count, 0) > 0, 'quotas', 'period_start_on',
        coalesce(planned.quota_count, 0), facts.rep_count
    from facts
    left join (select as_of_on, count(*) as quota_count from working.next_quotas group by as_of_on) as planned
        on facts.as_of_on = planned.as_of_on
    union all
    select facts.as_of_on, 'deals_needed', coalesce(grown.book_count, 0) > 0, 'opportunities', 'created_at',
        coalesce(grown.book_count, 0), facts.rep_count
    from facts
    left join (
        select as_of_on, count(*) as book_count from working.new_deals where book_kind = 'rep' group by as_of_on
    ) as grown
        on facts.as_of_on = grown.as_of_on
    union all
    select as_of_on, 'correlation', correlation_source <> 'default', 'opportunity_changes', 'changed_at',
        cast(null as bigint), cast(null as bigint)
    from working.correlation
),

-- What no column would tell: how safe the quarter was when negotiation began, which an earlier week must have said.
weeks_unscored as (
    select as_of_on, pending.measure, start_scored_count, started_count
    from facts
    cross join (
        values ('unneeded_discount_amount'), ('pressure_discount_amount'), ('willingness')
    ) as pending(measure)
    union all
    select facts.as_of_on, 'without_calibration', coalesce(tested.deal_count, 0), cast(null as bigint)
    from facts
    left join (
        select as_of_on, sum(deal_count) as deal_count from working.without_calibration group by as_of_on
    ) as tested
        on facts.as_of_on = tested.as_of_on
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
    start_scored_count > 0,
    case when started_count = 0 then 'opportunity_changes' end,
    case when started_count = 0 then 'changed_at' end,
    cast(start_scored_count as double) / nullif(started_count, 0),
    started_count,
    case when start_scored_count = 0 and started_count = 0 then 'missing' when start_scored_count = 0 then 'weeks_not_scored' end,
from weeks_unscored
