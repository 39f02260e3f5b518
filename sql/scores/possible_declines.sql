-- Closed deals that were not won and may have been our decision: to be confirmed by a person, never counted before.
-- One row per deal and as-of date. signals: words, out_of_negotiation, no_competitor, near_line (03-metrics.md, section 1).
with lost as (
    select
        deals.*,
        lower(concat_ws(' ', deals.loss_reason, deals.loss_detail)) as loss_text,
        history.last_open_phase_order = 3 as is_out_of_negotiation,
        deals.competitor is null and deals.lost_to <> 'competitor' as has_no_competitor,
        coalesce(
            deals.buffer_ratio <= parameters.near_line_ratio, false
        ) as is_near_line,
    from staging.deals as deals
    cross join staging.parameters as parameters
    left join working.deal_history as history
        on deals.as_of_on = history.as_of_on
        and deals.opportunity_id = history.opportunity_id
    where deals.outcome = 'lost'
        and deals.review_answer is null
),

texts as (
    select distinct loss_text
    from lost
    where loss_text <> ''
),

telling as (
    select distinct texts.loss_text
    from texts
    inner join staging.decline_words as words
        on contains(texts.loss_text, words.word)
),

signalled as (
    select
        lost.*,
        telling.loss_text is not null as has_words,
    from lost
    left join telling
        on lost.loss_text = telling.loss_text
)

select
    signalled.as_of_on,
    signalled.opportunity_id,
    signalled.opportunity_name,
    accounts.account_name,
    signalled.rep_id,
    sellers.rep_name,
    coalesce(sellers.team, 'unassigned') as team,
    signalled.closing_at as closed_at,
    signalled.closed_on,
    signalled.currency,
    cast(
        cast(signalled.price_amount as decimal(28, 4)) * cast(signalled.rate_to_reporting as decimal(28, 8))
        as decimal(18, 4)
    ) as amount,
    signalled.loss_reason,
    concat_ws(
        ',',
        case when signalled.is_near_line then 'near_line' end,
        case when signalled.has_no_competitor then 'no_competitor' end,
        case when signalled.is_out_of_negotiation then 'out_of_negotiation' end,
        case when signalled.has_words then 'words' end
    ) as signals,
from signalled
left join staging.accounts as accounts
    on signalled.as_of_on = accounts.as_of_on
    and signalled.account_id = accounts.account_id
left join staging.sellers as sellers
    on signalled.as_of_on = sellers.as_of_on
    and signalled.rep_id = sellers.rep_id
where signalled.has_no_competitor
    and (
        signalled.has_words
        or (
            coalesce(signalled.is_out_of_negotiation, false)
            and signalled.lost_to in ('unknown', 'other', 'price')
            and (signalled.is_near_line or signalled.buffer_ratio is null)
        )
    )
