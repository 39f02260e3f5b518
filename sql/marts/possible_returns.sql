-- New deals of accounts that we left, which may be the same business coming back: to be confirmed through the entity returns.
-- One row per declined deal without a recorded return: the first new deal of the account that looks alike.
-- Of the latest as-of date scored.
select
    possible_returns.opportunity_id,
    possible_returns.opportunity_name,
    possible_returns.ended_at,
    possible_returns.ended_on,
    possible_returns.rep_id,
    possible_returns.account_id,
    possible_returns.ended_amount,
    possible_returns.new_opportunity_id,
    possible_returns.new_opportunity_name,
    possible_returns.new_created_on,
    possible_returns.new_amount,
    possible_returns.new_outcome,
    possible_returns.days_to_return,
    possible_returns.amount_ratio,
from scores.possible_returns as possible_returns
where possible_returns.as_of_on = (select max(weeks.as_of_on) from scores.weeks as weeks)
    and possible_returns.end_kind = 'declined'
    and not possible_returns.is_return_recorded
