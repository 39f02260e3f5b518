-- Does an exception teach the buyer: what do accounts ask for the next time?
-- Without rows: No account has bought twice.
select
    measure,
    after_kind,
    next_deal_count,
    known_count,
    value_mean,
    value_low,
    value_high,
from marts.precedents
order by measure, after_kind
