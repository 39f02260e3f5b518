-- Won deals below their expected price: empty until expected prices are computed; marts.data_quality says so.
-- One row per won deal below its expected price.
select
    cast(null as varchar) as opportunity_id,
    cast(null as varchar) as rep_id,
    cast(null as date) as quarter_start_on,
    cast(null as decimal(18, 4)) as price_amount,
    cast(null as decimal(18, 4)) as expected_price_amount,
    cast(null as double) as without_probability_at_start,
    cast(null as decimal(18, 4)) as unneeded_discount_amount,
    cast(null as decimal(18, 4)) as pressure_discount_amount,
where false
