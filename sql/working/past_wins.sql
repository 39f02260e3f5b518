-- Money won in finished quarters that counts towards quota, by the rep it belongs to, as it was known at the quarter's end.
-- One row per last_file_number, finished quarter, won opportunity and rep. Reporting currency. first_told_at: from when anything tells in which stage
-- the deal stood.
with wins as (
    select endings.*
    from working.past_endings as endings
    inner join working.counted_types as types
        on coalesce(endings.deal_type, '') = types.deal_type
    where endings.ending = 'won'
        and endings.reporting_amount is not null
        and types.is_quota_type
),

ends as (
    select distinct
        quarters.last_file_number,
        quarters.past_start_on,
        quarters.past_end_at,
    from working.learning_quarters as quarters
),

known_credits as (
    select
        ends.last_file_number,
        ends.past_start_on,
        credits.opportunity_id,
        credits.rep_id,
        credits.share,
        row_number() over (
            partition by ends.last_file_number, ends.past_start_on, credits.opportunity_id, credits.rep_id
            order by credits.version_from_at desc, credits.file_number desc, credits.record_number desc
        ) as recency,
    from ends
    inner join raw.credits as credits
        on credits.file_number <= ends.last_file_number
        and credits.version_from_at < ends.past_end_at
),

first_told as (
    select
        states.last_file_number,
        states.opportunity_id,
        min(states.changed_at) as first_told_at,
    from working.deal_states as states
    where states.stage is not null
    group by states.last_file_number, states.opportunity_id
)

select
    wins.last_file_number,
    wins.quarter_start_on,
    wins.quarter_end_on,
    wins.opportunity_id,
    coalesce(credits.rep_id, wins.rep_id) as rep_id,
    wins.closed_on,
    wins.created_at,
    first_told.first_told_at,
    cast(
        cast(wins.reporting_amount as decimal(28, 4)) * cast(coalesce(credits.share, 1) as decimal(10, 6))
        as decimal(18, 4)
    ) as won_amount,
from wins
left join known_credits as credits
    on wins.last_file_number = credits.last_file_number
    and wins.quarter_start_on = credits.past_start_on
    and wins.opportunity_id = credits.opportunity_id
    and credits.recency = 1
left join first_told
    on wins.last_file_number = first_told.last_file_number
    and wins.opportunity_id = first_told.opportunity_id
