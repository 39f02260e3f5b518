-- What a rep conceded in the quarter to date and the four before it, by the owner of the deal at the move; final offers by the deal's own.
-- One row per as-of date and seller; zeros where nothing happened.
with steps as (
    select
        steps.as_of_on,
        steps.rep_id,
        count(*) as concession_count,
        count(case when steps.concession_source = 'offers' then 1 end) as offered_concession_count,
        count(steps.answer_hours) as timed_concession_count,
        count(case when steps.answer_hours <= parameters.fast_hours then 1 end) as fast_concession_count,
        count(case when steps.concession_source = 'offers' and steps.traded_for is null then 1 end)
            as unpaid_concession_count,
        count(steps.lever) as levered_concession_count,
        count(case when lower(steps.lever) = 'price' then 1 end) as price_only_concession_count,
        count(case when steps.is_after_final then 1 end) as after_final_count,
        count(case when steps.step_number = 1 then 1 end) as conceded_deal_count,
        count(case when steps.step_number = 1 then firsts.phase_order end) as phased_deal_count,
        count(case when steps.step_number = 1 and firsts.is_early then 1 end) as early_deal_count,
        count(case when steps.step_number = 1 then firsts.gap_share end) as first_gap_deal_count,
        count(case when steps.step_number = 1 and firsts.gap_share > parameters.first_gap_share then 1 end)
            as large_first_deal_count,
        sum(case when steps.step_number = 1 then cast(firsts.gap_share as decimal(38, 10)) end) as first_gap_share_sum,
        count(case when steps.step_number = 1 then readiness.known_count end) as listed_deal_count,
        coalesce(sum(case when steps.step_number = 1 then readiness.known_count end), 0) as readiness_known_count,
        coalesce(sum(case when steps.step_number = 1 then readiness.met_count end), 0) as readiness_met_count,
    from working.concession_steps as steps
    cross join staging.parameters as parameters
    inner join working.conduct_windows as windows
        on steps.as_of_on = windows.as_of_on
        and steps.conceded_at >= windows.from_at
    left join working.first_concessions as firsts
        on steps.step_number = 1
        and steps.as_of_on = firsts.as_of_on
        and steps.opportunity_id = firsts.opportunity_id
    left join working.deal_readiness as readiness
        on steps.step_number = 1
        and steps.as_of_on = readiness.as_of_on
        and steps.opportunity_id = readiness.opportunity_id
    group by steps.as_of_on, steps.rep_id
),

answers as (
    select
        moves.as_of_on,
        moves.rep_id,
        count(*) as answer_count,
        count(case when not moves.is_concession then 1 end) as held_answer_count,
    from working.seller_moves as moves
    inner join working.conduct_windows as windows
        on moves.as_of_on = windows.as_of_on
        and moves.moved_at >= windows.from_at
    where moves.answer_hours is not null
    group by moves.as_of_on, moves.rep_id
),

finals as (
    select
        deals.as_of_on,
        deals.rep_id,
        count(*) as final_deal_count,
        count(case when concessions.after_final_count > 0 then 1 end) as broken_final_deal_count,
    from working.concession_sources as sources
    inner join working.conduct_windows as windows
        on sources.as_of_on = windows.as_of_on
    inner join working.dated_deals as deals
        on sources.as_of_on = deals.as_of_on
        and sources.opportunity_id = deals.opportunity_id
        and deals.outcome <> 'void'
        and (deals.ended_on is null or deals.ended_on >= windows.from_on)
    left join working.deal_concessions as concessions
        on sources.as_of_on = concessions.as_of_on
        and sources.opportunity_id = concessions.opportunity_id
    where sources.final_offer_count > 0
    group by deals.as_of_on, deals.rep_id
)

select
    sellers.as_of_on,
    sellers.rep_id,
    coalesce(steps.concession_count, 0) as concession_count,
    coalesce(steps.offered_concession_count, 0) as offered_concession_count,
    coalesce(steps.timed_concession_count, 0) as timed_concession_count,
    coalesce(steps.fast_concession_count, 0) as fast_concession_count,
    coalesce(steps.unpaid_concession_count, 0) as unpaid_concession_count,
    coalesce(steps.levered_concession_count, 0) as levered_concession_count,
    coalesce(steps.price_only_concession_count, 0) as price_only_concession_count,
    coalesce(steps.after_final_count, 0) as after_final_count,
    coalesce(steps.conceded_deal_count, 0) as conceded_deal_count,
    coalesce(steps.phased_deal_count, 0) as phased_deal_count,
    coalesce(steps.early_deal_count, 0) as early_deal_count,
    coalesce(steps.first_gap_deal_count, 0) as first_gap_deal_count,
    coalesce(steps.large_first_deal_count, 0) as large_first_deal_count,
    coalesce(steps.first_gap_share_sum, 0) as first_gap_share_sum,
    coalesce(steps.listed_deal_count, 0) as listed_deal_count,
    coalesce(steps.readiness_known_count, 0) as readiness_known_count,
    coalesce(steps.readiness_met_count, 0) as readiness_met_count,
    coalesce(answers.answer_count, 0) as answer_count,
    coalesce(answers.held_answer_count, 0) as held_answer_count,
    coalesce(finals.final_deal_count, 0) as final_deal_count,
    coalesce(finals.broken_final_deal_count, 0) as broken_final_deal_count,
from staging.sellers as sellers
left join steps
    on sellers.as_of_on = steps.as_of_on
    and sellers.rep_id = steps.rep_id
left join answers
    on sellers.as_of_on = answers.as_of_on
    and sellers.rep_id = answers.rep_id
left join finals
    on sellers.as_of_on = finals.as_of_on
    and sellers.rep_id = finals.rep_id
