-- The last offers of both sides by the moments at which a walk-away point matters, and the first demand.
-- One row per opportunity, spell (working.spells) and moment that has an offer before it.
select
    moments.last_file_number,
    moments.as_of_on,
    moments.until_on,
    moments.opportunity_id,
    moments.line_at,
    max_by(offers.amount, offers.offered_at) filter (where offers.side = 'seller') as seller_amount,
    max(offers.offered_at) filter (where offers.side = 'seller') as seller_offered_at,
    max_by(offers.amount, offers.offered_at) filter (where offers.side = 'buyer') as buyer_amount,
    max(offers.offered_at) filter (where offers.side = 'buyer') as buyer_offered_at,
    min(offers.offered_at) filter (where offers.side = 'buyer') as first_buyer_offered_at,
    max(offers.offered_at) as last_offered_at,
from working.spell_price_moments as moments
inner join working.spell_deals as deals
    on moments.as_of_on = deals.as_of_on
    and moments.opportunity_id = deals.opportunity_id
inner join working.offers as offers
    on moments.as_of_on = offers.as_of_on
    and moments.opportunity_id = offers.opportunity_id
    and offers.offered_at <= moments.line_at
where coalesce(offers.currency, deals.currency) is not distinct from deals.currency
    and offers.amount is not null
group by
    moments.last_file_number, moments.as_of_on, moments.until_on, moments.opportunity_id, moments.line_at
