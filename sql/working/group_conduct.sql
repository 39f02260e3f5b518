-- The conduct of a rep, a team and the company: the counts of the reps of a group added up, every deal with its owner once.
-- One row per as-of date and group, over the quarter to date and the four before it.
select
    members.as_of_on,
    members.group_kind,
    members.group_id,
    cast(sum(concessions.concession_count) as bigint) as concession_count,
    cast(sum(concessions.offered_concession_count) as bigint) as offered_concession_count,
    cast(sum(concessions.timed_concession_count) as bigint) as timed_concession_count,
    cast(sum(concessions.fast_concession_count) as bigint) as fast_concession_count,
    cast(sum(concessions.unpaid_concession_count) as bigint) as unpaid_concession_count,
    cast(sum(concessions.levered_concession_count) as bigint) as levered_concession_count,
    cast(sum(concessions.price_only_concession_count) as bigint) as price_only_concession_count,
    cast(sum(concessions.after_final_count) as bigint) as after_final_count,
    cast(sum(concessions.conceded_deal_count) as bigint) as conceded_deal_count,
    cast(sum(concessions.phased_deal_count) as bigint) as phased_deal_count,
    cast(sum(concessions.early_deal_count) as bigint) as early_deal_count,
    cast(sum(concessions.first_gap_deal_count) as bigint) as first_gap_deal_count,
    cast(sum(concessions.large_first_deal_count) as bigint) as large_first_deal_count,
    cast(sum(concessions.listed_deal_count) as bigint) as listed_deal_count,
    cast(sum(concessions.readiness_known_count) as bigint) as readiness_known_count,
    cast(sum(concessions.readiness_met_count) as bigint) as readiness_met_count,
    cast(sum(concessions.answer_count) as bigint) as answer_count,
    cast(sum(concessions.held_answer_count) as bigint) as held_answer_count,
    cast(sum(concessions.final_deal_count) as bigint) as final_deal_count,
    cast(sum(concessions.broken_final_deal_count) as bigint) as broken_final_deal_count,
    cast(sum(concessions.first_gap_share_sum) as double) as first_gap_share_sum,
    cast(sum(timing.late_change_count) as bigint) as late_change_count,
    cast(sum(timing.late_accepted_fast_count) as bigint) as late_accepted_fast_count,
    cast(sum(timing.late_traded_count) as bigint) as late_traded_count,
    cast(sum(timing.late_alternative_count) as bigint) as late_alternative_count,
    cast(sum(timing.pulled_date_count) as bigint) as pulled_date_count,
    cast(sum(timing.quarter_end_date_count) as bigint) as quarter_end_date_count,
    cast(sum(timing.won_count) as bigint) as won_count,
    cast(sum(timing.quarter_end_won_count) as bigint) as quarter_end_won_count,
    cast(sum(timing.lined_won_count) as bigint) as lined_won_count,
    cast(sum(timing.below_threshold_won_count) as bigint) as below_threshold_won_count,
    cast(sum(timing.hug_count) as bigint) as hug_count,
    cast(sum(timing.crossing_count) as bigint) as crossing_count,
    cast(sum(timing.table_count) as bigint) as table_count,
    cast(sum(timing.contacted_table_count) as bigint) as contacted_table_count,
    cast(sum(timing.single_threaded_count) as bigint) as single_threaded_count,
from working.groups as members
inner join working.rep_concessions as concessions
    on members.as_of_on = concessions.as_of_on
    and members.rep_id = concessions.rep_id
inner join working.rep_timing as timing
    on members.as_of_on = timing.as_of_on
    and members.rep_id = timing.rep_id
group by members.as_of_on, members.group_kind, members.group_id
