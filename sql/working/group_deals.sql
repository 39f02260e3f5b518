-- The open deals of a group, each with the share of its money that belongs there.
-- One row per as-of date, group and opportunity.
select
    groups.as_of_on,
    groups.group_kind,
    groups.group_id,
    shares.opportunity_id,
    sum(shares.share) as share,
from working.dated_deals as deals
inner join working.deal_shares as shares
    on deals.as_of_on = shares.as_of_on
    and deals.opportunity_id = shares.opportunity_id
inner join working.groups as groups
    on shares.as_of_on = groups.as_of_on
    and shares.rep_id = groups.rep_id
where deals.outcome = 'open'
group by groups.as_of_on, groups.group_kind, groups.group_id, shares.opportunity_id
