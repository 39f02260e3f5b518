-- Does an exception teach the buyer? The account's next deal after an exception, beside the next one after a clear deal.
-- One row per kind of the deal before (exception, clear) and measure, with a 90 % interval. An association, not an effect.
-- Of the latest as-of date scored.
select
    precedents.after_kind,
    precedents.measure,
    precedents.next_deal_count,
    precedents.known_count,
    precedents.value_mean,
    precedents.value_low,
    precedents.value_high,
from scores.precedents as precedents
where precedents.as_of_on = (select max(weeks.as_of_on) from scores.weeks as weeks)
