-- How ready we were to negotiate: of the six items, how many were known, and how many met before the first concession.
-- One row per as-of date and opportunity with a readiness list; without a concession, what was met by its end or the as-of date.
select
    readiness.as_of_on,
    readiness.opportunity_id,
    count(distinct readiness.item) as known_count,
    count(distinct case when readiness.met_at < coalesce(firsts.conceded_at, deals.line_at) then readiness.item end)
        as met_count,
from working.readiness as readiness
inner join working.dated_deals as deals
    on readiness.as_of_on = deals.as_of_on
    and readiness.opportunity_id = deals.opportunity_id
left join working.first_concessions as firsts
    on readiness.as_of_on = firsts.as_of_on
    and readiness.opportunity_id = firsts.opportunity_id
group by readiness.as_of_on, readiness.opportunity_id
