-- Concessions of a deal: empty until conduct is computed; marts.data_quality says so.
-- One row per deal.
select
    cast(null as varchar) as opportunity_id,
    cast(null as varchar) as rep_id,
    cast(null as varchar) as concession_source,
    cast(null as bigint) as concession_count,
    cast(null as varchar) as first_concession_phase,
    cast(null as double) as first_concession_gap_share,
    cast(null as varchar) as shape,
    cast(null as double) as mean_step_ratio,
    cast(null as double) as median_hours_to_concede,
    cast(null as double) as unpaid_concession_share,
    cast(null as bigint) as after_final_count,
where false
