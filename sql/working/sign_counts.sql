-- What became of won deals by what was known against them.
-- One row per as-of date, kind of sign and code.
select
    as_of_on,
    sign_kind,
    code,
    count(*) as deal_count,
    count(status) as told_count,
    count(case when status = 'churned' then 1 end) as churned_count,
    count(margin_share) as margin_count,
    cast(sum(cast(margin_share as decimal(38, 10))) as double) / nullif(count(margin_share), 0) as mean_margin_share,
    count(support_share) as support_count,
    cast(sum(cast(support_share as decimal(38, 10))) as double) / nullif(count(support_share), 0) as mean_support_share,
from working.won_signs
group by as_of_on, sign_kind, code
