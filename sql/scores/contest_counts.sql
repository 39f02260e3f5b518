-- How many contests there are of a rep's scorecard and deals, and where they stand.
-- One row per rep and as-of date; rep_id is NULL for deals without an owner.
select
    as_of_on,
    rep_id,
    team,
    count(case when status = 'open' then 1 end) as open_count,
    count(case when status = 'accepted' then 1 end) as accepted_count,
    count(case when status = 'rejected' then 1 end) as rejected_count,
from scores.contests
where as_of_on in (select as_of_on from staging.weeks)
group by as_of_on, rep_id, team
