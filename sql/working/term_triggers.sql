-- Contract terms that policy does not give: a non-negotiable one over its limit, and payment days over policy.
-- One row per as-of date, opportunity, end of talks and request. Settings: [terms].
with asked as (
    select
        requests.*,
        try_cast(replace(regexp_extract(requests.value, '[0-9]+([.,][0-9]+)?'), ',', '.') as decimal(18, 4))
            as value_number,
    from working.term_requests as requests
),

worded as (
    select distinct
        requests.term,
        requests.value,
    from working.term_requests as requests
    inner join staging.catastrophic_terms as words
        on requests.term = words.term
        and contains(requests.value, words.word)
),

excessive as (
    select
        asked.as_of_on,
        asked.opportunity_id,
        asked.requested_at,
        'term' as trigger_code,
        case when worded.term is not null then 'none' else 'term' end as approval_kind,
        asked.status = 'refused' as is_refused,
        asked.decided_at,
    from asked
    inner join staging.non_negotiable_terms as terms
        on asked.term = terms.term
    left join worded
        on asked.term = worded.term
        and asked.value = worded.value
    where worded.term is not null
        or coalesce(asked.value_number > terms.limit_value, true)
    union all
    select
        asked.as_of_on,
        asked.opportunity_id,
        asked.requested_at,
        'payment',
        'payment',
        asked.status = 'refused',
        asked.decided_at,
    from asked
    cross join staging.exposure_parameters as parameters
    where asked.term like 'payment%'
        and asked.value_number > parameters.payment_days
    union all
    select
        changes.as_of_on,
        changes.opportunity_id,
        changes.requested_at,
        'payment',
        'payment',
        changes.answer in ('refused', 'traded'),
        changes.answered_at,
    from working.change_requests as changes
    cross join staging.exposure_parameters as parameters
    where changes.kind like 'payment%'
        and try_cast(replace(regexp_extract(changes.value, '[0-9]+([.,][0-9]+)?'), ',', '.') as decimal(18, 4))
        > parameters.payment_days
)

select
    ends.as_of_on,
    ends.opportunity_id,
    ends.end_at,
    excessive.trigger_code,
    excessive.requested_at as triggered_at,
    true as is_logged,
    false as is_accepted_price,
    -- What was refused after the signature was not refused.
    excessive.is_refused and coalesce(excessive.decided_at <= ends.end_at, true) as is_cured,
    excessive.approval_kind,
from excessive
inner join working.deal_ends as ends
    on excessive.as_of_on = ends.as_of_on
    and excessive.opportunity_id = ends.opportunity_id
    and excessive.requested_at <= ends.end_at
    and (ends.previous_end_at is null or excessive.requested_at > ends.previous_end_at)
