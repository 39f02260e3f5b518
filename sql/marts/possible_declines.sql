-- Closed deals that were not won and may have been our decision: to be confirmed by a person, never counted before.
-- One row per deal. signals: words, out_of_negotiation, no_competitor, near_line (03-metrics.md, section 1).
-- Of the latest as-of date scored.
select
    possible_declines.opportunity_id,
    possible_declines.rep_id,
    possible_declines.closed_at,
    possible_declines.amount,
    possible_declines.signals,
    possible_declines.opportunity_name,
    possible_declines.account_name,
    possible_declines.rep_name,
    possible_declines.team,
    possible_declines.closed_on,
    possible_declines.currency,
    possible_declines.loss_reason,
from scores.possible_declines as possible_declines
where possible_declines.as_of_on = (select max(weeks.as_of_on) from scores.weeks as weeks)
