-- The last offers of both sides by the moments at which a walk-away point matters, and the first demand.
-- One row per as-of date, opportunity and moment that has an offer before it.
-- Kept as a view.
select
    weeks.as_of_on,
    spells.opportunity_id,
    spells.line_at,
    spells.seller_amount,
    spells.seller_offered_at,
    spells.buyer_amount,
    spells.buyer_offered_at,
    spells.first_buyer_offered_at,
    spells.last_offered_at,
from working.spell_offers as spells
inner join working.as_of_dates as weeks
    on spells.last_file_number = weeks.last_file_number
    and weeks.as_of_on between spells.as_of_on and spells.until_on
