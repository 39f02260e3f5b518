-- Reasons to walk away from a deal as it stands, and the approvals that it would need to be signed so.
-- One row per as-of date and open deal that has a reason. is_barred: no approval would do.
with reasons as (
    select
        endings.as_of_on,
        endings.opportunity_id,
        endings.trigger_code,
        coalesce(endings.is_cured, false) as is_cured,
        endings.is_granted,
        endings.trigger_code = 'term' and endings.is_incurable and not coalesce(endings.is_cured, false) as is_barred,
        endings.missing_price,
        endings.missing_legal,
        endings.missing_c_level,
        endings.missing_fit,
    from working.trigger_endings as endings
    where endings.end_kind = 'open'
    union all
    select
        deals.as_of_on,
        deals.opportunity_id,
        'price_' || deals.zone,
        false,
        approvals.opportunity_id is not null,
        deals.zone = 'walk',
        case when deals.zone = 'approval' and approvals.opportunity_id is null then 'price:vp' end,
        cast(null as varchar),
        cast(null as varchar),
        cast(null as varchar),
    from staging.deals as deals
    left join working.price_approvals as approvals
        on deals.as_of_on = approvals.as_of_on
        and deals.opportunity_id = approvals.opportunity_id
        and deals.line_at = approvals.line_at
    where deals.outcome = 'open'
        and deals.zone in ('approval', 'walk')
)

select
    as_of_on,
    opportunity_id,
    string_agg(distinct trigger_code, ',' order by trigger_code) as triggers,
    concat_ws(',', max(missing_fit), max(missing_price), max(missing_c_level), max(missing_legal)) as missing_approvals,
    bool_or(is_barred) as is_barred,
    bool_or(trigger_code in ('misfit', 'red_flags') and missing_fit is not null) as is_unfit,
    bool_or(trigger_code = 'time_trap' and missing_fit is not null) as is_trap,
    bool_or(trigger_code = 'scope' and not is_cured and not is_granted) as is_scope_open,
from reasons
group by as_of_on, opportunity_id
