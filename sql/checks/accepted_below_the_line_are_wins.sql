-- What should have been declined was won, for a reason that is named, and stands there once.
select accepted.as_of_on, accepted.opportunity_id as id
from scores.should_have_declined as accepted
inner join staging.weeks as weeks
    on accepted.as_of_on = weeks.as_of_on
left join staging.deals as deals
    on accepted.as_of_on = deals.as_of_on
    and accepted.opportunity_id = deals.opportunity_id
group by accepted.as_of_on, accepted.opportunity_id
having count(*) <> 1 or max(deals.outcome) <> 'won' or max(accepted.below_threshold_amount) < 0
    or max(coalesce(accepted.triggers, '')) = ''
