-- Every deal with its price, its walk-away point and the zone it is in, all in the deal's currency.
-- One row per opportunity and spell: the as-of dates from as_of_on to until_on see it alike. Price: 03-metrics.md, section 2.
with last_declines as (
    select
        as_of_on,
        opportunity_id,
        -- max_by passes over NULL: what was not told of the last decline is not that of an earlier one.
        nullif(max_by(coalesce(demanded_amount, -1), decided_at), -1) as demanded_amount,
        nullif(max_by(coalesce(currency, ''), decided_at), '') as demanded_currency,
    from staging.declines
    group by as_of_on, opportunity_id
),

priced as (
    select
        deals.*,
        offers.seller_amount,
        offers.seller_offered_at,
        offers.buyer_amount,
        offers.buyer_offered_at,
        case
            when deals.outcome = 'won' then deals.amount
            when deals.outcome = 'declined'
                then coalesce(
                    case
                        when coalesce(last_declines.demanded_currency, deals.currency) is not distinct from deals.currency
                            then last_declines.demanded_amount
                    end,
                    offers.buyer_amount,
                    deals.amount
                )
            else coalesce(offers.seller_amount, deals.amount)
        end as price_amount,
    from working.spell_deals as deals
    left join working.spell_offers as offers
        on deals.as_of_on = offers.as_of_on
        and deals.opportunity_id = offers.opportunity_id
        and deals.line_at = offers.line_at
    left join last_declines
        on deals.as_of_on = last_declines.as_of_on
        and deals.opportunity_id = last_declines.opportunity_id
),

lined as (
    select
        priced.*,
        lines.floor_source,
        lines.threshold_amount,
        lines.floor_amount,
        cast(priced.price_amount as decimal(28, 4)) * lines.threshold_factor >= lines.threshold_base as is_clear,
        cast(priced.price_amount as decimal(28, 4)) * lines.floor_factor < lines.floor_base as is_below_floor,
        starts.is_preset,
    from priced
    left join working.spell_lines as lines
        on priced.as_of_on = lines.as_of_on
        and priced.opportunity_id = lines.opportunity_id
        and priced.line_at = lines.line_at
    left join working.spell_starts as starts
        on priced.as_of_on = starts.as_of_on
        and priced.opportunity_id = starts.opportunity_id
)

select
    lined.last_file_number,
    lined.as_of_on,
    lined.until_on,
    lined.opportunity_id,
    lined.opportunity_name,
    lined.account_id,
    lined.rep_id,
    lined.deal_type,
    lined.segment,
    lined.product,
    lined.stage,
    lined.phase,
    lined.phase_order,
    lined.amount,
    lined.currency,
    lined.rate_to_reporting,
    lined.reporting_amount,
    lined.list_amount,
    lined.direct_cost,
    lined.allocated_overhead,
    lined.probability,
    lined.created_at,
    lined.created_on,
    lined.close_on,
    lined.closed_on,
    lined.closing_at,
    lined.ended_on,
    lined.lead_source,
    lined.loss_reason,
    lined.loss_detail,
    lined.competitor,
    lined.outcome,
    lined.decline_origin,
    lined.lost_to,
    lined.review_answer,
    lined.is_closed,
    lined.is_gone,
    lined.is_won,
    lined.has_evidence as is_evidenced,
    lined.mapped_outcome,
    lined.line_at,
    lined.seller_amount,
    lined.seller_offered_at,
    lined.buyer_amount,
    lined.buyer_offered_at,
    lined.price_amount,
    lined.floor_source,
    lined.threshold_amount,
    lined.floor_amount,
    lined.is_preset,
    case
        when lined.is_clear then 'clear'
        when lined.is_below_floor then 'walk'
        when not lined.is_clear then 'approval'
    end as zone,
    cast(lined.price_amount as double) / nullif(cast(lined.threshold_amount as double), 0) - 1 as buffer_ratio,
    -- A threshold at or above list leaves no corridor; below zero the sign would turn.
    case
        when lined.list_amount > lined.threshold_amount
            then cast(lined.price_amount - lined.threshold_amount as double)
                / cast(lined.list_amount - lined.threshold_amount as double)
    end as corridor_share,
from lined
