-- Who could wait, and concedes as if they could not?
-- Without rows: Nobody's conduct says anything else than their quarter.
select
    rep_name,
    team,
    batna_strength,
    signalled_strength,
    signal_disagreement,
    signal_facts,
from marts.rep_conduct
where as_of_on = (select max(latest.as_of_on) from marts.company_week as latest)
    and signal_disagreement is not null
order by signal_disagreement, rep_name
