-- Skill of each predicted quantity against its base rate: empty until probabilities are tested; marts.data_quality says so.
-- One row per quantity.
select
    cast(null as varchar) as quantity,
    cast(null as double) as brier,
    cast(null as double) as base_rate_brier,
    cast(null as double) as skill,
    cast(null as double) as skill_low,
    cast(null as double) as skill_high,
    cast(null as bigint) as deal_count,
    cast(null as bigint) as quarter_count,
where false
