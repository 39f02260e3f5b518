-- Which open deals with an amount hang on a single contact?
-- Without rows: Every open deal with an amount and a contact on record has several, or contacts were not loaded.
select
    positions.opportunity_id,
    positions.account_name,
    positions.rep_name,
    positions.phase,
    positions.reporting_amount,
    concessions.concession_count,
from marts.concessions as concessions
inner join marts.deal_positions as positions
    on concessions.opportunity_id = positions.opportunity_id
where positions.as_of_on = (select max(latest.as_of_on) from marts.company_week as latest)
    and concessions.is_single_threaded
order by positions.reporting_amount desc nulls last, positions.opportunity_id
