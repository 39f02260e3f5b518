-- The moments at which a deal's walk-away point matters: those of its last prices, and every offer of a deal that is open
-- or ended in this quarter or the four before.
-- One row per opportunity, spell (working.spells) and moment.
select
    moments.last_file_number,
    moments.as_of_on,
    moments.until_on,
    moments.opportunity_id,
    moments.line_at,
from working.spell_price_moments as moments
union
select
    deals.last_file_number,
    deals.as_of_on,
    deals.until_on,
    offers.opportunity_id,
    offers.offered_at as line_at,
from working.offers as offers
inner join working.spell_deals as deals
    on offers.as_of_on = deals.as_of_on
    and offers.opportunity_id = deals.opportunity_id
    and offers.offered_at <= deals.line_at
inner join staging.weeks as weeks
    on offers.as_of_on = weeks.as_of_on
where deals.ended_on is null
    or deals.ended_on >= weeks.history_start_on
