-- The quarter without a deal as it stood when its negotiation began (03-metrics.md, sections 6 and 7).
-- One row per as-of date and opportunity whose negotiation start is known. Read from the latest scored week of the two
-- weeks before that knew the deal as a candidate; NULL without one. Of several reps' books, the one with most of its money.
with starts as (
    select
        starts.as_of_on,
        starts.opportunity_id,
        weeks.scored_number,
        case
            when starts.started_at < days.start_at then days.day_on - 1
            when starts.started_at >= days.end_at then days.day_on + 1
            else days.day_on
        end as started_on,
    from working.negotiation_starts as starts
    inner join staging.weeks as weeks
        on starts.as_of_on = weeks.as_of_on
    inner join staging.days as days
        on cast(starts.started_at as date) = days.day_on
),

answers as (
    select
        scored.as_of_on as scored_on,
        coalesce(scored.scored_number, 0) as scored_number,
        attained.opportunity_id,
        attained.book_id,
        attained.without_probability,
        deals.amount,
    from ops.weeks as scored
    inner join scores.deal_attainment as attained
        on scored.as_of_on = attained.as_of_on
    inner join scores.book_deals as deals
        on attained.as_of_on = deals.as_of_on
        and attained.book_kind = deals.book_kind
        and attained.book_id = deals.book_id
        and attained.opportunity_id = deals.opportunity_id
    where attained.book_kind = 'rep'
),

ranked as (
    select
        starts.as_of_on,
        starts.opportunity_id,
        answers.scored_on,
        answers.without_probability,
        row_number() over (
            partition by starts.as_of_on, starts.opportunity_id
            order by answers.scored_on desc, answers.amount desc, answers.book_id
        ) as recency,
    from starts
    inner join answers
        on starts.opportunity_id = answers.opportunity_id
        and answers.scored_number <= starts.scored_number
        and answers.scored_on < starts.as_of_on
        and answers.scored_on between starts.started_on - 13 and starts.started_on
)

select
    starts.as_of_on,
    starts.opportunity_id,
    ranked.without_probability as without_probability_at_start,
    ranked.scored_on,
from starts
left join ranked
    on starts.as_of_on = ranked.as_of_on
    and starts.opportunity_id = ranked.opportunity_id
    and ranked.recency = 1
