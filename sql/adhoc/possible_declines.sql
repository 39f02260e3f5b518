-- Which lost deals may have been our own decision?
-- Without rows: No lost deal looks like a decline of ours.
select
    closed_on,
    opportunity_id,
    opportunity_name,
    rep_name,
    amount,
    currency,
    signals,
    loss_reason,
from marts.possible_declines
order by closed_on desc, opportunity_id
