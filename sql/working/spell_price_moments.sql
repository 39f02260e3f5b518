-- The moments at which a deal's last price is judged: its closing, the as-of date while it is open, and each decline.
-- One row per opportunity, spell (working.spells) and moment.
select
    deals.last_file_number,
    deals.as_of_on,
    deals.until_on,
    deals.opportunity_id,
    deals.line_at,
from working.spell_deals as deals
union
select
    spells.last_file_number,
    spells.as_of_on,
    spells.until_on,
    declines.opportunity_id,
    declines.decided_at as line_at,
from staging.declines as declines
inner join working.spells as spells
    on declines.as_of_on = spells.as_of_on
    and declines.opportunity_id = spells.opportunity_id
union
select
    spells.last_file_number,
    spells.as_of_on,
    spells.until_on,
    mapped.opportunity_id,
    mapped.decided_at,
from working.mapped_declines as mapped
inner join working.spells as spells
    on mapped.as_of_on = spells.as_of_on
    and mapped.opportunity_id = spells.opportunity_id
