-- What weeks of finished quarters said of the quarter without a deal, and whether it was made without it (03-metrics.md, section 7).
-- One row per sight (last_file_number, scored_number and quarter of the weeks being scored), finished quarter, rep, deal, segment, band of weeks
-- left and reliability bin: in each bin and band a deal counts once, with the mean of what was said of it there. Read from the weeks that
-- were scored by then and visible; quarters that were made already, and last days, say nothing that could be wrong and are left out.
with sights as (
    select
        last_file_number,
        scored_number,
        quarter_start_on,
        min(as_of_on) as known_on,
    from staging.weeks
    group by last_file_number, scored_number, quarter_start_on
),

seen as (
    select
        sights.last_file_number,
        sights.scored_number,
        sights.quarter_start_on,
        sights.known_on,
        scored.as_of_on as scored_on,
        quarters.past_start_on as target_start_on,
        bands.weeks_left_band,
    from sights
    inner join working.learning_quarters as quarters
        on sights.last_file_number = quarters.last_file_number
        and sights.quarter_start_on = quarters.quarter_start_on
    inner join ops.weeks as scored
        on scored.as_of_on >= quarters.past_start_on
        and scored.as_of_on < quarters.past_end_on
        and coalesce(scored.scored_number, 0) <= sights.scored_number
    inner join scores.weeks as told
        on scored.as_of_on = told.as_of_on
    inner join staging.weeks_left_bands as bands
        on least(told.weeks_left, 12) = bands.weeks_left
),

won as (
    select
        runs.as_of_on,
        runs.quarter_start_on,
        runs.rep_id,
        sum(runs.won_amount) as won_amount,
    from working.quota_runs as runs
    group by runs.as_of_on, runs.quarter_start_on, runs.rep_id
),

said as (
    select
        seen.last_file_number,
        seen.scored_number,
        seen.quarter_start_on,
        seen.target_start_on,
        seen.weeks_left_band,
        attained.book_id as rep_id,
        attained.opportunity_id,
        coalesce(positions.segment, '') as segment,
        attained.without_probability,
        coalesce(won.won_amount, 0) - coalesce(own.won_amount, 0) >= books.quota_amount as is_made,
    from seen
    inner join scores.books as books
        on seen.scored_on = books.as_of_on
        and books.book_kind = 'rep'
        and books.gap_cents > 0
    inner join scores.deal_attainment as attained
        on books.as_of_on = attained.as_of_on
        and books.book_kind = attained.book_kind
        and books.book_id = attained.book_id
    -- Wins are told of rep-quarters with a quota; one that was taken back leaves nothing to be tested by.
    inner join working.quarter_quotas as quotas
        on seen.known_on = quotas.as_of_on
        and seen.target_start_on = quotas.quarter_start_on
        and books.book_id = quotas.rep_id
        and quotas.quota_amount > 0
    left join scores.deal_positions as positions
        on attained.as_of_on = positions.as_of_on
        and attained.opportunity_id = positions.opportunity_id
    left join won
        on seen.known_on = won.as_of_on
        and seen.target_start_on = won.quarter_start_on
        and books.book_id = won.rep_id
    left join working.quota_runs as own
        on seen.known_on = own.as_of_on
        and seen.target_start_on = own.quarter_start_on
        and books.book_id = own.rep_id
        and attained.opportunity_id = own.opportunity_id
),

binned as (
    select
        said.*,
        least(cast(floor(said.without_probability * parameters.bin_count) as integer), parameters.bin_count - 1)
            as bin_number,
        said.without_probability - case when said.is_made then 1 else 0 end as error,
    from said
    cross join staging.learning_parameters as parameters
)

select
    last_file_number,
    scored_number,
    quarter_start_on,
    target_start_on,
    rep_id,
    opportunity_id,
    segment,
    weeks_left_band,
    bin_number,
    -- A quota that was corrected within the quarter can have made it in one week's sight and not in another's.
    bool_and(is_made) as is_made,
    count(*) as snapshot_count,
    cast(sum(cast(without_probability as decimal(18, 10))) as double) / count(*) as without_probability,
    cast(sum(cast(error * error as decimal(18, 10))) as double) as error_sum,
from binned
group by
    last_file_number, scored_number, quarter_start_on, target_start_on, rep_id, opportunity_id, segment, weeks_left_band,
    bin_number
