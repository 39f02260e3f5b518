-- Candidates of finished quarters at one week of each, with the chance that deals like them had: what the correlation is estimated from.
-- One row per last_file_number, quarter of the weeks being scored, and deal of a rep's finished quarter that had another one. A deal is like others
-- of its phase and close date; their share of wins is drawn towards that of all deals, as in 03-metrics.md, section 3. The owner is the one known
-- then, else that of the first version of the row: it serves to group deals alone.
with snapshots as (
    select
        quarters.last_file_number,
        quarters.quarter_start_on,
        snapshots.quarter_start_on as past_start_on,
        snapshots.opportunity_id,
        coalesce(snapshots.rep_id, versions.rep_id) as rep_id,
        snapshots.phase_order,
        snapshots.close_class,
        case when snapshots.is_won_in_quarter then 1 else 0 end as won_count,
    from working.learning_quarters as quarters
    inner join working.snapshots as snapshots
        on quarters.last_file_number = snapshots.last_file_number
        and quarters.past_start_on = snapshots.quarter_start_on
    inner join working.opportunity_versions as versions
        on snapshots.last_file_number = versions.last_file_number
        and snapshots.opportunity_id = versions.opportunity_id
        and versions.version_number = 1
    cross join staging.parameters as parameters
    where snapshots.weeks_left = parameters.correlation_weeks_left
        and snapshots.phase_order is not null
        and coalesce(snapshots.rep_id, versions.rep_id) is not null
),

-- A deal alone has nothing in common with another.
shared as (
    select
        snapshots.*,
        count(*) over (
            partition by
                snapshots.last_file_number, snapshots.quarter_start_on, snapshots.past_start_on, snapshots.rep_id
        ) as sibling_count,
    from snapshots
),

overall as (
    select
        last_file_number,
        quarter_start_on,
        cast(sum(won_count) as double) / count(*) as won_share,
    from snapshots
    group by last_file_number, quarter_start_on
),

cells as (
    select
        last_file_number,
        quarter_start_on,
        phase_order,
        close_class,
        sum(won_count) as won_count,
        count(*) as deal_count,
    from snapshots
    group by last_file_number, quarter_start_on, phase_order, close_class
)

select
    snapshots.last_file_number,
    snapshots.quarter_start_on,
    dense_rank() over (
        partition by snapshots.last_file_number, snapshots.quarter_start_on
        order by snapshots.past_start_on, snapshots.rep_id
    ) as rep_quarter_number,
    snapshots.opportunity_id,
    (cells.won_count + parameters.prior_deals * overall.won_share) / (cells.deal_count + parameters.prior_deals)
        as win_probability,
    snapshots.won_count = 1 as is_won,
from shared as snapshots
cross join staging.learning_parameters as parameters
inner join overall
    on snapshots.last_file_number = overall.last_file_number
    and snapshots.quarter_start_on = overall.quarter_start_on
inner join cells
    on snapshots.last_file_number = cells.last_file_number
    and snapshots.quarter_start_on = cells.quarter_start_on
    and snapshots.phase_order = cells.phase_order
    and snapshots.close_class = cells.close_class
where overall.won_share > 0
    and overall.won_share < 1
    and snapshots.sibling_count > 1
