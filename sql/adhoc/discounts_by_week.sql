-- Do discounts grow towards the end of the quarter, beside what segments and sizes usually have?
-- Of all quarters together: the pooled discount of each quarter's week, weighed by its deals.
-- Without rows: No deal with a list price was won.
select
    week_number,
    sum(won_count) as won_count,
    sum(listed_won_count) as listed_won_count,
    sum(cast(discount_ratio * listed_won_count as decimal(38, 10))) / sum(listed_won_count) as mean_discount_ratio,
    sum(cast(expected_discount_ratio * listed_won_count as decimal(38, 10))) / sum(listed_won_count) as mean_expected_discount_ratio,
    sum(below_threshold_count) as below_threshold_count,
from marts.quarter_end
where listed_won_count > 0
group by week_number
order by week_number
