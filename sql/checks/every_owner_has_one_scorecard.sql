-- Every rep who owns an open deal, or one closed in the last five quarters, has one scorecard.
with owners as (
    select distinct deals.as_of_on, deals.rep_id
    from staging.deals as deals
    inner join staging.weeks as weeks
        on deals.as_of_on = weeks.as_of_on
    where deals.rep_id is not null
        and (deals.closed_on is null or deals.closed_on >= weeks.history_start_on)
        and not exists (
            select 1
            from staging.credits as credits
            where credits.as_of_on = deals.as_of_on and credits.opportunity_id = deals.opportunity_id
        )
),

cards as (
    select scorecards.as_of_on, scorecards.rep_id, count(*) as card_count
    from scores.rep_scorecard as scorecards
    group by scorecards.as_of_on, scorecards.rep_id
)

select owners.as_of_on, owners.rep_id as id
from owners
left join cards
    on owners.as_of_on = cards.as_of_on
    and owners.rep_id = cards.rep_id
where coalesce(cards.card_count, 0) <> 1
