-- How each trigger of a deal ended, and which approvals it lacks (03-metrics.md, sections 4 and 5).
-- One row per as-of date, opportunity, end of talks, trigger and moment. ending is NULL while the deal is open.
with triggers as (
    select * from working.price_triggers
    union all
    select * from working.term_triggers
    union all
    select * from working.scope_triggers
    union all
    select * from working.fit_triggers
),

judged as (
    select
        triggers.*,
        ends.end_kind,
        ends.ended_on,
        ends.rep_id,
        ends.is_recent,
        ends.is_offer_clear,
        coalesce(granted.is_any_granted, false) as is_any_granted,
        case when triggers.approval_kind = 'price' and not coalesce(granted.is_price_granted, false) then true end
            as lacks_price,
        case when triggers.approval_kind = 'term' and not coalesce(granted.is_legal_granted, false) then true end
            as lacks_legal,
        case when triggers.approval_kind = 'term' and not coalesce(granted.is_c_level_granted, false) then true end
            as lacks_c_level,
        case when triggers.approval_kind = 'fit' and not coalesce(granted.is_fit_granted, false) then true end
            as lacks_fit,
        -- More days to pay are a price and a term at once: whoever may allow either may allow them.
        case
            when triggers.approval_kind = 'payment'
                and not coalesce(granted.is_price_granted, false)
                and not coalesce(granted.is_legal_granted and granted.is_c_level_granted, false)
                then true
        end as lacks_payment,
    from triggers
    inner join working.deal_ends as ends
        on triggers.as_of_on = ends.as_of_on
        and triggers.opportunity_id = ends.opportunity_id
        and triggers.end_at = ends.end_at
    left join working.granted as granted
        on triggers.as_of_on = granted.as_of_on
        and triggers.opportunity_id = granted.opportunity_id
        and triggers.end_at = granted.end_at
),

weighed as (
    select
        judged.*,
        judged.approval_kind <> 'none'
        and coalesce(
            judged.lacks_price, judged.lacks_legal, judged.lacks_c_level, judged.lacks_fit, judged.lacks_payment
        ) is null as is_granted,
        judged.end_kind in ('open', 'won') and not coalesce(judged.is_cured, false) as is_lacking,
    from judged
)

select
    as_of_on,
    opportunity_id,
    end_at,
    ended_on,
    end_kind,
    rep_id,
    is_recent,
    trigger_code,
    triggered_at,
    is_logged,
    is_accepted_price,
    is_cured,
    is_granted,
    approval_kind = 'none' as is_incurable,
    case
        when end_kind = 'open' then null
        when end_kind = 'declined' then 'held'
        when end_kind = 'lost' and is_any_granted then 'excused'
        when end_kind = 'lost' and is_offer_clear then 'held'
        when end_kind = 'lost' then 'unknown'
        when is_cured then 'held'
        when is_granted then 'excused'
        when is_cured is null then 'unknown'
        else 'broken'
    end as ending,
    case when is_lacking and (lacks_price or lacks_payment) then 'price:vp' end as missing_price,
    case when is_lacking and lacks_legal then 'term:legal' end as missing_legal,
    case when is_lacking and lacks_c_level then 'term:c_level' end as missing_c_level,
    case when is_lacking and lacks_fit then 'fit:strategic_review' end as missing_fit,
from weighed
