-- A group's open deals beside the kernel: what is missing, what was cut and pushed, what is new, where it comes from.
-- One row per as-of date and group with an open deal. Money in reporting currency.
with deals as (
    select
        members.as_of_on,
        members.group_kind,
        members.group_id,
        open_deals.is_candidate,
        open_deals.is_at_table,
        open_deals.exclusion,
        open_deals.counted_amount,
        deals.is_evidenced and open_deals.counted_amount is null and coalesce(deals.amount <= 0, true) as has_no_amount,
        open_deals.cut_count,
        cast(
            cast(open_deals.cut_amount as decimal(28, 4)) * cast(deals.rate_to_reporting as decimal(28, 8))
            as decimal(18, 4)
        ) as cut_amount,
        open_deals.push_count,
        open_deals.push_days,
        open_deals.has_history,
        open_deals.probability_source,
        deals.created_on,
        deals.lead_source,
        deals.phase_order,
        members.share,
    from working.group_deals as members
    inner join staging.open_deals as open_deals
        on members.as_of_on = open_deals.as_of_on
        and members.opportunity_id = open_deals.opportunity_id
    inner join staging.deals as deals
        on open_deals.as_of_on = deals.as_of_on
        and open_deals.opportunity_id = deals.opportunity_id
),

sources as (
    select
        as_of_on,
        group_kind,
        group_id,
        lead_source,
        count(*) as deal_count,
        sum(count(*)) over (partition by as_of_on, group_kind, group_id) as told_count,
    from deals
    where is_candidate and lead_source is not null
    group by as_of_on, group_kind, group_id, lead_source
),

-- Where most of the chances come from; of two that are equally common the first by name.
probability_sources as (
    select
        as_of_on,
        group_kind,
        group_id,
        probability_source,
        row_number() over (
            partition by as_of_on, group_kind, group_id
            order by count(case when is_candidate then 1 end) desc, probability_source
        ) as place,
    from deals
    group by as_of_on, group_kind, group_id, probability_source
),

top_sources as (
    select
        as_of_on,
        group_kind,
        group_id,
        cast(max(deal_count) as double) / max(told_count) as top_source_share,
    from sources
    group by as_of_on, group_kind, group_id
)

select
    deals.as_of_on,
    deals.group_kind,
    deals.group_id,
    count(*) as open_count,
    count(case when deals.is_candidate then 1 end) as qualified_count,
    cast(
        sum(
            case
                when deals.is_candidate
                    then cast(deals.counted_amount as decimal(28, 4)) * cast(deals.share as decimal(10, 6))
                else 0
            end
        ) as decimal(18, 4)
    ) as open_candidate_amount,
    count(case when deals.has_no_amount then 1 end) as missing_amount_count,
    count(case when deals.exclusion = 'not_live' then 1 end) as not_live_count,
    count(case when deals.exclusion = 'overdue' then 1 end) as overdue_count,
    case when bool_or(deals.has_history) then count(case when deals.cut_count > 0 then 1 end) end as cut_count,
    case when bool_or(deals.has_history) then coalesce(sum(deals.cut_amount), 0) end as cut_amount,
    case when bool_or(deals.has_history) then count(case when deals.push_count > 0 then 1 end) end as push_count,
    case when bool_or(deals.has_history) then coalesce(sum(deals.push_days), 0) end as push_days,
    count(case when deals.phase_order between 1 and 3 and deals.created_on > deals.as_of_on - 28 then 1 end)
        as created_4w_count,
    count(case when deals.phase_order between 1 and 3 and deals.created_on > deals.as_of_on - 91 then 1 end)
        as created_13w_count,
    max(top_sources.top_source_share) as top_source_share,
    max(commonest.probability_source) as probability_source,
from deals
left join top_sources
    on deals.as_of_on = top_sources.as_of_on
    and deals.group_kind = top_sources.group_kind
    and deals.group_id = top_sources.group_id
inner join probability_sources as commonest
    on deals.as_of_on = commonest.as_of_on
    and deals.group_kind = commonest.group_kind
    and deals.group_id = commonest.group_id
    and commonest.place = 1
group by deals.as_of_on, deals.group_kind, deals.group_id
