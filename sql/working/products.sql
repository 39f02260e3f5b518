-- Price list as it was known by each as-of date.
-- One row per as-of date, product and valid_from.
with known as (
    select
        weeks.as_of_on,
        products.*,
        row_number() over (
            partition by weeks.as_of_on, products.product, products.valid_from
            order by products.version_from_at desc, products.file_number desc, products.record_number desc
        ) as recency,
    from staging.weeks as weeks
    inner join raw.products as products
        on products.file_number <= weeks.last_file_number
        and products.version_from_at < weeks.as_of_end_at
)

select
    as_of_on,
    product,
    coalesce(valid_from, date '1900-01-01') as valid_from_on,
    list_amount,
    direct_cost,
from known
where recency = 1
