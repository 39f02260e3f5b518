-- Counts and sums of the next deals after an exception and after a clear deal.
-- One row per as-of date and kind.
select
    as_of_on,
    after_kind,
    count(*) as next_deal_count,
    count(opening_demand_share) as demand_count,
    sum(cast(opening_demand_share as decimal(38, 10))) as demand_sum,
    sum(cast(opening_demand_share * opening_demand_share as decimal(38, 10))) as demand_square_sum,
    count(price_list_share) as price_count,
    sum(cast(price_list_share as decimal(38, 10))) as price_sum,
    sum(cast(price_list_share * price_list_share as decimal(38, 10))) as price_square_sum,
    count(is_below_threshold) as lined_count,
    count(case when is_below_threshold then 1 end) as below_threshold_count,
from working.precedent_deals
group by as_of_on, after_kind
