-- What was known against a won deal before it was signed: red flags, a misfit, every reason to walk away; and none, and all.
-- One row per as-of date, won deal of which something later was told, kind of sign and code.
with later as (
    select
        outcomes.as_of_on,
        outcomes.opportunity_id,
        max_by(outcomes.status, outcomes.told_on) as status,
        max_by(outcomes.realised_margin_amount, outcomes.told_on) as margin_amount,
        max_by(outcomes.support_cost_amount, outcomes.told_on) as support_amount,
    from working.known_outcomes as outcomes
    group by outcomes.as_of_on, outcomes.opportunity_id
),

told as (
    select
        later.*,
        deals.closing_at,
        deals.account_id,
        deals.price_amount,
    from later
    inner join staging.deals as deals
        on later.as_of_on = deals.as_of_on
        and later.opportunity_id = deals.opportunity_id
    where deals.outcome = 'won'
),

flags as (
    select distinct
        told.as_of_on,
        told.opportunity_id,
        flags.flag,
    from told
    inner join working.red_flags as flags
        on told.as_of_on = flags.as_of_on
        and told.opportunity_id = flags.opportunity_id
        and coalesce(flags.observed_at <= told.closing_at, true)
),

triggers as (
    select distinct
        told.as_of_on,
        told.opportunity_id,
        endings.trigger_code,
    from told
    inner join working.trigger_endings as endings
        on told.as_of_on = endings.as_of_on
        and told.opportunity_id = endings.opportunity_id
        and endings.end_kind = 'won'
        and endings.ending in ('broken', 'excused')
),

signs as (
    select as_of_on, opportunity_id, 'red_flag' as sign_kind, flag as code from flags
    union all
    select distinct as_of_on, opportunity_id, 'red_flag', 'any' from flags
    union all
    select as_of_on, opportunity_id, 'accepted_trigger', trigger_code from triggers
    union all
    select distinct as_of_on, opportunity_id, 'accepted_trigger', 'any' from triggers
    union all
    select told.as_of_on, told.opportunity_id, 'fit', case when misfits.is_misfit then 'misfit' else 'fit' end
    from told
    inner join working.account_misfits as misfits
        on told.as_of_on = misfits.as_of_on
        and told.account_id = misfits.account_id
    union all
    select as_of_on, opportunity_id, 'all', 'all' from told
    union all
    select told.as_of_on, told.opportunity_id, 'all', 'no_sign'
    from told
    left join flags
        on told.as_of_on = flags.as_of_on
        and told.opportunity_id = flags.opportunity_id
    left join triggers
        on told.as_of_on = triggers.as_of_on
        and told.opportunity_id = triggers.opportunity_id
    where flags.opportunity_id is null and triggers.opportunity_id is null
)

select
    signs.as_of_on,
    signs.opportunity_id,
    signs.sign_kind,
    signs.code,
    told.status,
    cast(told.margin_amount as double) / nullif(cast(told.price_amount as double), 0) as margin_share,
    cast(told.support_amount as double) / nullif(cast(told.price_amount as double), 0) as support_share,
from signs
inner join told
    on signs.as_of_on = told.as_of_on
    and signs.opportunity_id = told.opportunity_id
