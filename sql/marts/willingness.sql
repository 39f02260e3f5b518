-- Does willingness pay? Prices and win rates by thirds of how safe the quarter was without the deal when negotiation began.
-- One row per view (within a rep's like deals, between reps), third (1 the least safe) and as-of date. Association, not cause.
select
    willingness.as_of_on,
    willingness.view,
    willingness.third,
    willingness.deal_count,
    willingness.won_count,
    willingness.win_rate,
    willingness.win_rate_low,
    willingness.win_rate_high,
    willingness.priced_count,
    willingness.price_share,
    willingness.price_share_low,
    willingness.price_share_high,
    willingness.win_rate_difference,
    willingness.win_rate_difference_low,
    willingness.win_rate_difference_high,
    willingness.price_share_difference,
    willingness.price_share_difference_low,
    willingness.price_share_difference_high,
from scores.willingness as willingness
