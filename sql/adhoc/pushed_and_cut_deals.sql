-- Which candidates were pushed or cut most?
-- $team = null: one team; null: all.
-- Without rows: No candidate was pushed or cut, or no history was loaded.
select
    opportunity_id,
    account_name,
    rep_name,
    push_count,
    push_days,
    cut_count,
    cut_amount,
    reporting_amount,
    close_on,
    win_probability,
from marts.deal_positions
where as_of_on = (select max(latest.as_of_on) from marts.company_week as latest)
    and is_candidate
    and (push_count > 0 or cut_count > 0)
    and ($team is null or team = $team)
order by push_days desc nulls last, cut_amount desc nulls last, opportunity_id
