-- The lines that a workshop on major accounts means to move: bids per win, length of a sale, discount, concessions, money per rep.
-- One row per quarter, the running one up to the latest as-of date scored and the four before it.
select
    lines.quarter_start_on,
    lines.decided_count,
    lines.won_count,
    lines.bids_per_win_ratio,
    lines.median_cycle_days,
    lines.listed_won_count,
    lines.discount_ratio,
    lines.priced_count,
    lines.concession_count,
    lines.concessions_per_deal_ratio,
    lines.rep_count,
    lines.won_amount,
    lines.won_per_rep_amount,
    lines.quarter_end_won_count,
    lines.quarter_end_amount_share,
    lines.last_day_won_count,
    lines.last_day_amount_share,
from scores.process_lines as lines
where lines.as_of_on = (select max(weeks.as_of_on) from scores.weeks as weeks)
