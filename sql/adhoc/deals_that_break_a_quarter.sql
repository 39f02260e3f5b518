-- Which deals at the table would break their owner's quarter if they went away?
-- $team = null: one team; null: all.
-- $most = 0.4: the quarter is at most so safe without the deal.
-- Without rows: No deal at the table carries its owner's quarter.
select
    opportunity_id,
    account_name,
    rep_name,
    price_amount,
    attainment_without_probability,
    attainment_if_won_probability,
    surviving_share,
    loss_if_gone_amount,
    comparable_count,
from marts.deal_positions
where as_of_on = (select max(latest.as_of_on) from marts.company_week as latest)
    and is_at_table
    and attainment_without_probability <= $most
    and ($team is null or team = $team)
order by loss_if_gone_amount desc, opportunity_id
