-- Changes that a buyer asked for shortly before the deal closed, and how they were answered.
-- One row per as-of date, opportunity, moment and kind of a late change (03-metrics.md, section 6).
with known as (
    select
        weeks.as_of_on,
        requests.*,
        row_number() over (
            partition by weeks.as_of_on, requests.opportunity_id, requests.requested_at, requests.kind
            order by requests.version_from_at desc, requests.file_number desc, requests.record_number desc
        ) as recency,
    from staging.weeks as weeks
    inner join raw.change_requests as requests
        on requests.file_number <= weeks.last_file_number
        and requests.version_from_at < weeks.as_of_end_at
)

select
    known.as_of_on,
    known.opportunity_id,
    deals.rep_id,
    deals.closed_on,
    known.requested_at,
    known.kind,
    known.answer,
    known.answer = 'accepted'
    and coalesce(date_diff('second', known.requested_at, known.answered_at) <= parameters.fast_hours * 3600, false)
        as is_accepted_fast,
    coalesce(known.answer = 'traded', false) as is_traded,
    nullif(trim(known.alternative_offered), '') is not null as has_alternative,
from known
cross join staging.parameters as parameters
inner join working.dated_deals as deals
    on known.as_of_on = deals.as_of_on
    and known.opportunity_id = deals.opportunity_id
where known.recency = 1
    and deals.outcome in ('won', 'lost', 'declined')
    and known.requested_at <= deals.closing_at
    and known.requested_at >= deals.closing_at - to_days(parameters.late_change_days)
