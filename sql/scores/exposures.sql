-- Deals that met a reason to walk away, and how that ended: held, excused, broken or unknown; NULL while the deal is open.
-- One row per deal, as-of date and quarter of its end (open: the quarter of the as-of date), for that quarter and the four before.
-- Money in reporting currency (03-metrics.md, section 4).
with ended as (
    select
        endings.*,
        quarters.quarter_start_on,
        case endings.ending when 'broken' then 1 when 'excused' then 2 when 'held' then 3 when 'unknown' then 4 end
            as ending_rank,
    from working.trigger_endings as endings
    inner join staging.quarters as quarters
        on endings.ended_on between quarters.quarter_start_on and quarters.quarter_end_on
    where endings.is_recent
),

joined as (
    select
        as_of_on,
        opportunity_id,
        quarter_start_on,
        max_by(rep_id, end_at) as rep_id,
        max(end_at) as end_at,
        max_by(end_kind, end_at) as end_kind,
        string_agg(distinct trigger_code, ',' order by trigger_code) as triggers,
        min(triggered_at) as first_exposed_at,
        min(ending_rank) as ending_rank,
        bool_or(is_logged) as is_logged_before_close,
        bool_or(is_accepted_price) as is_below_threshold_won,
        max(missing_price) as missing_price,
        max(missing_legal) as missing_legal,
        max(missing_c_level) as missing_c_level,
        max(missing_fit) as missing_fit,
    from ended
    group by as_of_on, opportunity_id, quarter_start_on
)

select
    joined.as_of_on,
    joined.opportunity_id,
    deals.opportunity_name,
    accounts.account_name,
    joined.rep_id,
    sellers.rep_name,
    coalesce(sellers.team, 'unassigned') as team,
    joined.quarter_start_on,
    joined.triggers,
    joined.first_exposed_at,
    case joined.ending_rank when 1 then 'broken' when 2 then 'excused' when 3 then 'held' when 4 then 'unknown' end
        as ending,
    case when joined.end_kind <> 'open' then joined.end_at end as ended_at,
    joined.end_kind,
    cast(cast(deals.price_amount as decimal(28, 4)) * cast(deals.rate_to_reporting as decimal(28, 8)) as decimal(18, 4))
        as price_amount,
    cast(
        cast(deals.threshold_amount as decimal(28, 4)) * cast(deals.rate_to_reporting as decimal(28, 8))
        as decimal(18, 4)
    ) as threshold_amount,
    cast(cast(deals.floor_amount as decimal(28, 4)) * cast(deals.rate_to_reporting as decimal(28, 8)) as decimal(18, 4))
        as floor_amount,
    deals.zone,
    joined.is_logged_before_close,
    joined.is_below_threshold_won,
    case when contains(joined.triggers, 'misfit') then misfits.misfit_fields end as misfit_fields,
    concat_ws(',', joined.missing_fit, joined.missing_price, joined.missing_c_level, joined.missing_legal)
        as missing_approvals,
from joined
left join staging.deals as deals
    on joined.as_of_on = deals.as_of_on
    and joined.opportunity_id = deals.opportunity_id
left join staging.accounts as accounts
    on joined.as_of_on = accounts.as_of_on
    and deals.account_id = accounts.account_id
left join staging.sellers as sellers
    on joined.as_of_on = sellers.as_of_on
    and joined.rep_id = sellers.rep_id
left join working.account_misfits as misfits
    on joined.as_of_on = misfits.as_of_on
    and deals.account_id = misfits.account_id
