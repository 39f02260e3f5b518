-- Every deal as it stood at the end of each as-of date: who owned it, where it was, what it was worth, how it ended.
-- One row per opportunity and spell (working.spells). Money is in the deal's currency; rate_to_reporting is NULL where no rate applies.
with fixed as (
    select
        spells.as_of_on,
        spells.until_on,
        spells.as_of_end_at,
        versions.*,
        versions.evidence_from_at < spells.as_of_end_at as is_row_known,
        versions.is_closed
            and versions.evidence_from_at < spells.as_of_end_at
            and coalesce(versions.closed_on <= spells.as_of_on, true) as is_closed_by_row,
    from working.spells as spells
    inner join working.opportunity_versions as versions
        on spells.last_file_number = versions.last_file_number
        and spells.opportunity_id = versions.opportunity_id
        and versions.fixed_from_at < spells.as_of_end_at
        and (versions.fixed_to_at is null or versions.fixed_to_at >= spells.as_of_end_at)
    where versions.created_at is null
        or versions.created_at < spells.as_of_end_at
),

-- Who spoke last of the stage says whether the deal is closed: the row, or the history after it or before it. A stage that the
-- settings do not name says nothing, nor does the row's own.
told as (
    select
        fixed.*,
        states.stage as told_stage,
        states.amount as told_amount,
        states.rep_id as told_rep_id,
        states.close_on as told_close_on,
        states.probability as told_probability,
        coalesce(states.is_told, false) as has_evidence,
        states.phase_order = 4 as is_stage_closed,
        coalesce(
            states.phase_order is not null
            and (
                (fixed.is_row_known and states.history_stage_at > fixed.evidence_from_at and states.stage <> fixed.stage)
                or (not fixed.is_row_known and states.history_stage_at is not null)
            ),
            false
        ) as is_told_by_history,
    from fixed
    left join working.deal_states as states
        on fixed.last_file_number = states.last_file_number
        and fixed.opportunity_id = states.opportunity_id
        and states.changed_at < fixed.as_of_end_at
        and (states.next_changed_at is null or states.next_changed_at >= fixed.as_of_end_at)
),

-- What the history closed, it closed when the deal last came into a closed stage.
history_closings as (
    select
        told.as_of_on,
        told.opportunity_id,
        max(states.changed_at) as closing_at,
    from told
    inner join working.deal_states as states
        on told.last_file_number = states.last_file_number
        and told.opportunity_id = states.opportunity_id
        and states.changed_at < told.as_of_end_at
    where told.is_told_by_history
        and told.is_stage_closed
        and states.phase_order = 4
        and states.previous_phase_order is distinct from 4
    group by told.as_of_on, told.opportunity_id
),

-- Values that change are taken only from evidence of that time; the final ones are evidence from the row's closing on. What the history
-- closed has no reason before the row tells one.
moving as (
    select
        told.*,
        not told.is_told_by_history and told.is_closed_by_row as is_final,
        (not told.is_told_by_history and told.is_closed_by_row) or closings.closing_at is not null as is_closed_by_then,
        case when closings.closing_at is null then told.closing_at else closings.closing_at end as closing_then_at,
        case
            when closings.closing_at is null then told.closed_on
            when closings.closing_at < days.start_at then days.day_on - 1
            when closings.closing_at >= days.end_at then days.day_on + 1
            else days.day_on
        end as closed_then_on,
        case when closings.closing_at is null then told.is_won else stage_outcomes.outcome = 'won' end as is_won_then,
        closings.closing_at is not null and not told.is_row_known as is_without_reason,
    from told
    left join history_closings as closings
        on told.as_of_on = closings.as_of_on
        and told.opportunity_id = closings.opportunity_id
    left join staging.days as days
        on cast(closings.closing_at as date) = days.day_on
    left join staging.stage_outcomes as stage_outcomes
        on told.told_stage = stage_outcomes.stage
),

valued as (
    select
        moving.*,
        case when moving.is_final then moving.stage else moving.told_stage end as stage_then,
        case when moving.is_final then moving.amount else moving.told_amount end as amount_then,
        case when moving.is_final or moving.is_row_known then moving.credit_amount end as credit_amount_then,
        case when moving.is_final then moving.rep_id else moving.told_rep_id end as rep_id_then,
        case when moving.is_final then moving.close_on else moving.told_close_on end as close_on_then,
        case when moving.is_final then moving.probability else moving.told_probability end as probability_then,
        case when not moving.is_without_reason then moving.loss_reason end as loss_reason_then,
        case when not moving.is_without_reason then moving.loss_detail end as loss_detail_then,
        case when not moving.is_without_reason then moving.competitor end as competitor_then,
    from moving
),

-- A single-currency CRM exports no currency at all; where one does, a deal without it is in no known currency.
currencies as (
    select count(versions.currency) > 0 as is_told
    from working.opportunity_versions as versions
),

placed as (
    select
        valued.*,
        stages.phase,
        stages.phase_order,
        coalesce(valued.currency, case when not currencies.is_told then parameters.currency end) as deal_currency,
        coalesce(case when valued.is_closed_by_then then valued.closed_then_on end, valued.as_of_on) as money_on,
    from valued
    cross join staging.parameters as parameters
    cross join currencies
    left join staging.stages as stages
        on valued.stage_then = stages.stage
),

last_declines as (
    select
        as_of_on,
        opportunity_id,
        max(decided_at) as decided_at,
        max_by(origin, decided_at) as origin,
    from staging.declines
    group by as_of_on, opportunity_id
),

last_returns as (
    select
        as_of_on,
        opportunity_id,
        max(returned_at) as returned_at,
    from staging.returns
    where new_opportunity_id = opportunity_id
    group by as_of_on, opportunity_id
),

ended as (
    select
        placed.*,
        last_declines.decided_at is not null
            and (last_returns.returned_at is null or last_returns.returned_at < last_declines.decided_at) as is_declined,
        last_declines.origin as decline_origin,
        case
            when last_declines.decided_at < decline_days.start_at then decline_days.day_on - 1
            when last_declines.decided_at >= decline_days.end_at then decline_days.day_on + 1
            else decline_days.day_on
        end as declined_on,
        review_answers.answer as review_answer,
        loss_reasons.outcome as mapped_outcome,
        merges.opportunity_id is not null as is_merged,
    from placed
    left join working.deal_merges as merges
        on placed.last_file_number = merges.last_file_number
        and placed.opportunity_id = merges.opportunity_id
        and merges.merged_at < placed.as_of_end_at
        and not merges.is_circular
    left join last_declines
        on placed.as_of_on = last_declines.as_of_on
        and placed.opportunity_id = last_declines.opportunity_id
    left join staging.days as decline_days
        on cast(last_declines.decided_at as date) = decline_days.day_on
    left join last_returns
        on placed.as_of_on = last_returns.as_of_on
        and placed.opportunity_id = last_returns.opportunity_id
    left join working.review_answers as review_answers
        on placed.as_of_on = review_answers.as_of_on
        and placed.opportunity_id = review_answers.opportunity_id
    left join staging.loss_reasons as loss_reasons
        on trim(placed.loss_reason_then) = loss_reasons.loss_reason
),

decided as (
    select
        ended.*,
        case
            when ended.is_merged then 'void'
            when ended.is_closed_by_then and ended.is_won_then then 'won'
            when ended.is_declined then 'declined'
            when ended.is_gone and not ended.is_closed_by_then then 'void'
            when not ended.is_closed_by_then then 'open'
            when ended.review_answer = 'void' then 'void'
            when ended.is_won_then is null then 'void'
            when ended.mapped_outcome = 'void' then 'void'
            when ended.review_answer = 'they_left' then 'lost'
            when ended.mapped_outcome = 'declined' then 'declined'
            else 'lost'
        end as outcome,
    from ended
)

select
    decided.last_file_number,
    decided.as_of_on,
    decided.until_on,
    decided.opportunity_id,
    decided.opportunity_name,
    decided.account_id,
    decided.rep_id_then as rep_id,
    decided.deal_type,
    decided.segment,
    decided.product,
    decided.stage_then as stage,
    decided.phase,
    decided.phase_order,
    decided.amount_then as amount,
    decided.deal_currency as currency,
    rates.rate_to_reporting,
    cast(
        cast(coalesce(decided.credit_amount_then, decided.amount_then) as decimal(28, 4))
        * cast(rates.rate_to_reporting as decimal(28, 8)) as decimal(18, 4)
    ) as reporting_amount,
    coalesce(
        decided.list_amount, case when decided.deal_currency = parameters.currency then products.list_amount end
    ) as list_amount,
    decided.direct_cost,
    decided.allocated_overhead,
    case when decided.deal_currency = parameters.currency then products.direct_cost end as product_direct_cost,
    decided.probability_then as probability,
    decided.created_at,
    decided.created_on,
    decided.close_on_then as close_on,
    case when decided.is_closed_by_then then decided.closed_then_on end as closed_on,
    case when decided.is_closed_by_then then decided.closing_then_at end as closing_at,
    coalesce(
        case when decided.is_closed_by_then then decided.closing_then_at end, decided.as_of_end_at - interval 1 microsecond
    ) as line_at,
    case
        when decided.is_closed_by_then then decided.closed_then_on
        when decided.outcome = 'declined' then decided.declined_on
    end as ended_on,
    decided.lead_source,
    decided.loss_reason_then as loss_reason,
    decided.loss_detail_then as loss_detail,
    decided.competitor_then as competitor,
    decided.outcome,
    case
        when decided.outcome = 'declined' and decided.decline_origin is null then 'mapped'
        when decided.outcome = 'declined' then decided.decline_origin
    end as decline_origin,
    case when decided.outcome = 'lost' then coalesce(nullif(decided.mapped_outcome, 'declined'), 'unknown') end
        as lost_to,
    decided.review_answer,
    decided.is_closed_by_then as is_closed,
    decided.is_won_then as is_won,
    decided.is_gone,
    decided.has_evidence,
    decided.is_declined,
    decided.mapped_outcome,
from decided
cross join staging.parameters as parameters
left join staging.fx_rates as rates
    on decided.as_of_on = rates.as_of_on
    and decided.deal_currency = rates.currency
    and decided.money_on >= rates.valid_from_on
    and decided.money_on < rates.valid_to_on
left join working.product_prices as products
    on decided.as_of_on = products.as_of_on
    and decided.product = products.product
    and decided.money_on >= products.valid_from_on
    and decided.money_on < products.valid_to_on
