-- How often a seller answered a demand, and how often the answer held the price.
-- One row per as-of date and opportunity with an answer.
select
    as_of_on,
    opportunity_id,
    count(*) as answer_count,
    count(case when not is_concession then 1 end) as held_answer_count,
from working.seller_moves
where answer_hours is not null
group by as_of_on, opportunity_id
