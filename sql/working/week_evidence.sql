-- Whether so much is unknown of the open deals that no book of the week could be right (03-metrics.md, section 0).
-- One row per as-of date. Unknown are open deals of a type that counts that lack nothing but an owner to be candidates, and those of which nothing
-- was told by then; is_withheld: they are more than batna.max_unknown_share of these and the candidates.
with deals as (
    select
        open_deals.as_of_on,
        count(case when open_deals.is_candidate then 1 end) as candidate_count,
        count(
            case
                when open_deals.exclusion = 'owner_unknown' or (types.is_quota_type and not deals.is_evidenced) then 1
            end
        ) as unknown_count,
    from staging.open_deals as open_deals
    inner join staging.deals as deals
        on open_deals.as_of_on = deals.as_of_on
        and open_deals.opportunity_id = deals.opportunity_id
    inner join working.quota_types as types
        on open_deals.as_of_on = types.as_of_on
        and open_deals.opportunity_id = types.opportunity_id
    group by open_deals.as_of_on
),

counted as (
    select
        weeks.as_of_on,
        coalesce(deals.candidate_count, 0) as candidate_count,
        coalesce(deals.unknown_count, 0) as unknown_count,
        cast(deals.unknown_count as double) / nullif(deals.candidate_count + deals.unknown_count, 0) as unknown_share,
    from staging.weeks as weeks
    left join deals
        on weeks.as_of_on = deals.as_of_on
)

select
    counted.as_of_on,
    counted.candidate_count,
    counted.unknown_count,
    counted.unknown_share,
    coalesce(counted.unknown_share > parameters.max_unknown_share, false) as is_withheld,
from counted
cross join staging.parameters as parameters
