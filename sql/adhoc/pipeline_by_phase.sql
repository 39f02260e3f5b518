-- How much open money is there in each phase, and what is it worth?
-- $team = null: one team; null: all.
-- Without rows: There is no open deal.
select
    phase,
    count(*) as open_count,
    count(case when is_candidate then 1 end) as candidate_count,
    sum(reporting_amount) as reporting_amount,
    case
        when count(case when is_candidate then 1 end) = 0 then 0
        else sum(case when is_candidate then counted_amount end)
    end as candidate_amount,
    case
        when count(case when is_candidate then 1 end) = 0 then 0
        else sum(cast(case when is_candidate then counted_amount * win_probability end as decimal(18, 4)))
    end as expected_amount,
from marts.deal_positions
where as_of_on = (select max(latest.as_of_on) from marts.company_week as latest)
    and ($team is null or team = $team)
group by phase
order by candidate_amount desc nulls last, phase
