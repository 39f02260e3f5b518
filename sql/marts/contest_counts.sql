-- How many contests there are of a rep's scorecard and deals, and where they stand.
-- One row per rep and as-of date.
select
    as_of_on,
    rep_id,
    team,
    open_count,
    accepted_count,
    rejected_count,
from scores.contest_counts
