-- The conduct of a rep, a team and the company with its shares and their 90 % bounds; NULL where nothing tells of it.
-- One row per as-of date and group, over the quarter to date and the four before it.
with loaded as (
    select
        weeks.as_of_on,
        bool_or(coalesce(entities.entity = 'offers', false)) as has_offers,
        bool_or(coalesce(entities.entity = 'contacts', false)) as has_contacts,
        bool_or(coalesce(entities.entity = 'change_requests', false)) as has_change_requests,
        bool_or(coalesce(entities.entity = 'readiness', false)) as has_readiness,
    from staging.weeks as weeks
    left join staging.loaded_entities as entities
        on weeks.as_of_on = entities.as_of_on
    group by weeks.as_of_on
),

quotas as (
    select
        weeks.as_of_on,
        count(quotas.quota_amount) > 0 as has_quotas,
    from staging.weeks as weeks
    left join working.quarter_quotas as quotas
        on weeks.as_of_on = quotas.as_of_on
    group by weeks.as_of_on
)

select
    conduct.as_of_on,
    conduct.group_kind,
    conduct.group_id,
    windows.from_on,
    conduct.concession_count,
    case when loaded.has_offers then conduct.offered_concession_count end as offered_concession_count,
    case when loaded.has_offers then conduct.timed_concession_count end as timed_concession_count,
    case when loaded.has_offers then conduct.fast_concession_count end as fast_concession_count,
    case when details.has_trades then conduct.unpaid_concession_count end as unpaid_concession_count,
    case when details.has_levers then conduct.levered_concession_count end as levered_concession_count,
    case when details.has_levers then conduct.price_only_concession_count end as price_only_concession_count,
    case when details.has_finals then conduct.after_final_count end as after_final_count,
    conduct.conceded_deal_count,
    conduct.phased_deal_count,
    conduct.early_deal_count,
    case when loaded.has_offers then conduct.first_gap_deal_count end as first_gap_deal_count,
    case when loaded.has_offers then conduct.large_first_deal_count end as large_first_deal_count,
    case when loaded.has_readiness then conduct.listed_deal_count end as listed_deal_count,
    case when loaded.has_readiness then conduct.readiness_known_count end as readiness_known_count,
    case when loaded.has_readiness then conduct.readiness_met_count end as readiness_met_count,
    case when loaded.has_offers then conduct.answer_count end as answer_count,
    case when loaded.has_offers then conduct.held_answer_count end as held_answer_count,
    case when details.has_finals then conduct.final_deal_count end as final_deal_count,
    case when details.has_finals then conduct.broken_final_deal_count end as broken_final_deal_count,
    case when loaded.has_change_requests then conduct.late_change_count end as late_change_count,
    case when loaded.has_change_requests then conduct.late_accepted_fast_count end as late_accepted_fast_count,
    case when loaded.has_change_requests then conduct.late_traded_count end as late_traded_count,
    case when loaded.has_change_requests then conduct.late_alternative_count end as late_alternative_count,
    conduct.pulled_date_count,
    conduct.quarter_end_date_count,
    conduct.won_count,
    conduct.quarter_end_won_count,
    case when lines.has_lines then conduct.lined_won_count end as lined_won_count,
    case when lines.has_lines then conduct.below_threshold_won_count end as below_threshold_won_count,
    case when lines.has_lines then conduct.hug_count end as hug_count,
    case when lines.has_lines and quotas.has_quotas then conduct.crossing_count end as crossing_count,
    conduct.table_count,
    case when loaded.has_contacts then conduct.contacted_table_count end as contacted_table_count,
    case when loaded.has_contacts then conduct.single_threaded_count end as single_threaded_count,
    discounts.unneeded_discount_amount,
    discounts.pressure_discount_amount,
    conduct.first_gap_share_sum / nullif(conduct.first_gap_deal_count, 0) as mean_first_gap_share,
    cast(conduct.fast_concession_count as double) / nullif(conduct.timed_concession_count, 0) as fast_concession_share,
    fast_concession_bounds.share_low as fast_concession_share_low,
    fast_concession_bounds.share_high as fast_concession_share_high,
    case when details.has_trades then cast(conduct.unpaid_concession_count as double) / nullif(conduct.offered_concession_count, 0) end as unpaid_concession_share,
    case when details.has_trades then unpaid_concession_bounds.share_low end as unpaid_concession_share_low,
    case when details.has_trades then unpaid_concession_bounds.share_high end as unpaid_concession_share_high,
    cast(conduct.price_only_concession_count as double) / nullif(conduct.levered_concession_count, 0) as price_only_concession_share,
    price_only_concession_bounds.share_low as price_only_concession_share_low,
    price_only_concession_bounds.share_high as price_only_concession_share_high,
    cast(conduct.early_deal_count as double) / nullif(conduct.phased_deal_count, 0) as early_concession_share,
    early_concession_bounds.share_low as early_concession_share_low,
    early_concession_bounds.share_high as early_concession_share_high,
    cast(conduct.large_first_deal_count as double) / nullif(conduct.first_gap_deal_count, 0) as large_first_concession_share,
    large_first_concession_bounds.share_low as large_first_concession_share_low,
    large_first_concession_bounds.share_high as large_first_concession_share_high,
    cast(conduct.held_answer_count as double) / nullif(conduct.answer_count, 0) as held_answer_share,
    held_answer_bounds.share_low as held_answer_share_low,
    held_answer_bounds.share_high as held_answer_share_high,
    cast(conduct.late_accepted_fast_count as double) / nullif(conduct.late_change_count, 0) as late_accepted_fast_share,
    late_accepted_fast_bounds.share_low as late_accepted_fast_share_low,
    late_accepted_fast_bounds.share_high as late_accepted_fast_share_high,
    cast(conduct.single_threaded_count as double) / nullif(conduct.contacted_table_count, 0) as single_threaded_share,
    single_threaded_bounds.share_low as single_threaded_share_low,
    single_threaded_bounds.share_high as single_threaded_share_high,
    case when lines.has_lines then cast(conduct.below_threshold_won_count as double) / nullif(conduct.lined_won_count, 0) end as below_threshold_won_share,
    case when lines.has_lines then below_threshold_won_bounds.share_low end as below_threshold_won_share_low,
    case when lines.has_lines then below_threshold_won_bounds.share_high end as below_threshold_won_share_high,
    case when lines.has_lines then cast(conduct.hug_count as double) / nullif(conduct.lined_won_count, 0) end as hug_share,
    case when lines.has_lines then hug_bounds.share_low end as hug_share_low,
    case when lines.has_lines then hug_bounds.share_high end as hug_share_high,
    cast(conduct.readiness_met_count as double) / nullif(conduct.readiness_known_count, 0) as readiness_met_share,
    readiness_met_bounds.share_low as readiness_met_share_low,
    readiness_met_bounds.share_high as readiness_met_share_high,
    signals.waiting_moment_count,
    signals.moment_count,
    100 * cast(signals.waiting_moment_count as double) / nullif(signals.moment_count, 0) as signalled_strength,
    100 * signal_bounds.share_low as signalled_strength_low,
    100 * signal_bounds.share_high as signalled_strength_high,
from working.group_conduct as conduct
inner join working.conduct_windows as windows
    on conduct.as_of_on = windows.as_of_on
inner join working.offer_details as details
    on conduct.as_of_on = details.as_of_on
inner join working.line_sources as lines
    on conduct.as_of_on = lines.as_of_on
inner join loaded
    on conduct.as_of_on = loaded.as_of_on
inner join quotas
    on conduct.as_of_on = quotas.as_of_on
inner join working.group_signals as signals
    on conduct.as_of_on = signals.as_of_on
    and conduct.group_kind = signals.group_kind
    and conduct.group_id = signals.group_id
left join working.group_discounts as discounts
    on conduct.as_of_on = discounts.as_of_on
    and conduct.group_kind = discounts.group_kind
    and conduct.group_id = discounts.group_id
left join working.jeffreys as signal_bounds
    on signals.waiting_moment_count = signal_bounds.success_count
    and signals.moment_count = signal_bounds.trial_count
left join working.jeffreys as fast_concession_bounds
    on conduct.fast_concession_count = fast_concession_bounds.success_count
    and conduct.timed_concession_count = fast_concession_bounds.trial_count
left join working.jeffreys as unpaid_concession_bounds
    on conduct.unpaid_concession_count = unpaid_concession_bounds.success_count
    and conduct.offered_concession_count = unpaid_concession_bounds.trial_count
left join working.jeffreys as price_only_concession_bounds
    on conduct.price_only_concession_count = price_only_concession_bounds.success_count
    and conduct.levered_concession_count = price_only_concession_bounds.trial_count
left join working.jeffreys as early_concession_bounds
    on conduct.early_deal_count = early_concession_bounds.success_count
    and conduct.phased_deal_count = early_concession_bounds.trial_count
left join working.jeffreys as large_first_concession_bounds
    on conduct.large_first_deal_count = large_first_concession_bounds.success_count
    and conduct.first_gap_deal_count = large_first_concession_bounds.trial_count
left join working.jeffreys as held_answer_bounds
    on conduct.held_answer_count = held_answer_bounds.success_count
    and conduct.answer_count = held_answer_bounds.trial_count
left join working.jeffreys as late_accepted_fast_bounds
    on conduct.late_accepted_fast_count = late_accepted_fast_bounds.success_count
    and conduct.late_change_count = late_accepted_fast_bounds.trial_count
left join working.jeffreys as single_threaded_bounds
    on conduct.single_threaded_count = single_threaded_bounds.success_count
    and conduct.contacted_table_count = single_threaded_bounds.trial_count
left join working.jeffreys as below_threshold_won_bounds
    on conduct.below_threshold_won_count = below_threshold_won_bounds.success_count
    and conduct.lined_won_count = below_threshold_won_bounds.trial_count
left join working.jeffreys as hug_bounds
    on conduct.hug_count = hug_bounds.success_count
    and conduct.lined_won_count = hug_bounds.trial_count
left join working.jeffreys as readiness_met_bounds
    on conduct.readiness_met_count = readiness_met_bounds.success_count
    and conduct.readiness_known_count = readiness_met_bounds.trial_count
