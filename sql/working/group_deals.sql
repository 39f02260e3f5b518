-- The deals of a group that are open or ended in this quarter or the four before, each with the share of its money that belongs there.
-- One row per as-of date, group and opportunity.
with current_deals as (
    select
        deals.as_of_on,
        deals.opportunity_id,
    from working.dated_deals as deals
    inner join staging.weeks as weeks
        on deals.as_of_on = weeks.as_of_on
    where deals.ended_on is null
        or deals.ended_on >= weeks.history_start_on
)

select
    groups.as_of_on,
    groups.group_kind,
    groups.group_id,
    shares.opportunity_id,
    sum(shares.share) as share,
from current_deals as deals
inner join working.deal_shares as shares
    on deals.as_of_on = shares.as_of_on
    and deals.opportunity_id = shares.opportunity_id
inner join working.groups as groups
    on shares.as_of_on = groups.as_of_on
    and shares.rep_id = groups.rep_id
group by groups.as_of_on, groups.group_kind, groups.group_id, shares.opportunity_id
