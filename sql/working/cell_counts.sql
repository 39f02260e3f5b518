-- What became of the deals of a cell in one finished quarter: segment, phase, band of weeks left, class of the close date.
-- One row per last_file_number, finished quarter and cell. A deal that stood in the cell for several weeks of a quarter counts once.
with deals as (
    select distinct
        snapshots.last_file_number,
        snapshots.quarter_start_on,
        snapshots.segment,
        snapshots.phase_order,
        snapshots.weeks_left_band,
        snapshots.close_class,
        snapshots.opportunity_id,
        snapshots.is_won_in_quarter,
    from working.learning_snapshots as snapshots
)

select
    deals.last_file_number,
    deals.quarter_start_on,
    deals.segment,
    deals.phase_order,
    deals.weeks_left_band,
    deals.close_class,
    count(*) as deal_count,
    count(case when deals.is_won_in_quarter then 1 end) as won_count,
from deals
group by
    deals.last_file_number, deals.quarter_start_on, deals.segment, deals.phase_order, deals.weeks_left_band,
    deals.close_class
