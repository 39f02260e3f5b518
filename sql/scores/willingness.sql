-- Does willingness pay? Prices and win rates by thirds of how safe the quarter was without the deal when negotiation began. Association,
-- not cause: view within compares deals of the same rep, segment and weeks left, view between only compares reps.
-- One row per view, third (1 the least safe) and as-of date; differences are against the first third, NULL under four quarters.
select
    thirds.as_of_on,
    thirds.view,
    thirds.third,
    thirds.deal_count,
    thirds.won_count,
    thirds.win_rate,
    thirds.win_rate_low,
    thirds.win_rate_high,
    thirds.priced_count,
    thirds.price_share,
    thirds.price_share_low,
    thirds.price_share_high,
    thirds.win_rate_difference,
    thirds.win_rate_difference_low,
    thirds.win_rate_difference_high,
    thirds.price_share_difference,
    thirds.price_share_difference_low,
    thirds.price_share_difference_high,
from working.willingness_thirds as thirds
