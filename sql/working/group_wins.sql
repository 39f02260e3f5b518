-- Money won in the quarter so far by everybody of a group, with or without a quota.
-- One row per as-of date and group that has won.
select
    members.as_of_on,
    members.group_kind,
    members.group_id,
    cast(sum(won.won_amount) as decimal(18, 4)) as won_amount,
    count(distinct won.opportunity_id) as won_deal_count,
    count(distinct case when members.quota_amount > 0 then won.opportunity_id end) as quota_won_deal_count,
from working.groups as members
inner join working.won_money as won
    on members.as_of_on = won.as_of_on
    and members.rep_id = won.rep_id
group by members.as_of_on, members.group_kind, members.group_id
