-- What tells of the concessions of a deal: its offers where a seller made any, else its amounts where they have a history.
-- One row per opportunity and spell (working.spells) with either, unless it ended before all windows of conduct of the run. The first
-- price is the first offer, or the first amount known.
with offered as (
    select
        offers.as_of_on,
        offers.opportunity_id,
        min(offers.offered_at) as first_offered_at,
        min_by(offers.amount, offers.offered_at) as first_amount,
        count(case when offers.is_final then 1 end) as final_offer_count,
    from working.offers as offers
    inner join working.spell_deals as deals
        on offers.as_of_on = deals.as_of_on
        and offers.opportunity_id = deals.opportunity_id
        and offers.offered_at <= deals.line_at
    where offers.side = 'seller'
        and offers.amount is not null
        and coalesce(offers.currency, deals.currency) is not distinct from deals.currency
    group by offers.as_of_on, offers.opportunity_id
)

select
    deals.last_file_number,
    deals.as_of_on,
    deals.until_on,
    deals.opportunity_id,
    deals.line_at,
    deals.ended_on,
    deals.outcome,
    deals.rep_id,
    case when offered.opportunity_id is not null then 'offers' else 'amounts' end as concession_source,
    offered.first_offered_at,
    coalesce(offered.first_amount, history.first_amount) as first_amount,
    offered.final_offer_count,
from working.spell_deals as deals
left join working.spell_history as history
    on deals.as_of_on = history.as_of_on
    and deals.opportunity_id = history.opportunity_id
left join offered
    on deals.as_of_on = offered.as_of_on
    and deals.opportunity_id = offered.opportunity_id
where (deals.ended_on is null or deals.ended_on >= (select min(from_on) from working.conduct_windows))
    and (offered.opportunity_id is not null or (history.has_history and history.first_amount is not null))
