-- Which doors did we leave open and then forget?
-- Without rows: Every open door has been touched within 90 days, or none was left open.
select
    decided_on,
    opportunity_id,
    account_name,
    rep_name,
    reason,
    demanded_amount,
    reentry_min_amount,
    last_touch_at,
    touch_count,
from marts.declined_deals
where is_stale
order by decided_on, opportunity_id
