-- What did we decline, and why?
-- $quarter = null: a fiscal quarter, as 2026-Q3; null: all.
-- Of real declines alone, in the quarter in which they were decided: a tactical one, after which talks went on, is none.
-- Without rows: Nobody has recorded a decline: a finding in itself; ask possible_declines.
select
    quarter_start_on,
    code as reason,
    declined_count,
    good_decline_count,
    declined_amount,
    loss_avoided_amount,
from marts.decline_mix
where dimension = 'reason'
    and ($quarter is null or quarter_start_on = $quarter)
order by quarter_start_on desc, declined_count desc, code
