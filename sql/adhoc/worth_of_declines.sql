-- What did our declines avoid, protect, give up and recover, quarter by quarter?
-- Of real declines alone, in the quarter in which they were decided: a tactical one, after which talks went on, is none.
-- Without rows: Nobody has recorded a decline.
select
    quarter_start_on,
    count(*) as declined_count,
    sum(loss_avoided_amount) as loss_avoided_amount,
    sum(margin_protected_amount) as margin_protected_amount,
    sum(contribution_given_up_amount) as contribution_given_up_amount,
    sum(recovered_amount) as recovered_amount,
from marts.declined_deals
group by quarter_start_on
order by quarter_start_on desc
