-- What the data says that cannot be right, or that a measure could not use: counted here, never dropped or guessed.
-- One row per finding and as-of date. detail holds codes and amounts, never text of people.
with deals as (
    select
        deals.*,
        weeks.quarter_start_on,
        weeks.last_file_number,
    from staging.deals as deals
    inner join staging.weeks as weeks
        on deals.as_of_on = weeks.as_of_on
),

rep_rosters as (
    select as_of_on
    from staging.loaded_entities
    where entity = 'reps'
),

deal_findings as (
    select as_of_on, 'open_amount_missing' as code, 'warning' as severity, opportunity_id, rep_id, coalesce(stage, '') as detail
    from deals
    where outcome = 'open' and amount is null and is_evidenced
    union all
    select as_of_on, 'amount_not_positive', 'warning', opportunity_id, rep_id, cast(amount as varchar)
    from deals
    where amount < 0 or (amount = 0 and outcome in ('open', 'won'))
    union all
    select as_of_on, 'closed_before_created', 'warning', opportunity_id, rep_id, cast(created_on as varchar)
    from deals
    where coalesce(closed_on, close_on) < created_on
    union all
    select as_of_on, 'stage_unmapped', 'warning', opportunity_id, rep_id, coalesce(stage, '')
    from deals
    where phase is null and stage is not null
    union all
    select as_of_on, 'loss_reason_unmapped', 'info', opportunity_id, rep_id, left(loss_reason, 60)
    from deals
    where outcome = 'lost' and trim(coalesce(loss_reason, '')) <> '' and mapped_outcome is null
    union all
    select as_of_on, 'result_contradicts_stage', 'warning', opportunity_id, rep_id, coalesce(stage, '')
    from deals
    where outcome = 'won' and (lower(stage) like '%lost%' or phase_order < 4)
    union all
    select as_of_on, 'created_at_missing', 'info', opportunity_id, rep_id, ''
    from deals
    where created_at is null
    union all
    select as_of_on, 'close_on_missing', 'info', opportunity_id, rep_id, ''
    from deals
    where outcome = 'open' and close_on is null and is_evidenced
    union all
    select as_of_on, 'state_unknown', 'info', opportunity_id, rep_id, ''
    from deals
    where outcome = 'open' and not is_evidenced
    union all
    select as_of_on, 'owner_missing', 'warning', opportunity_id, rep_id, ''
    from deals
    where rep_id is null and is_evidenced
    union all
    select deals.as_of_on, 'owner_unknown', 'warning', deals.opportunity_id, deals.rep_id, ''
    from deals
    inner join rep_rosters
        on deals.as_of_on = rep_rosters.as_of_on
    left join staging.reps as reps
        on deals.as_of_on = reps.as_of_on
        and deals.rep_id = reps.rep_id
    where deals.rep_id is not null and reps.rep_id is null
    union all
    select deals.as_of_on, 'owner_left', 'warning', deals.opportunity_id, deals.rep_id, coalesce(cast(reps.ended_on as varchar), '')
    from deals
    inner join staging.reps as reps
        on deals.as_of_on = reps.as_of_on
        and deals.rep_id = reps.rep_id
        and reps.has_left
    where deals.outcome = 'open'
    union all
    select deals.as_of_on, 'deal_merged', 'info', deals.opportunity_id, deals.rep_id, merges.merged_into_id
    from deals
    inner join staging.weeks as weeks
        on deals.as_of_on = weeks.as_of_on
    inner join working.deal_merges as merges
        on deals.last_file_number = merges.last_file_number
        and deals.opportunity_id = merges.opportunity_id
        and merges.merged_at < weeks.as_of_end_at
        and not merges.is_circular
    union all
    select deals.as_of_on, 'deal_merged_in_circle', 'warning', deals.opportunity_id, deals.rep_id, merges.merged_into_id
    from deals
    inner join working.deal_merges as merges
        on deals.last_file_number = merges.last_file_number
        and deals.opportunity_id = merges.opportunity_id
        and merges.is_circular
    union all
    select deals.as_of_on, 'point_in_other_currency', 'warning', deals.opportunity_id, deals.rep_id, points.currency
    from deals
    inner join working.walk_away_points as points
        on deals.as_of_on = points.as_of_on
        and deals.opportunity_id = points.opportunity_id
        and deals.currency <> points.currency
    union all
    select as_of_on, 'probability_certain', 'info', opportunity_id, rep_id, cast(probability as varchar)
    from deals
    where outcome = 'open' and (probability <= 0 or probability >= 1)
    union all
    select as_of_on, 'currency_missing', 'warning', opportunity_id, rep_id, ''
    from deals
    where currency is null and amount is not null
    union all
    select as_of_on, 'currency_without_rate', 'warning', opportunity_id, rep_id, currency
    from deals
    where currency is not null and rate_to_reporting is null and amount is not null
    union all
    select as_of_on, 'closed_without_result', 'warning', opportunity_id, rep_id, coalesce(stage, '')
    from deals
    where is_closed and is_won is null and outcome = 'void'
    union all
    select as_of_on, 'closed_without_date', 'warning', opportunity_id, rep_id, coalesce(stage, '')
    from deals
    where is_closed and closed_on is null
    union all
    select as_of_on, 'gone_while_open', 'info', opportunity_id, rep_id, ''
    from deals
    where is_gone and outcome = 'void' and not is_closed
    union all
    select as_of_on, 'gone_after_closing', 'warning', opportunity_id, rep_id, outcome
    from deals
    where is_gone and is_closed
    union all
    select as_of_on, 'price_differs_from_amount', 'info', opportunity_id, rep_id, ''
    from deals
    where outcome in ('open', 'won') and seller_amount <> amount
    union all
    select as_of_on, 'threshold_above_list', 'warning', opportunity_id, rep_id, coalesce(floor_source, '')
    from deals
    where threshold_amount > list_amount
    union all
    select as_of_on, 'floor_above_threshold', 'warning', opportunity_id, rep_id, coalesce(floor_source, '')
    from deals
    where floor_amount > threshold_amount
    union all
    select as_of_on, 'won_without_amount', 'warning', opportunity_id, rep_id, ''
    from deals
    where outcome = 'won' and amount is null
    union all
    select deals.as_of_on, 'cost_without_margin_basis', 'warning', deals.opportunity_id, deals.rep_id, ''
    from deals
    cross join staging.parameters as parameters
    where deals.direct_cost is not null and parameters.margin_basis is null and deals.floor_source is null
    union all
    select deals.as_of_on, 'no_policy_cell', 'info', deals.opportunity_id, deals.rep_id, coalesce(deals.segment, '')
    from deals
    cross join staging.parameters as parameters
    where deals.outcome = 'open'
        and parameters.margin_basis is not null
        and deals.floor_source is null
        and (deals.direct_cost is not null or deals.list_amount is not null)
    union all
    select as_of_on, 'declined_but_open', 'warning', opportunity_id, rep_id, coalesce(stage, '')
    from deals
    where outcome = 'declined' and not is_closed
    union all
    select deals.as_of_on, 'decline_of_won_deal', 'warning', deals.opportunity_id, deals.rep_id, declines.origin
    from staging.declines as declines
    inner join deals
        on declines.as_of_on = deals.as_of_on
        and declines.opportunity_id = deals.opportunity_id
    where deals.outcome = 'won' and deals.closing_at <= declines.decided_at
    union all
    select deals.as_of_on, 'declined_but_mapped_otherwise', 'info', deals.opportunity_id, deals.rep_id, deals.mapped_outcome
    from deals
    where deals.outcome = 'declined' and deals.mapped_outcome not in ('declined', 'void', 'other')
),

orphans as (
    select declines.as_of_on, 'decline_of_unknown_deal' as code, 'warning' as severity, declines.opportunity_id
    from staging.declines as declines
    left join deals
        on declines.as_of_on = deals.as_of_on
        and declines.opportunity_id = deals.opportunity_id
    where deals.opportunity_id is null
),

repeated as (
    select
        declined_rows.as_of_on,
        'decline_repeated' as code,
        'info' as severity,
        declined_rows.opportunity_id,
    from working.declined_rows as declined_rows
    left join staging.declines as declines
        on declined_rows.as_of_on = declines.as_of_on
        and declined_rows.opportunity_id = declines.opportunity_id
        and declined_rows.decided_at = declines.decided_at
    where declined_rows.kind = 'real' and declines.opportunity_id is null
),

tactical as (
    select
        declined_rows.as_of_on,
        'tactical_without_move' as code,
        'info' as severity,
        declined_rows.opportunity_id,
    from working.declined_rows as declined_rows
    inner join staging.weeks as weeks
        on declined_rows.as_of_on = weeks.as_of_on
    cross join staging.parameters as parameters
    left join working.signs_of_life as signs
        on declined_rows.as_of_on = signs.as_of_on
        and declined_rows.opportunity_id = signs.opportunity_id
    where declined_rows.kind = 'tactical'
        and signs.opportunity_id is not null
        and date_diff('day', greatest(declined_rows.decided_at, signs.last_sign_at), weeks.as_of_end_at)
        > parameters.tactical_days
),

moved_points as (
    select
        starts.as_of_on,
        'walk_away_point_lowered' as code,
        'warning' as severity,
        starts.opportunity_id,
        cast(starts.drift_count as varchar) as detail,
    from working.negotiation_starts as starts
    where starts.drift_count > 0
),

contests as (
    select as_of_on, 'contest_of_unknown_row' as code, 'warning' as severity, opportunity_id, rep_id, row_kind as detail
    from scores.contests
    where as_of_on in (select as_of_on from staging.weeks) and not has_row
    union all
    select as_of_on, 'contest_without_mend', 'warning', opportunity_id, rep_id, row_kind
    from scores.contests
    where as_of_on in (select as_of_on from staging.weeks)
        and status = 'accepted'
        and trim(coalesce(settlement, '')) = ''
),

-- Where deals name their owner by the name, two reps of one name are one owner to every measure.
shared_names as (
    select reps.as_of_on, reps.rep_id
    from staging.reps as reps
    inner join staging.reps as others
        on reps.as_of_on = others.as_of_on
        and lower(trim(reps.rep_name)) = lower(trim(others.rep_name))
        and reps.rep_id <> others.rep_id
    where not reps.has_left and not others.has_left
    group by reps.as_of_on, reps.rep_id
),

-- The parts of a deal are all of it: more would count money twice, less would lose some.
part_sums as (
    select as_of_on, opportunity_id, cast(sum(cast(share as decimal(18, 6))) as decimal(18, 4)) as share_sum
    from staging.credits
    group by as_of_on, opportunity_id
),

rep_findings as (
    select
        sellers.as_of_on,
        case when quotas.is_without_rate then 'quota_currency_without_rate' else 'rep_without_quota' end as code,
        'warning' as severity,
        sellers.rep_id,
        '' as detail,
    from staging.sellers as sellers
    left join staging.rep_quotas as quotas
        on sellers.as_of_on = quotas.as_of_on
        and sellers.rep_id = quotas.rep_id
    where sellers.quota_amount is null
    union all
    select as_of_on, 'quota_periods_overlap', 'warning', rep_id, cast(overlap_count as varchar)
    from staging.rep_quotas
    where overlap_count > 0
    union all
    select as_of_on, 'quota_months_missing', 'warning', rep_id, cast(missing_month_count as varchar)
    from staging.rep_quotas
    where missing_month_count > 0
    union all
    select as_of_on, 'rep_name_shared', 'info', rep_id, ''
    from shared_names
    union all
    select
        measures.as_of_on,
        'line_not_credible',
        'warning',
        measures.group_id,
        '',
    from working.group_measures as measures
    cross join staging.parameters as parameters
    where measures.group_kind = 'rep' and measures.median_buffer_ratio > parameters.not_credible_ratio
),

unknown_weeks as (
    select as_of_on, 'deals_unknown' as code, 'warning' as severity, cast(unknown_count as varchar) as detail
    from working.week_evidence
    where is_withheld
),

-- Rates that a CRM keeps to its corporate currency are of no use without the reporting currency's own.
uncrossed_rates as (
    select weeks.as_of_on, 'corporate_rates_not_crossed' as code, 'warning' as severity, parameters.currency as detail
    from staging.weeks as weeks
    cross join staging.parameters as parameters
    inner join staging.loaded_entities as entities
        on weeks.as_of_on = entities.as_of_on
        and entities.entity = 'corporate_rates'
    left join (select currency, min(file_number) as file_number from raw.corporate_rates group by currency) as own_rates
        on parameters.currency = own_rates.currency
        and own_rates.file_number <= weeks.last_file_number
    where own_rates.currency is null
),

credit_findings as (
    select
        sums.as_of_on,
        'credits_not_whole' as code,
        'warning' as severity,
        sums.opportunity_id,
        deals.rep_id,
        cast(sums.share_sum as varchar) as detail,
    from part_sums as sums
    inner join deals
        on sums.as_of_on = deals.as_of_on
        and sums.opportunity_id = deals.opportunity_id
    where sums.share_sum not between 0.999 and 1.001
),

never_declining as (
    select
        reps.as_of_on,
        'no_decline_with_exposures' as code,
        'info' as severity,
        reps.rep_id,
        cast(reps.exposure_count as varchar) as detail,
    from working.never_declining_reps as reps
),

every_finding as (
    select as_of_on, code, severity, opportunity_id, rep_id, detail from deal_findings
    union all
    select as_of_on, code, severity, opportunity_id, cast(null as varchar), '' from orphans
    union all
    select as_of_on, code, severity, opportunity_id, cast(null as varchar), '' from repeated
    union all
    select as_of_on, code, severity, opportunity_id, cast(null as varchar), '' from tactical
    union all
    select as_of_on, code, severity, opportunity_id, cast(null as varchar), detail from moved_points
    union all
    select as_of_on, code, severity, opportunity_id, rep_id, detail from contests
    union all
    select as_of_on, code, severity, cast(null as varchar), rep_id, detail from rep_findings
    union all
    select as_of_on, code, severity, cast(null as varchar), cast(null as varchar), detail from unknown_weeks
    union all
    select as_of_on, code, severity, cast(null as varchar), cast(null as varchar), detail from uncrossed_rates
    union all
    select as_of_on, code, severity, opportunity_id, rep_id, detail from credit_findings
    union all
    select as_of_on, code, severity, cast(null as varchar), rep_id, detail from never_declining
    union all
    select as_of_on, code, severity, opportunity_id, rep_id, detail from working.contradictions
    union all
    select as_of_on, code, severity, opportunity_id, rep_id, detail from working.odd_rows
)

select
    as_of_on,
    code,
    severity,
    opportunity_id,
    rep_id,
    detail,
from every_finding
