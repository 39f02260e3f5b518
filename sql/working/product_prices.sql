-- List price and cost of each product and the days they hold for.
-- One row per as-of date, product and first day.
select
    as_of_on,
    product,
    valid_from_on,
    coalesce(
        lead(valid_from_on) over (partition by as_of_on, product order by valid_from_on), date '9999-12-31'
    ) as valid_to_on,
    list_amount,
    direct_cost,
from working.products
