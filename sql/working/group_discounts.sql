-- What a group gave away below the expected price in quarters that were safe, and under pressure.
-- One row per as-of date and group with such a deal, over the quarter to date and the four before it. Reporting currency.
select
    members.as_of_on,
    members.group_kind,
    members.group_id,
    cast(sum(discounts.unneeded_discount_amount) as decimal(18, 4)) as unneeded_discount_amount,
    cast(sum(discounts.pressure_discount_amount) as decimal(18, 4)) as pressure_discount_amount,
from working.groups as members
inner join working.conduct_windows as windows
    on members.as_of_on = windows.as_of_on
inner join scores.unneeded_discounts as discounts
    on members.as_of_on = discounts.as_of_on
    and members.rep_id = discounts.rep_id
    and discounts.closed_on >= windows.from_on
group by members.as_of_on, members.group_kind, members.group_id
