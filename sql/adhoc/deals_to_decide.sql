-- Which open deals need a decision now, and which?
-- $team = null: one team; null: all.
-- Without rows: No open deal calls for a decision.
select
    move,
    opportunity_id,
    account_name,
    rep_name,
    team,
    zone,
    price_amount,
    shortfall_amount,
    loss_if_gone_amount,
    stake_amount,
    missing_approvals,
    close_on,
from marts.deal_positions
where as_of_on = (select max(latest.as_of_on) from marts.company_week as latest)
    and move is not null
    and ($team is null or team = $team)
order by stake_amount desc nulls last, opportunity_id
