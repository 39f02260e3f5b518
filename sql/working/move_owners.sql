-- Who owned a deal when its price moved: what somebody gave away before handing a deal over is not the new owner's doing.
-- One row per as-of date, opportunity and moment of a seller's move or of a concession; where nothing tells of the owner then, the deal's own.
with moments as (
    select as_of_on, opportunity_id, moved_at from working.seller_moves
    union
    select as_of_on, opportunity_id, conceded_at from working.concession_steps
)

select
    moments.as_of_on,
    moments.opportunity_id,
    moments.moved_at,
    coalesce(states.rep_id, deals.rep_id) as rep_id,
from moments
inner join staging.weeks as weeks
    on moments.as_of_on = weeks.as_of_on
inner join working.dated_deals as deals
    on moments.as_of_on = deals.as_of_on
    and moments.opportunity_id = deals.opportunity_id
    and deals.outcome <> 'void'
left join working.deal_states as states
    on weeks.last_file_number = states.last_file_number
    and moments.opportunity_id = states.opportunity_id
    and states.changed_at <= moments.moved_at
    and (states.next_changed_at is null or states.next_changed_at > moments.moved_at)
