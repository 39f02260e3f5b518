-- Which open deals have slipped under the price where we said we would walk or ask?
-- $team = null: one team; null: all.
-- Without rows: No open deal is under its line, or no deal has one.
select
    zone,
    opportunity_id,
    account_name,
    rep_name,
    price_amount,
    threshold_amount,
    floor_amount,
    buffer_ratio,
    shortfall_amount,
    floor_source,
    is_preset,
from marts.deal_positions
where as_of_on = (select max(latest.as_of_on) from marts.company_week as latest)
    and zone in ('approval', 'walk')
    and ($team is null or team = $team)
order by shortfall_amount desc, opportunity_id
