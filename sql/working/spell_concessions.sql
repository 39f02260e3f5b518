-- The concessions of a deal added up: how many, how they grew or shrank, how fast they came, and what was got in return.
-- One row per opportunity and spell (working.spells) with a concession. Money in the deal's currency.
with counted as (
    select
        steps.last_file_number,
        steps.as_of_on,
        steps.until_on,
        steps.opportunity_id,
        count(*) as concession_count,
        sum(steps.step_amount) as conceded_amount,
        min(steps.step_amount) as smallest_step_amount,
        max(steps.step_amount) as largest_step_amount,
        cast(sum(cast(steps.step_ratio as decimal(38, 10))) as double) / nullif(count(steps.step_ratio), 0)
            as mean_step_ratio,
        max(steps.step_ratio) as largest_step_ratio,
        min(steps.step_ratio) as smallest_step_ratio,
        median(steps.answer_hours) as median_hours_to_concede,
        count(steps.answer_hours) as timed_count,
        count(case when steps.answer_hours <= parameters.fast_hours then 1 end) as fast_count,
        count(case when steps.traded_for is null then 1 end) as untraded_count,
        count(steps.lever) as levered_count,
        count(case when lower(steps.lever) = 'price' then 1 end) as price_only_count,
        count(case when steps.is_after_final then 1 end) as after_final_count,
        parameters.flat_share,
    from working.spell_steps as steps
    cross join staging.parameters as parameters
    group by
        steps.last_file_number, steps.as_of_on, steps.until_on, steps.opportunity_id, parameters.flat_share
)

select
    counted.last_file_number,
    counted.as_of_on,
    counted.until_on,
    counted.opportunity_id,
    counted.concession_count,
    counted.conceded_amount,
    counted.mean_step_ratio,
    case
        when counted.concession_count = 1 then 'single'
        when counted.concession_count = 2 then null
        when cast(counted.largest_step_amount as double)
            <= cast(counted.smallest_step_amount as double) * (1 + counted.flat_share) then 'flat'
        when counted.largest_step_ratio <= 1 then 'decreasing'
        when counted.smallest_step_ratio >= 1 then 'increasing'
        else 'mixed'
    end as shape,
    counted.median_hours_to_concede,
    counted.timed_count,
    counted.fast_count,
    counted.untraded_count,
    counted.levered_count,
    counted.price_only_count,
    counted.after_final_count,
from counted
