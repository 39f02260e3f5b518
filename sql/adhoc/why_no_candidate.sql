-- Why can open deals not make the quarter?
-- Without rows: Every open deal is a candidate.
select
    candidate_reason,
    count(*) as open_count,
    sum(reporting_amount) as reporting_amount,
from marts.deal_positions
where as_of_on = (select max(latest.as_of_on) from marts.company_week as latest)
    and not is_candidate
group by candidate_reason
order by open_count desc, candidate_reason
