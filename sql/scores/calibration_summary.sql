-- Brier score of each predicted quantity and its skill against the base rate, on finished quarters (03-metrics.md, section 7).
-- One row per as-of date, quantity, segment and band of weeks left, and one per quantity with both NULL: the whole.
with tested as (
    select
        'win_probability' as quantity,
        skills.*,
    from working.win_skills as skills
    union all
    select
        'without_probability',
        skills.*,
    from working.without_skills as skills
)

select
    tested.as_of_on,
    tested.quantity,
    tested.segment,
    tested.weeks_left_band,
    tested.brier,
    tested.base_rate_brier,
    tested.skill,
    tested.skill_low,
    tested.skill_high,
    tested.deal_count,
    tested.quarter_count,
from tested
