-- What does the data say that cannot be right, and how often?
-- Without rows: Nothing was found.
select
    severity,
    code,
    count(*) as finding_count,
    count(distinct opportunity_id) as opportunity_count,
    count(distinct rep_id) as rep_count,
from marts.findings
where as_of_on = (select max(latest.as_of_on) from marts.company_week as latest)
group by severity, code
order by finding_count desc, code
