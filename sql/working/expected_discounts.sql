-- The discount that won deals of a segment and size usually had: of the cell, else of the segment, else of all.
-- One row per as-of date, segment and size band with a priced win; NULL where even all are too few (03-metrics.md, section 6).
with cells as (
    select
        as_of_on,
        segment,
        size_band,
        count(*) as deal_count,
        cast(sum(price_amount) as double) as price_sum,
        cast(sum(list_amount) as double) as list_sum,
    from working.won_prices
    where discount_ratio is not null
    group by as_of_on, segment, size_band
),

pooled as (
    select
        cells.*,
        sum(cells.deal_count) over (partition by cells.as_of_on, cells.segment) as segment_deal_count,
        sum(cells.deal_count) over (partition by cells.as_of_on) as all_deal_count,
        cast(sum(cast(cells.price_sum as decimal(38, 4))) over (partition by cells.as_of_on, cells.segment) as double)
            as segment_price_sum,
        cast(sum(cast(cells.list_sum as decimal(38, 4))) over (partition by cells.as_of_on, cells.segment) as double)
            as segment_list_sum,
        cast(sum(cast(cells.price_sum as decimal(38, 4))) over (partition by cells.as_of_on) as double) as all_price_sum,
        cast(sum(cast(cells.list_sum as decimal(38, 4))) over (partition by cells.as_of_on) as double) as all_list_sum,
    from cells
)

select
    pooled.as_of_on,
    pooled.segment,
    pooled.size_band,
    case
        when pooled.deal_count >= parameters.expected_min_deals then 'cell'
        when pooled.segment_deal_count >= parameters.expected_min_deals then 'segment'
        when pooled.all_deal_count >= parameters.expected_min_deals then 'company'
    end as expected_source,
    case
        when pooled.deal_count >= parameters.expected_min_deals then 1 - pooled.price_sum / pooled.list_sum
        when pooled.segment_deal_count >= parameters.expected_min_deals
            then 1 - pooled.segment_price_sum / pooled.segment_list_sum
        when pooled.all_deal_count >= parameters.expected_min_deals then 1 - pooled.all_price_sum / pooled.all_list_sum
    end as expected_discount_ratio,
from pooled
cross join staging.parameters as parameters
