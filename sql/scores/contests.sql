-- What people contest: a row about them or about a deal, what is wrong with it and where the contest stands on the date.
-- One row per contest and as-of date. A contest changes no number; an accepted one says in settlement what mends it.
-- filed_rep_id is the rep as the contest named one: part of what tells it from others when its settlement comes in.
with versions as (
    select
        weeks.as_of_on,
        weeks.as_of_end_at,
        corrections.*,
        row_number() over (
            partition by
                weeks.as_of_on,
                corrections.row_kind,
                corrections.opportunity_id,
                corrections.rep_id,
                corrections.measure,
                corrections.contested_at
            order by corrections.version_from_at desc, corrections.file_number desc, corrections.record_number desc
        ) as recency,
    from staging.weeks as weeks
    inner join raw.corrections as corrections
        on corrections.file_number <= weeks.last_file_number
        and corrections.version_from_at < weeks.as_of_end_at
        and corrections.contested_at < weeks.as_of_end_at
),

latest as (
    select
        *,
        settled_at is not null and settled_at >= as_of_end_at as is_settled_later,
    from versions
    where recency = 1
)

select
    latest.as_of_on,
    latest.row_kind,
    latest.opportunity_id,
    coalesce(latest.rep_id, deals.rep_id) as rep_id,
    latest.rep_id as filed_rep_id,
    coalesce(sellers.team, 'unassigned') as team,
    deals.opportunity_name,
    latest.measure,
    latest.contested_at,
    latest.contested_by,
    latest.claim,
    latest.proposed_value,
    case when latest.is_settled_later then 'open' else latest.status end as status,
    case when not latest.is_settled_later then latest.settled_at end as settled_at,
    case when not latest.is_settled_later then latest.settled_by end as settled_by,
    case when not latest.is_settled_later then latest.settlement end as settlement,
    case
        when latest.row_kind = 'scorecard' then sellers.rep_id is not null
        when latest.row_kind = 'decline' then declines.opportunity_id is not null
        when latest.row_kind = 'accepted' then accepted.opportunity_id is not null
        else deals.opportunity_id is not null
    end as has_row,
from latest
left join staging.deals as deals
    on latest.as_of_on = deals.as_of_on
    and latest.opportunity_id = deals.opportunity_id
left join staging.sellers as sellers
    on latest.as_of_on = sellers.as_of_on
    and coalesce(latest.rep_id, deals.rep_id) = sellers.rep_id
left join (select distinct as_of_on, opportunity_id from scores.declined_deals) as declines
    on latest.as_of_on = declines.as_of_on
    and latest.opportunity_id = declines.opportunity_id
left join (select distinct as_of_on, opportunity_id from scores.should_have_declined) as accepted
    on latest.as_of_on = accepted.as_of_on
    and latest.opportunity_id = accepted.opportunity_id
