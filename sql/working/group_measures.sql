-- Every measure of a rep, a team and the company side by side; the scorecards are views of it.
-- One row per as-of date and group. Counts are NULL where the workspace has never told of such a thing, else 0.
with sizes as (
    select
        as_of_on,
        group_kind,
        group_id,
        count(*) as rep_count,
        count(case when quota_amount > 0 then 1 end) as quota_rep_count,
    from working.groups
    group by as_of_on, group_kind, group_id
),

told as (
    select
        weeks.as_of_on,
        count(case when loaded.entity in ('declines', 'decline_reviews') then 1 end) > 0 or max(mapped.has_mapping)
            as has_declines,
        count(case when loaded.entity in ('declines', 'decline_reviews', 'returns') then 1 end) > 0 as has_returns,
    from staging.weeks as weeks
    left join staging.loaded_entities as loaded
        on weeks.as_of_on = loaded.as_of_on
    cross join (
        select count(*) > 0 as has_mapping from staging.loss_reasons where outcome = 'declined'
    ) as mapped
    group by weeks.as_of_on
),

banded as (
    select
        strength.*,
        strength.attainment_probability < parameters.out_of_reach_share and not strength.is_made as is_out_of_reach,
        parameters.weak_below,
    from working.group_strength as strength
    cross join staging.parameters as parameters
)

select
    sizes.as_of_on,
    sizes.group_kind,
    sizes.group_id,
    weeks.quarter_start_on,
    sizes.rep_count,
    sizes.rep_count - sizes.quota_rep_count as quota_missing_rep_count,
    strength.quota_amount,
    coalesce(strength.won_amount, won.won_amount, 0) as won_amount,
    coalesce(case when strength.won_amount is null then won.won_deal_count else won.quota_won_deal_count end, 0)
        as counted_won_count,
    strength.gap_amount,
    strength.attainment_probability,
    strength.batna_strength,
    strength.batna_strength_low,
    strength.batna_strength_high,
    strength.batna_basis,
    strength.is_exact,
    strength.surviving_share,
    strength.expected_amount,
    strength.covering_pair_share,
    strength.smallest_covering_count,
    strength.top_deal_gap_share,
    strength.effective_deal_count,
    strength.pipeline_cover_ratio,
    strength.pipeline_cover_without_top_ratio,
    strength.all_won_misses,
    strength.is_out_of_reach,
    strength.unborn_amount,
    bands.batna_band,
    bands.band_withheld_reason,
    usual.usual_weak_share,
    usual.usual_rep_count,
    next_books.quota_amount as next_quarter_quota_amount,
    next_quarter.next_quarter_strength,
    needed.deals_needed,
    case when needed.deals_needed > 0 then new_deals.deals_needed_by_on end as deals_needed_by_on,
    case when strength.gap_amount > 0 then new_deals.new_deal_source end as new_deal_source,
    case when strength.gap_amount > 0 then new_deals.new_deal_count end as new_deal_count,
    case when strength.gap_amount > 0 then new_deals.new_deal_probability end as new_deal_probability,
    case when strength.gap_amount > 0 then cast(cast(new_deals.new_deal_cents as decimal(20, 4)) / 100 as decimal(18, 4)) end
        as new_deal_amount,
    coalesce(pipelines.open_count, 0) as open_count,
    coalesce(pipelines.qualified_count, 0) as qualified_count,
    coalesce(pipelines.open_candidate_amount, 0) as candidate_amount,
    case when strength.gap_amount > 0 then cast(strength.gap_amount as double) else 0 end
    / cast(strength.quota_amount as double) as open_quota_share,
    cast(weeks.quarter_end_on - weeks.as_of_on as double)
    / cast(weeks.quarter_end_on - weeks.quarter_start_on + 1 as double) as quarter_left_share,
    weeks.weeks_left,
    coalesce(pipelines.missing_amount_count, 0) as missing_amount_count,
    cast(pipelines.missing_amount_count as double) / nullif(pipelines.open_count, 0) as missing_amount_share,
    coalesce(pipelines.not_live_count, 0) as not_live_count,
    coalesce(pipelines.overdue_count, 0) as overdue_count,
    pipelines.cut_count,
    pipelines.cut_amount,
    pipelines.push_count,
    pipelines.push_days,
    coalesce(pipelines.created_4w_count, 0) as created_4w_count,
    coalesce(pipelines.created_13w_count, 0) as created_13w_count,
    pipelines.top_source_share,
    pipelines.probability_source,
    coalesce(tables.table_count, 0) as table_count,
    coalesce(tables.table_amount, 0) as table_amount,
    case when sources.has_lines then tables.covered_share end as buffer_coverage_share,
    tables.median_buffer_ratio,
    case when sources.has_lines then tables.preset_share end as walk_away_preset_share,
    coalesce(endings.won_count, 0) as won_count,
    coalesce(endings.lost_count, 0) as lost_count,
    cast(endings.won_count as double) / nullif(endings.won_count + endings.lost_count, 0) as win_rate,
    cast(endings.won_count as double)
    / nullif(endings.won_count + endings.lost_count + endings.declined_outcome_count, 0) as win_rate_with_declined,
    coalesce(endings.won_count + endings.lost_count, 0) as closed_count,
    coalesce(endings.won_4q_count, 0) as won_4q_count,
    coalesce(endings.won_4q_count + endings.lost_4q_count, 0) as closed_4q_count,
    cast(endings.won_4q_count as double) / nullif(endings.won_4q_count + endings.lost_4q_count, 0) as win_rate_4q,
    cast(endings.won_4q_count as double)
    / nullif(endings.won_4q_count + endings.lost_4q_count + endings.declined_outcome_4q_count, 0)
        as win_rate_with_declined_4q,
    cast(endings.won_4q_count + endings.lost_4q_count as double) / nullif(endings.won_4q_count, 0)
        as required_cover_ratio,
    endings.last_week_won_4q_count as last_week_won_count,
    cast(endings.last_week_won_4q_count as double) / nullif(endings.won_4q_count, 0) as last_week_won_share,
    case when sources.has_lines then coalesce(endings.lined_won_count, 0) end as lined_won_count,
    case when sources.has_lines then coalesce(endings.hug_count, 0) end as hug_count,
    cast(endings.hug_count as double) / nullif(endings.lined_won_count, 0) as hug_share,
    hug_bounds.share_low as hug_share_low,
    hug_bounds.share_high as hug_share_high,
    cast(endings.hug_control_count as double) / nullif(endings.lined_won_count, 0) as hug_control_share,
    case when sources.has_lines then coalesce(endings.below_threshold_won_count, 0) end as below_threshold_won_count,
    case
        when sources.has_floors then coalesce(endings.below_floor_won_count, 0)
    end as below_floor_won_count,
    coalesce(endings.loss_count, 0) as loss_reason_count,
    cast(endings.told_loss_count as double) / nullif(endings.loss_count, 0) as loss_reason_known_share,
    case when told.has_declines then coalesce(declines.declined_count, 0) end as declined_count,
    case when told.has_declines then cast(coalesce(declines.declined_amount, 0) as decimal(18, 4)) end
        as declined_amount,
    case when told.has_declines then cast(coalesce(declines.margin_protected_amount, 0) as decimal(18, 4)) end
        as margin_protected_amount,
    case when told.has_declines then coalesce(declines.good_decline_count, 0) end as good_decline_count,
    case when told.has_returns then coalesce(declines.returned_count, 0) end as returned_count,
from sizes
inner join staging.weeks as weeks
    on sizes.as_of_on = weeks.as_of_on
inner join told
    on sizes.as_of_on = told.as_of_on
inner join working.line_sources as sources
    on sizes.as_of_on = sources.as_of_on
left join banded as strength
    on sizes.as_of_on = strength.as_of_on
    and sizes.group_kind = strength.book_kind
    and sizes.group_id = strength.book_id
left join working.bands as bands
    on sizes.as_of_on = bands.as_of_on
    and sizes.group_kind = bands.book_kind
    and sizes.group_id = bands.book_id
left join working.usual_weak as usual
    on sizes.as_of_on = usual.as_of_on
left join working.next_books as next_books
    on sizes.as_of_on = next_books.as_of_on
    and sizes.group_kind = next_books.book_kind
    and sizes.group_id = next_books.book_id
left join working.next_quarter as next_quarter
    on sizes.as_of_on = next_quarter.as_of_on
    and sizes.group_kind = next_quarter.book_kind
    and sizes.group_id = next_quarter.book_id
left join working.deals_needed as needed
    on sizes.as_of_on = needed.as_of_on
    and sizes.group_kind = needed.book_kind
    and sizes.group_id = needed.book_id
left join working.new_deals as new_deals
    on sizes.as_of_on = new_deals.as_of_on
    and sizes.group_kind = new_deals.book_kind
    and sizes.group_id = new_deals.book_id
left join working.group_wins as won
    on sizes.as_of_on = won.as_of_on
    and sizes.group_kind = won.group_kind
    and sizes.group_id = won.group_id
left join working.group_pipelines as pipelines
    on sizes.as_of_on = pipelines.as_of_on
    and sizes.group_kind = pipelines.group_kind
    and sizes.group_id = pipelines.group_id
left join working.group_tables as tables
    on sizes.as_of_on = tables.as_of_on
    and sizes.group_kind = tables.group_kind
    and sizes.group_id = tables.group_id
left join working.group_endings as endings
    on sizes.as_of_on = endings.as_of_on
    and sizes.group_kind = endings.group_kind
    and sizes.group_id = endings.group_id
left join working.jeffreys as hug_bounds
    on endings.hug_count = hug_bounds.success_count
    and endings.lined_won_count = hug_bounds.trial_count
left join working.group_declines as declines
    on sizes.as_of_on = declines.as_of_on
    and sizes.group_kind = declines.group_kind
    and sizes.group_id = declines.group_id
