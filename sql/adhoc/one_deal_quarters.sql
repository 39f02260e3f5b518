-- Who has more than half of what may still come in one deal?
-- $team = null: one team; null: all.
-- Without rows: Of nobody whose quarter is still open one deal is more than half of what may come.
select
    rep_name,
    team,
    gap_amount,
    top_deal_gap_share,
    smallest_covering_count,
    effective_deal_count,
    pipeline_cover_ratio,
    pipeline_cover_without_top_ratio,
    batna_strength,
from marts.rep_scorecard
where as_of_on = (select max(latest.as_of_on) from marts.company_week as latest)
    and pipeline_cover_without_top_ratio < pipeline_cover_ratio / 2
    and ($team is null or team = $team)
order by pipeline_cover_without_top_ratio / pipeline_cover_ratio, rep_name
