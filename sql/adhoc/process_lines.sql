-- Do bids per win, length of a sale, discount and concessions move, quarter by quarter?
-- Without rows: No deal was decided in these quarters.
select
    quarter_start_on,
    decided_count,
    won_count,
    bids_per_win_ratio,
    median_cycle_days,
    discount_ratio,
    concessions_per_deal_ratio,
    won_per_rep_amount,
    quarter_end_amount_share,
from marts.process_lines
order by quarter_start_on desc
