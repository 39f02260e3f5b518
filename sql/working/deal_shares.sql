-- Whose money a deal is: the owner's, or shared as the credits say.
-- One row per as-of date, opportunity and rep.
with credited as (
    select distinct
        credits.as_of_on,
        credits.opportunity_id,
    from staging.credits as credits
)

select
    credits.as_of_on,
    credits.opportunity_id,
    credits.rep_id,
    credits.share,
from staging.credits as credits
union all
select
    deals.as_of_on,
    deals.opportunity_id,
    deals.rep_id,
    cast(1 as decimal(9, 6)),
from working.dated_deals as deals
left join credited
    on deals.as_of_on = credited.as_of_on
    and deals.opportunity_id = credited.opportunity_id
where credited.opportunity_id is null
    and deals.rep_id is not null
