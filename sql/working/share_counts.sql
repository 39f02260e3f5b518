-- Every pair of counts of which a share is shown with its interval (03-metrics.md, section 0, small samples).
-- One row per distinct pair; working.jeffreys answers each of them.
with pairs as (
    select hug_count as success_count, lined_won_count as trial_count from working.group_endings
    union all
    select won_count, deal_count from working.win_calibration
    union all
    select won_count, deal_count from working.without_calibration
    union all
    select count(case when is_below_threshold then 1 end), count(zone)
    from working.won_prices
    group by as_of_on, quarter_start_on, week_number
    union all
    select held_count, held_count + excused_count + broken_count from working.group_exposures
    union all
    select held_4q_count, held_4q_count + excused_4q_count + broken_4q_count from working.group_exposures
    union all
    select returned_count, ended_count from working.return_counts
    union all
    select approved_count, approved_count + refused_count from working.approval_counts
    union all
    select below_threshold_count, lined_count from working.precedent_sums
    union all
    select churned_count, told_count from working.sign_counts
    union all
    select fast_concession_count, timed_concession_count from working.group_conduct
    union all
    select unpaid_concession_count, offered_concession_count from working.group_conduct
    union all
    select price_only_concession_count, levered_concession_count from working.group_conduct
    union all
    select early_deal_count, phased_deal_count from working.group_conduct
    union all
    select large_first_deal_count, first_gap_deal_count from working.group_conduct
    union all
    select held_answer_count, answer_count from working.group_conduct
    union all
    select late_accepted_fast_count, late_change_count from working.group_conduct
    union all
    select single_threaded_count, contacted_table_count from working.group_conduct
    union all
    select below_threshold_won_count, lined_won_count from working.group_conduct
    union all
    select hug_count, lined_won_count from working.group_conduct
    union all
    select readiness_met_count, readiness_known_count from working.group_conduct
    union all
    select waiting_moment_count, moment_count from working.group_signals
)

select distinct
    success_count,
    trial_count,
from pairs
where trial_count > 0
