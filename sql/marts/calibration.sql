-- How often what was predicted came true: empty until probabilities are tested; marts.data_quality says so.
-- One row per quantity, segment, weeks-left band and bin.
select
    cast(null as varchar) as quantity,
    cast(null as varchar) as segment,
    cast(null as varchar) as weeks_left_band,
    cast(null as double) as bin_low,
    cast(null as double) as bin_high,
    cast(null as double) as predicted_mean,
    cast(null as double) as observed_rate,
    cast(null as bigint) as deal_count,
where false
