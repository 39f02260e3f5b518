-- How the price of a deal was talked down: concessions, their size, speed and price, and how ready we were (03-metrics.md, section 6).
-- One row per deal, open or ended in the quarter or the four before it, of which offers or a history of amounts are told, of the last as-of
-- date of each run: nothing reads an earlier one. 0 concessions are counted and none made. Money in reporting currency.
with last_weeks as (
    select
        weeks.as_of_on,
        weeks.history_start_on,
    from staging.weeks as weeks
    where weeks.as_of_on = (select max(as_of_on) from staging.weeks)
),

phases as (
    select distinct
        stages.phase_order,
        stages.phase,
    from staging.stages as stages
)

select
    sources.as_of_on,
    sources.opportunity_id,
    deals.opportunity_name,
    deals.rep_id,
    deals.outcome,
    quarters.quarter_start_on,
    sources.concession_source,
    coalesce(concessions.concession_count, 0) as concession_count,
    firsts.conceded_at as first_conceded_at,
    phases.phase as first_concession_phase,
    firsts.gap_share as first_concession_gap_share,
    firsts.is_early,
    concessions.shape,
    concessions.mean_step_ratio,
    concessions.median_hours_to_concede,
    case when sources.concession_source = 'offers' then coalesce(concessions.timed_count, 0) end as timed_concession_count,
    case when sources.concession_source = 'offers' then coalesce(concessions.fast_count, 0) end as fast_concession_count,
    case
        when sources.concession_source = 'offers' and details.has_trades
            then cast(concessions.untraded_count as double) / concessions.concession_count
    end as unpaid_concession_share,
    case
        when sources.concession_source = 'offers' and details.has_trades then coalesce(concessions.untraded_count, 0)
    end as unpaid_concession_count,
    case
        when sources.concession_source = 'offers' and details.has_levers
            then cast(concessions.price_only_count as double) / nullif(concessions.levered_count, 0)
    end as price_only_concession_share,
    case
        when sources.concession_source = 'offers' and details.has_levers then coalesce(concessions.price_only_count, 0)
    end as price_only_concession_count,
    case
        when sources.concession_source = 'offers' and details.has_levers then coalesce(concessions.levered_count, 0)
    end as levered_concession_count,
    case
        when sources.concession_source = 'offers' and details.has_finals then coalesce(concessions.after_final_count, 0)
    end as after_final_count,
    case when details.has_finals then sources.final_offer_count end as final_offer_count,
    case when sources.concession_source = 'offers' then coalesce(answers.answer_count, 0) end as answer_count,
    case when sources.concession_source = 'offers' then coalesce(answers.held_answer_count, 0) end as held_answer_count,
    case
        when deals.list_amount > deals.threshold_amount
            then cast(sources.first_amount - deals.threshold_amount as double)
                / cast(deals.list_amount - deals.threshold_amount as double)
    end as opening_position_share,
    cast(
        cast(coalesce(concessions.conceded_amount, 0) as decimal(28, 4))
        * cast(deals.rate_to_reporting as decimal(28, 8)) as decimal(18, 4)
    ) as conceded_amount,
    cast(coalesce(concessions.conceded_amount, 0) as double) / nullif(cast(sources.first_amount as double), 0)
        as conceded_share,
    readiness.met_count as readiness_met_count,
    case when lists.as_of_on is not null then coalesce(readiness.known_count, 0) end as readiness_known_count,
    contacts.contact_count,
    contacts.contact_count = 1 as is_single_threaded,
from working.concession_sources as sources
inner join last_weeks as weeks
    on sources.as_of_on = weeks.as_of_on
inner join staging.deals as deals
    on sources.as_of_on = deals.as_of_on
    and sources.opportunity_id = deals.opportunity_id
    and (deals.ended_on is null or deals.ended_on >= weeks.history_start_on)
inner join working.offer_details as details
    on sources.as_of_on = details.as_of_on
left join staging.quarters as quarters
    on deals.ended_on between quarters.quarter_start_on and quarters.quarter_end_on
left join working.deal_concessions as concessions
    on sources.as_of_on = concessions.as_of_on
    and sources.opportunity_id = concessions.opportunity_id
left join working.first_concessions as firsts
    on sources.as_of_on = firsts.as_of_on
    and sources.opportunity_id = firsts.opportunity_id
left join phases
    on firsts.phase_order = phases.phase_order
left join working.deal_answers as answers
    on sources.as_of_on = answers.as_of_on
    and sources.opportunity_id = answers.opportunity_id
left join (
    select as_of_on from staging.loaded_entities where entity = 'readiness'
) as lists
    on sources.as_of_on = lists.as_of_on
left join working.deal_readiness as readiness
    on sources.as_of_on = readiness.as_of_on
    and sources.opportunity_id = readiness.opportunity_id
left join working.deal_contacts as contacts
    on sources.as_of_on = contacts.as_of_on
    and sources.opportunity_id = contacts.opportunity_id
where deals.outcome <> 'void'
