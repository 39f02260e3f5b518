-- Declines and returns of a group in the quarter of the as-of date.
-- One row per as-of date and group that has one. Protected margin is of verified declines only.
with declines as (
    select
        members.as_of_on,
        members.group_kind,
        members.group_id,
        declined.opportunity_id,
        declined.demanded_amount,
        declined.margin_protected_amount,
        declined.is_verified,
        declined.is_good_decline,
        declined.quarter_start_on = weeks.quarter_start_on as is_quarter,
        declined.returned_at >= weeks.quarter_start_at and declined.returned_at < weeks.as_of_end_at
            as is_returned_in_quarter,
    from scores.declined_deals as declined
    inner join staging.weeks as weeks
        on declined.as_of_on = weeks.as_of_on
    inner join working.groups as members
        on declined.as_of_on = members.as_of_on
        and declined.rep_id = members.rep_id
)

select
    as_of_on,
    group_kind,
    group_id,
    count(case when is_quarter then 1 end) as declined_count,
    coalesce(sum(case when is_quarter then demanded_amount end), 0) as declined_amount,
    coalesce(sum(case when is_quarter and is_verified then margin_protected_amount end), 0) as margin_protected_amount,
    count(case when is_quarter and is_good_decline then 1 end) as good_decline_count,
    count(case when is_returned_in_quarter then 1 end) as returned_count,
from declines
group by as_of_on, group_kind, group_id
