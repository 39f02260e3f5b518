-- What stands at the table, and how far above its walk-away point (03-metrics.md, section 2, deal-buffer coverage).
-- One row per as-of date and group with a deal at the table. Money in reporting currency, by the group's share.
with deals as (
    select
        members.as_of_on,
        members.group_kind,
        members.group_id,
        cast(open_deals.counted_amount as decimal(28, 4)) * cast(members.share as decimal(10, 6)) as x,
        deals.threshold_amount,
        deals.buffer_ratio,
        coalesce(deals.buffer_ratio >= parameters.buffer_target, false) as is_covered,
        deals.is_preset,
        deals.floor_source,
    from staging.open_deals as open_deals
    cross join staging.parameters as parameters
    inner join staging.deals as deals
        on open_deals.as_of_on = deals.as_of_on
        and open_deals.opportunity_id = deals.opportunity_id
    inner join working.group_deals as members
        on open_deals.as_of_on = members.as_of_on
        and open_deals.opportunity_id = members.opportunity_id
    where open_deals.is_at_table
)

select
    as_of_on,
    group_kind,
    group_id,
    count(*) as table_count,
    cast(sum(x) as decimal(18, 4)) as table_amount,
    cast(sum(case when is_covered then x else 0 end) as double) / cast(sum(x) as double) as covered_share,
    median(buffer_ratio) as median_buffer_ratio,
    cast(sum(case when is_preset then x else 0 end) as double)
    / nullif(cast(sum(case when is_preset is not null then x else 0 end) as double), 0) as preset_share,
from deals
group by as_of_on, group_kind, group_id
