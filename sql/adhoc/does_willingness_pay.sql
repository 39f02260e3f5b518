-- Does it pay to be able to walk: are prices and win rates better where the quarter was safe without the deal?
-- Without rows: It needs weeks that were scored when negotiations began: batna backfill scores them.
select
    view,
    third,
    deal_count,
    win_rate,
    price_share,
    win_rate_difference,
    price_share_difference,
    price_share_difference_low,
    price_share_difference_high,
from marts.willingness
where as_of_on = (select max(latest.as_of_on) from marts.company_week as latest)
order by view desc, third
