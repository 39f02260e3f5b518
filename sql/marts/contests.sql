-- What people contest, on the latest date scored: open ones stand beside the number on the pages until they are settled.
-- One row per contest.
select
    row_kind,
    opportunity_id,
    opportunity_name,
    rep_id,
    team,
    measure,
    contested_at,
    contested_by,
    claim,
    proposed_value,
    status,
    settled_at,
    settled_by,
    settlement,
    has_row,
from scores.contests
where as_of_on = (select max(as_of_on) from scores.weeks)
