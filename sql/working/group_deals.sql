-- The deals of a group, each counted once with the share of its money that belongs there.
-- One row per as-of date, group and opportunity.
select
    groups.as_of_on,
    groups.group_kind,
    groups.group_id,
    shares.opportunity_id,
    sum(shares.share) as share,
from working.groups as groups
inner join working.deal_shares as shares
    on groups.as_of_on = shares.as_of_on
    and groups.rep_id = shares.rep_id
group by groups.as_of_on, groups.group_kind, groups.group_id, shares.opportunity_id
