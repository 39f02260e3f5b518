-- Prices that a seller put on the table after the first one, with what the buyer had asked for before.
-- One row per opportunity, spell (working.spells) and seller offer, with who owned the deal then and its phase; where nothing tells of the
-- owner then, the deal's own, and of a void deal nobody. Money in the deal's currency (03-metrics.md, section 6).
with told as (
    select
        deals.last_file_number,
        deals.as_of_on,
        deals.until_on,
        deals.opportunity_id,
        deals.rep_id as deal_rep_id,
        deals.outcome,
        offers.offered_at,
        offers.side,
        offers.amount,
        coalesce(offers.is_final, false) as is_final,
        nullif(trim(offers.lever), '') as lever,
        nullif(trim(offers.traded_for), '') as traded_for,
        offers.in_reply_to_at,
    from working.offers as offers
    inner join working.spell_deals as deals
        on offers.as_of_on = deals.as_of_on
        and offers.opportunity_id = deals.opportunity_id
        and offers.offered_at <= deals.line_at
    where offers.amount is not null
        and coalesce(offers.currency, deals.currency) is not distinct from deals.currency
),

so_far as (
    select
        told.*,
        last_value(case when told.side = 'seller' then told.amount end ignore nulls) over before as previous_amount,
        max(case when told.side = 'seller' then told.offered_at end) over before as previous_offered_at,
        last_value(case when told.side = 'buyer' then told.amount end ignore nulls) over before as demanded_amount,
        max(case when told.side = 'buyer' then told.offered_at end) over before as last_demanded_at,
        max(case when told.side = 'seller' and told.is_final then 1 end) over before as final_flag,
    from told
    window before as (
        partition by told.as_of_on, told.opportunity_id
        order by told.offered_at, told.side
        rows between unbounded preceding and 1 preceding
    )
),

-- What a seller takes off without having been asked again answers no demand.
answering as (
    select
        so_far.*,
        case
            when so_far.in_reply_to_at <= so_far.offered_at then so_far.in_reply_to_at
            when so_far.last_demanded_at >= so_far.previous_offered_at then so_far.last_demanded_at
        end as demanded_at,
    from so_far
    where so_far.side = 'seller' and so_far.previous_amount is not null
)

select
    answering.last_file_number,
    answering.as_of_on,
    answering.until_on,
    answering.opportunity_id,
    answering.offered_at as moved_at,
    case when answering.outcome <> 'void' then coalesce(states.rep_id, answering.deal_rep_id) end as rep_id,
    states.phase_order,
    answering.previous_amount,
    answering.amount,
    answering.previous_amount - answering.amount as step_amount,
    answering.amount < answering.previous_amount as is_concession,
    answering.demanded_at,
    answering.demanded_amount,
    cast(date_diff('second', answering.demanded_at, answering.offered_at) as double) / 3600 as answer_hours,
    answering.final_flag = 1 as is_after_final,
    answering.lever,
    answering.traded_for,
from answering
left join working.deal_states as states
    on answering.last_file_number = states.last_file_number
    and answering.opportunity_id = states.opportunity_id
    and states.changed_at <= answering.offered_at
    and (states.next_changed_at is null or states.next_changed_at > answering.offered_at)
