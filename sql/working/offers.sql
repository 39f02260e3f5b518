-- Offers that were made by each as-of date; one of zero or less is passed over (working.odd_rows).
-- One row per as-of date, opportunity_id, offered_at and side.
-- Kept as a view.
select
    as_of_on,
    opportunity_id,
    offered_at,
    side,
    amount,
    currency,
    round,
    is_final,
    lever,
    traded_for,
    in_reply_to_at,
from working.told_offers
where coalesce(amount, 1) > 0
