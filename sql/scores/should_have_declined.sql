-- Won deals that met a reason to walk away which was neither cured nor approved in time; under the floor nothing cures.
-- One row per accepted deal and as-of date, of all quarters. Money in reporting currency at closing (03-metrics.md, section 4).
with broken as (
    select
        as_of_on,
        opportunity_id,
        string_agg(distinct trigger_code, ',' order by trigger_code) as triggers,
        max(missing_price) as missing_price,
        max(missing_legal) as missing_legal,
        max(missing_c_level) as missing_c_level,
        max(missing_fit) as missing_fit,
    from working.trigger_endings
    where ending = 'broken'
        -- A demand that was not accepted at its price is no reason of the price that was.
        and (is_accepted_price or trigger_code not in ('price_approval', 'price_walk'))
    group by as_of_on, opportunity_id
),

-- What was approved after all, and why it does not count: kept apart, so that nobody is told "missing" of a late one.
faults as (
    select
        verdicts.as_of_on,
        verdicts.opportunity_id,
        bool_or(verdicts.is_late) as is_late,
        bool_or(verdicts.is_unjustified) as is_unjustified,
        bool_or(verdicts.is_wrong_role) as is_wrong_role,
    from working.approval_verdicts as verdicts
    inner join broken
        on verdicts.as_of_on = broken.as_of_on
        and verdicts.opportunity_id = broken.opportunity_id
        and case verdicts.kind
            when 'price' then broken.missing_price
            when 'term' then coalesce(broken.missing_legal, broken.missing_c_level)
            when 'fit' then broken.missing_fit
        end is not null
    where verdicts.decision = 'approved'
    group by verdicts.as_of_on, verdicts.opportunity_id
),

known_later as (
    select
        as_of_on,
        opportunity_id,
        max_by(status, told_on) as later_status,
    from working.known_outcomes
    group by as_of_on, opportunity_id
),

won as (
    select
        deals.*,
        broken.triggers,
        broken.missing_fit,
        broken.missing_price,
        broken.missing_c_level,
        broken.missing_legal,
        approvals.opportunity_id is not null as is_approved,
        cast(deals.rate_to_reporting as decimal(28, 8)) as rate,
    from staging.deals as deals
    inner join broken
        on deals.as_of_on = broken.as_of_on
        and deals.opportunity_id = broken.opportunity_id
    left join working.price_approvals as approvals
        on deals.as_of_on = approvals.as_of_on
        and deals.opportunity_id = approvals.opportunity_id
        and deals.line_at = approvals.line_at
)

select
    won.as_of_on,
    won.opportunity_id,
    won.opportunity_name,
    accounts.account_name,
    won.rep_id,
    sellers.rep_name,
    coalesce(sellers.team, 'unassigned') as team,
    quarters.quarter_start_on,
    won.closing_at as closed_at,
    won.closed_on,
    won.currency,
    cast(cast(won.price_amount as decimal(28, 4)) * won.rate as decimal(18, 4)) as price_amount,
    cast(cast(won.floor_amount as decimal(28, 4)) * won.rate as decimal(18, 4)) as floor_amount,
    cast(cast(won.threshold_amount as decimal(28, 4)) * won.rate as decimal(18, 4)) as threshold_amount,
    won.zone,
    won.triggers,
    concat_ws(',', won.missing_fit, won.missing_price, won.missing_c_level, won.missing_legal) as missing_approvals,
    case
        when won.missing_fit is null and won.missing_price is null and won.missing_c_level is null
            and won.missing_legal is null then ''
        when faults.is_late or faults.is_unjustified or faults.is_wrong_role
            then concat_ws(
                ',',
                case when faults.is_late then 'late' end,
                case when faults.is_unjustified then 'unjustified' end,
                case when faults.is_wrong_role then 'wrong_role' end
            )
        else 'missing'
    end as approval_faults,
    won.is_approved,
    case
        when won.floor_amount - won.price_amount is not null
            then cast(
                cast(greatest(0, won.floor_amount - won.price_amount) as decimal(28, 4)) * won.rate as decimal(18, 4)
            )
    end as loss_amount,
    case
        when won.threshold_amount - won.price_amount is not null
            then cast(
                cast(greatest(0, won.threshold_amount - won.price_amount) as decimal(28, 4)) * won.rate
                as decimal(18, 4)
            )
    end as below_threshold_amount,
    known_later.later_status,
from won
left join staging.quarters as quarters
    on won.closed_on between quarters.quarter_start_on and quarters.quarter_end_on
left join staging.accounts as accounts
    on won.as_of_on = accounts.as_of_on
    and won.account_id = accounts.account_id
left join staging.sellers as sellers
    on won.as_of_on = sellers.as_of_on
    and won.rep_id = sellers.rep_id
left join known_later
    on won.as_of_on = known_later.as_of_on
    and won.opportunity_id = known_later.opportunity_id
left join faults
    on won.as_of_on = faults.as_of_on
    and won.opportunity_id = faults.opportunity_id
