-- Shares in which a rep may differ from the team: single reps are told of only through scores.rep_differences.
-- One row per as-of date, measure and rep; over the quarter to date and the four before it where a measure does not say otherwise.
with conduct as (
    select
        conduct.*,
        details.has_trades,
        details.has_finals,
    from working.group_conduct as conduct
    inner join working.offer_details as details
        on conduct.as_of_on = details.as_of_on
    where conduct.group_kind = 'rep'
)

select
    as_of_on,
    'fast_concession' as measure,
    group_id as rep_id,
    fast_concession_count as success_count,
    timed_concession_count as trial_count,
from conduct
union all
select as_of_on, 'unpaid_concession', group_id, unpaid_concession_count, offered_concession_count from conduct where has_trades
union all
select as_of_on, 'price_only_concession', group_id, price_only_concession_count, levered_concession_count from conduct
union all
select as_of_on, 'early_concession', group_id, early_deal_count, phased_deal_count from conduct
union all
select as_of_on, 'large_first_concession', group_id, large_first_deal_count, first_gap_deal_count from conduct
union all
select as_of_on, 'held_answer', group_id, held_answer_count, answer_count from conduct
union all
select as_of_on, 'broken_final', group_id, broken_final_deal_count, final_deal_count from conduct where has_finals
union all
select as_of_on, 'late_accepted_fast', group_id, late_accepted_fast_count, late_change_count from conduct
union all
select as_of_on, 'single_threaded', group_id, single_threaded_count, contacted_table_count from conduct
union all
select as_of_on, 'hug', group_id, hug_count, lined_won_count from conduct
union all
select as_of_on, 'below_threshold_won', group_id, below_threshold_won_count, lined_won_count from conduct
union all
select as_of_on, 'waiting_moment', group_id, waiting_moment_count, moment_count
from working.group_signals
where group_kind = 'rep'
union all
select
    exposures.as_of_on, 'held', exposures.group_id,
    exposures.held_count + exposures.held_4q_count,
    exposures.held_count + exposures.excused_count + exposures.broken_count
    + exposures.held_4q_count + exposures.excused_4q_count + exposures.broken_4q_count,
from working.group_exposures as exposures
inner join working.exposure_sources as sources
    on exposures.as_of_on = sources.as_of_on
where exposures.group_kind = 'rep' and sources.has_endings
union all
select
    exposures.as_of_on, 'unlogged', exposures.group_id,
    exposures.unlogged_count + exposures.unlogged_4q_count,
    exposures.below_won_count + exposures.below_won_4q_count,
from working.group_exposures as exposures
inner join working.exposure_sources as sources
    on exposures.as_of_on = sources.as_of_on
where exposures.group_kind = 'rep' and sources.has_logs
