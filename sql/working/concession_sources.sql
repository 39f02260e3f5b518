-- What tells of the concessions of a deal: its offers where a seller made any, else its amounts where they have a history.
-- One row per as-of date and opportunity with either, open or ended in the quarter or the four before it. The first price is the first
-- offer, or the first amount known.
with offered as (
    select
        offers.as_of_on,
        offers.opportunity_id,
        min(offers.offered_at) as first_offered_at,
        min_by(offers.amount, offers.offered_at) as first_amount,
        count(case when offers.is_final then 1 end) as final_offer_count,
    from working.offers as offers
    inner join working.dated_deals as deals
        on offers.as_of_on = deals.as_of_on
        and offers.opportunity_id = deals.opportunity_id
        and offers.offered_at <= deals.line_at
    where offers.side = 'seller'
        and offers.amount is not null
        and coalesce(offers.currency, deals.currency) is not distinct from deals.currency
    group by offers.as_of_on, offers.opportunity_id
)

select
    deals.as_of_on,
    deals.opportunity_id,
    case when offered.opportunity_id is not null then 'offers' else 'amounts' end as concession_source,
    offered.first_offered_at,
    coalesce(offered.first_amount, history.first_amount) as first_amount,
    offered.final_offer_count,
from working.dated_deals as deals
inner join staging.weeks as weeks
    on deals.as_of_on = weeks.as_of_on
    and (deals.ended_on is null or deals.ended_on >= weeks.history_start_on)
left join working.deal_history as history
    on deals.as_of_on = history.as_of_on
    and deals.opportunity_id = history.opportunity_id
left join offered
    on deals.as_of_on = offered.as_of_on
    and deals.opportunity_id = offered.opportunity_id
where offered.opportunity_id is not null
    or (history.has_history and history.first_amount is not null)
