-- Where win probabilities come from in a week, and how far the finished quarters bear them out.
-- One row per as-of date. probability_source: what learning allows, else what most candidates have; skill: of the whole, against the base rate.
with sources as (
    select
        deals.as_of_on,
        deals.probability_source,
        row_number() over (partition by deals.as_of_on order by count(*) desc, deals.probability_source) as place,
    from staging.open_deals as deals
    where deals.is_candidate
    group by deals.as_of_on, deals.probability_source
),

skills as (
    select skills.*
    from working.win_skills as skills
    where skills.segment is null
),

judged as (
    select
        weeks.as_of_on,
        weeks.last_file_number,
        weeks.quarter_start_on,
        case
            when learners.is_learnt and skills.skill_high is null then 'learnt_untested'
            when learners.is_learnt and skills.skill_high < 0 then 'base_rate'
            when learners.is_learnt then 'learnt'
            else sources.probability_source
        end as probability_source,
        coalesce(learners.deal_count, 0) as deal_count,
        coalesce(learners.quarter_count, 0) as quarter_count,
        skills.skill,
        skills.skill_low,
        skills.skill_high,
    from staging.weeks as weeks
    left join working.learners as learners
        on weeks.last_file_number = learners.last_file_number
        and weeks.quarter_start_on = learners.quarter_start_on
        and learners.target_start_on = weeks.quarter_start_on
    left join skills
        on weeks.as_of_on = skills.as_of_on
    left join sources
        on weeks.as_of_on = sources.as_of_on
        and sources.place = 1
),

unborn as (
    select distinct
        shares.last_file_number,
        shares.quarter_start_on,
    from working.unborn_shares as shares
)

select
    judged.as_of_on,
    judged.probability_source,
    judged.deal_count,
    judged.quarter_count,
    judged.skill,
    judged.skill_low,
    judged.skill_high,
    coalesce(judged.probability_source = 'learnt', false) as is_calibrated,
    unborn.quarter_start_on is not null as has_unborn,
from judged
left join unborn
    on judged.last_file_number = unborn.last_file_number
    and judged.quarter_start_on = unborn.quarter_start_on
