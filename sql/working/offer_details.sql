-- Which details of offers a workspace tells at all; where one never is, it is unknown, not empty.
-- One row per as-of date.
select
    weeks.as_of_on,
    coalesce(bool_or(nullif(trim(offers.lever), '') is not null), false) as has_levers,
    coalesce(bool_or(nullif(trim(offers.traded_for), '') is not null), false)
    or coalesce(bool_or(nullif(trim(offers.lever), '') is not null), false) as has_trades,
    coalesce(bool_or(offers.is_final is not null), false) as has_finals,
from staging.weeks as weeks
left join working.offers as offers
    on weeks.as_of_on = offers.as_of_on
    and offers.side = 'seller'
group by weeks.as_of_on
