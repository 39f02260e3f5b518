-- How fast, and for what, do teams concede?
-- Without rows: No concession is on record.
select
    group_id as team,
    concession_count,
    fast_concession_share,
    unpaid_concession_share,
    price_only_concession_share,
    early_concession_share,
    held_answer_share,
    signalled_strength,
    batna_strength,
from marts.team_conduct
where as_of_on = (select max(latest.as_of_on) from marts.company_week as latest)
order by group_kind, group_id
