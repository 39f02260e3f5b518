-- How much better the learnt chances are than the base rate.
-- One row per as-of date, segment and band of weeks left, and one with both NULL for the whole.
select
    weeks.as_of_on,
    skills.segment,
    skills.weeks_left_band,
    skills.brier,
    skills.base_rate_brier,
    skills.skill,
    skills.skill_low,
    skills.skill_high,
    skills.deal_count,
    skills.quarter_count,
from staging.weeks as weeks
inner join working.skills as skills
    on weeks.last_file_number = skills.last_file_number
    and weeks.quarter_start_on = skills.quarter_start_on
