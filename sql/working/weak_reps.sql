-- How many reps of a group have a strength under the line for weak.
-- One row per as-of date and group. NULL where no rep has a strength.
select
    members.as_of_on,
    members.group_kind,
    members.group_id,
    case
        when count(strength.batna_strength) > 0
            then count(case when strength.batna_strength < parameters.weak_below then 1 end)
    end as weak_rep_count,
    count(strength.batna_strength) as scored_rep_count,
from working.groups as members
cross join staging.parameters as parameters
left join working.group_strength as strength
    on members.as_of_on = strength.as_of_on
    and strength.book_kind = 'rep'
    and members.rep_id = strength.book_id
group by members.as_of_on, members.group_kind, members.group_id
