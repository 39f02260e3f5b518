-- How a rep conducts negotiations, and what a buyer can read from it beside what the rep's quarter rests on: facts, never a character.
-- One row per rep and as-of date, over the quarter to date and the four before it (from_on). Told of a single rep is only what
-- scores.rep_differences reports: signal_facts lists those measures. signal_disagreement: strong_reads_weak, weak_reads_strong; none where
-- the strength has no word (working.bands).
with told as (
    select
        differences.as_of_on,
        differences.rep_id,
        string_agg(distinct differences.measure, ',' order by differences.measure) as signal_facts,
        bool_or(
            (differences.measure in ('fast_concession', 'unpaid_concession', 'large_first_concession', 'broken_final')
            and differences.direction = 'above')
            or (differences.measure in ('waiting_moment', 'held_answer') and differences.direction = 'below')
        ) as is_reading_weak,
        bool_or(
            (differences.measure in ('fast_concession', 'unpaid_concession', 'large_first_concession', 'broken_final')
            and differences.direction = 'below')
            or (differences.measure in ('waiting_moment', 'held_answer') and differences.direction = 'above')
        ) as is_reading_strong,
    from scores.rep_differences as differences
    inner join staging.weeks as weeks
        on differences.as_of_on = weeks.as_of_on
    where differences.is_reported
    group by differences.as_of_on, differences.rep_id
)

select
    sellers.rep_id,
    sellers.rep_name,
    sellers.team,
    conduct.as_of_on,
    strength.batna_strength,
    case
        when bands.batna_band = 'strong' and told.is_reading_weak and not told.is_reading_strong
            then 'strong_reads_weak'
        when bands.batna_band = 'weak' and told.is_reading_strong and not told.is_reading_weak
            then 'weak_reads_strong'
    end as signal_disagreement,
    coalesce(told.signal_facts, '') as signal_facts,
    conduct.from_on,
    conduct.concession_count,
    conduct.offered_concession_count,
    conduct.timed_concession_count,
    conduct.fast_concession_count,
    conduct.unpaid_concession_count,
    conduct.levered_concession_count,
    conduct.price_only_concession_count,
    conduct.after_final_count,
    conduct.conceded_deal_count,
    conduct.phased_deal_count,
    conduct.early_deal_count,
    conduct.first_gap_deal_count,
    conduct.large_first_deal_count,
    conduct.listed_deal_count,
    conduct.readiness_known_count,
    conduct.readiness_met_count,
    conduct.answer_count,
    conduct.held_answer_count,
    conduct.final_deal_count,
    conduct.broken_final_deal_count,
    conduct.late_change_count,
    conduct.late_accepted_fast_count,
    conduct.late_traded_count,
    conduct.late_alternative_count,
    conduct.pulled_date_count,
    conduct.quarter_end_date_count,
    conduct.won_count,
    conduct.quarter_end_won_count,
    conduct.lined_won_count,
    conduct.below_threshold_won_count,
    conduct.hug_count,
    conduct.crossing_count,
    conduct.table_count,
    conduct.contacted_table_count,
    conduct.single_threaded_count,
    conduct.unneeded_discount_amount,
    conduct.pressure_discount_amount,
    conduct.mean_first_gap_share,
    conduct.fast_concession_share,
    conduct.fast_concession_share_low,
    conduct.fast_concession_share_high,
    conduct.unpaid_concession_share,
    conduct.unpaid_concession_share_low,
    conduct.unpaid_concession_share_high,
    conduct.price_only_concession_share,
    conduct.price_only_concession_share_low,
    conduct.price_only_concession_share_high,
    conduct.early_concession_share,
    conduct.early_concession_share_low,
    conduct.early_concession_share_high,
    conduct.large_first_concession_share,
    conduct.large_first_concession_share_low,
    conduct.large_first_concession_share_high,
    conduct.held_answer_share,
    conduct.held_answer_share_low,
    conduct.held_answer_share_high,
    conduct.late_accepted_fast_share,
    conduct.late_accepted_fast_share_low,
    conduct.late_accepted_fast_share_high,
    conduct.single_threaded_share,
    conduct.single_threaded_share_low,
    conduct.single_threaded_share_high,
    conduct.below_threshold_won_share,
    conduct.below_threshold_won_share_low,
    conduct.below_threshold_won_share_high,
    conduct.hug_share,
    conduct.hug_share_low,
    conduct.hug_share_high,
    conduct.readiness_met_share,
    conduct.readiness_met_share_low,
    conduct.readiness_met_share_high,
    conduct.waiting_moment_count,
    conduct.moment_count,
    conduct.signalled_strength,
    conduct.signalled_strength_low,
    conduct.signalled_strength_high,
from working.group_conduct_shares as conduct
inner join staging.sellers as sellers
    on conduct.as_of_on = sellers.as_of_on
    and conduct.group_id = sellers.rep_id
left join working.group_strength as strength
    on conduct.as_of_on = strength.as_of_on
    and conduct.group_kind = strength.book_kind
    and conduct.group_id = strength.book_id
left join working.bands as bands
    on conduct.as_of_on = bands.as_of_on
    and conduct.group_kind = bands.book_kind
    and conduct.group_id = bands.book_id
left join told
    on conduct.as_of_on = told.as_of_on
    and conduct.group_id = told.rep_id
where conduct.group_kind = 'rep'
