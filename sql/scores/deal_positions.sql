-- Open deals: price against walk-away point, the quarter without them, what hangs on them.
-- One row per open deal and as-of date. Money in reporting currency unless the name says price_currency.
with exceptions as (
    select as_of_on, opportunity_id, line_at
    from working.price_approvals
),

own as (
    select attained.*
    from scores.deal_attainment as attained
    inner join staging.weeks as weeks
        on attained.as_of_on = weeks.as_of_on
    where attained.book_kind = 'rep'
),

teams as (
    select attained.*
    from scores.deal_attainment as attained
    inner join staging.weeks as weeks
        on attained.as_of_on = weeks.as_of_on
    where attained.book_kind = 'team'
),

-- Quarters of which strong or weak may be said: those that have a band, and those that are made, which needs no forecast.
worded as (
    select
        bands.as_of_on,
        bands.book_kind,
        bands.book_id,
    from working.bands as bands
    inner join working.group_strength as strength
        on bands.as_of_on = strength.as_of_on
        and bands.book_kind = strength.book_kind
        and bands.book_id = strength.book_id
    where bands.band_withheld_reason is null or strength.is_made
),

neighbours as (
    select
        deals.as_of_on,
        deals.opportunity_id,
        count(others.opportunity_id) as comparable_count,
    from staging.open_deals as deals
    cross join staging.parameters as parameters
    inner join staging.deals as priced
        on deals.as_of_on = priced.as_of_on
        and deals.opportunity_id = priced.opportunity_id
    left join staging.open_deals as others
        on deals.as_of_on = others.as_of_on
        and deals.rep_id = others.rep_id
        and deals.opportunity_id <> others.opportunity_id
        and others.is_candidate
        and cast(others.counted_amount as double) >= parameters.similar_amount_share * cast(deals.counted_amount as double)
        and abs(others.phase_order - deals.phase_order) <= 1
    where deals.is_candidate
    group by deals.as_of_on, deals.opportunity_id
),

flags as (
    select
        as_of_on,
        opportunity_id,
        count(distinct flag) as flag_count,
        string_agg(distinct flag, ',' order by flag) as flags,
    from working.red_flags
    group by as_of_on, opportunity_id
),

items as (
    select
        readiness.as_of_on,
        readiness.opportunity_id,
        count(distinct readiness.item) as known_count,
        count(distinct case when readiness.met_at < weeks.as_of_end_at then readiness.item end) as met_count,
    from working.readiness as readiness
    inner join staging.weeks as weeks
        on readiness.as_of_on = weeks.as_of_on
    group by readiness.as_of_on, readiness.opportunity_id
),

loaded as (
    select
        as_of_on,
        bool_or(entity = 'red_flags') as has_red_flags,
        bool_or(entity = 'readiness') as has_readiness,
    from staging.loaded_entities
    group by as_of_on
),

joined as (
    select
        open_deals.as_of_on,
        open_deals.opportunity_id,
        deals.opportunity_name,
        accounts.account_name,
        open_deals.rep_id,
        sellers.rep_name,
        sellers.team,
        open_deals.is_candidate,
        open_deals.is_at_table,
        open_deals.exclusion,
        deals.stage,
        deals.phase,
        deals.segment,
        deals.product,
        deals.deal_type,
        deals.currency,
        cast(deals.rate_to_reporting as decimal(28, 8)) as rate,
        deals.price_amount,
        deals.amount,
        deals.reporting_amount,
        open_deals.counted_amount,
        open_deals.realisation_ratio,
        deals.list_amount,
        deals.floor_amount,
        deals.threshold_amount,
        deals.floor_source,
        deals.zone,
        deals.buffer_ratio,
        deals.corridor_share,
        deals.close_on,
        deals.is_preset,
        deals.seller_offered_at,
        deals.seller_amount,
        deals.buyer_amount,
        open_deals.win_probability,
        open_deals.probability_source,
        open_deals.probability_deviation,
        open_deals.probability_cell,
        open_deals.cut_count,
        open_deals.cut_amount,
        open_deals.push_count,
        open_deals.push_days,
        books.is_made,
        own.without_probability,
        own.without_low,
        own.without_high,
        own.if_won_probability,
        own.expected_without_amount,
        books.expected_amount,
        teams.without_probability as team_without_probability,
        neighbours.comparable_count,
        exceptions.opportunity_id is not null as is_approved,
        case when loaded.has_red_flags then coalesce(flags.flag_count, 0) end as red_flag_count,
        flags.flags,
        case when loaded.has_readiness then coalesce(items.met_count, 0) end as readiness_met_count,
        case when loaded.has_readiness then coalesce(items.known_count, 0) end as readiness_known_count,
    from staging.open_deals as open_deals
    inner join staging.deals as deals
        on open_deals.as_of_on = deals.as_of_on
        and open_deals.opportunity_id = deals.opportunity_id
    left join loaded
        on open_deals.as_of_on = loaded.as_of_on
    left join staging.sellers as sellers
        on open_deals.as_of_on = sellers.as_of_on
        and open_deals.rep_id = sellers.rep_id
    left join staging.accounts as accounts
        on deals.as_of_on = accounts.as_of_on
        and deals.account_id = accounts.account_id
    left join own
        on open_deals.as_of_on = own.as_of_on
        and open_deals.rep_id = own.book_id
        and open_deals.opportunity_id = own.opportunity_id
    left join working.group_strength as books
        on open_deals.as_of_on = books.as_of_on
        and books.book_kind = 'rep'
        and open_deals.rep_id = books.book_id
    left join teams
        on open_deals.as_of_on = teams.as_of_on
        and sellers.team = teams.book_id
        and open_deals.opportunity_id = teams.opportunity_id
    left join neighbours
        on open_deals.as_of_on = neighbours.as_of_on
        and open_deals.opportunity_id = neighbours.opportunity_id
    left join exceptions
        on deals.as_of_on = exceptions.as_of_on
        and deals.opportunity_id = exceptions.opportunity_id
        and deals.line_at = exceptions.line_at
    left join flags
        on open_deals.as_of_on = flags.as_of_on
        and open_deals.opportunity_id = flags.opportunity_id
    left join items
        on open_deals.as_of_on = items.as_of_on
        and open_deals.opportunity_id = items.opportunity_id
),

converted as (
    select
        joined.*,
        cast(cast(joined.price_amount as decimal(28, 4)) * joined.rate as decimal(18, 4)) as reporting_price_amount,
        cast(cast(joined.list_amount as decimal(28, 4)) * joined.rate as decimal(18, 4)) as reporting_list_amount,
        cast(cast(joined.floor_amount as decimal(28, 4)) * joined.rate as decimal(18, 4)) as reporting_floor_amount,
        cast(cast(joined.threshold_amount as decimal(28, 4)) * joined.rate as decimal(18, 4))
            as reporting_threshold_amount,
        cast(cast(joined.cut_amount as decimal(28, 4)) * joined.rate as decimal(18, 4)) as reporting_cut_amount,
        case
            when joined.without_probability is null then null
            when joined.is_made then 0
            else cast(round(joined.expected_amount - joined.expected_without_amount, 4) as decimal(18, 4))
        end as loss_if_gone_amount,
        case
            when joined.without_probability is null then null
            when joined.is_made then 1
            -- Under half a cent there is nothing of which a part could survive.
            when joined.expected_amount >= 0.005 then joined.expected_without_amount / joined.expected_amount
        end as surviving_share,
    from joined
),

staked as (
    select
        converted.*,
        case
            when converted.zone in ('approval', 'walk')
                then converted.reporting_threshold_amount - converted.reporting_price_amount
            when converted.zone = 'clear' then 0
        end as shortfall_amount,
        100 * converted.without_probability < parameters.weak_below as is_rep_weak,
        100 * converted.without_probability >= parameters.strong_from as is_rep_strong,
        100 * converted.team_without_probability < parameters.weak_below as is_team_weak,
        100 * converted.team_without_probability >= parameters.strong_from as is_team_strong,
    from converted
    cross join staging.parameters as parameters
)

select
    staked.as_of_on,
    staked.opportunity_id,
    staked.opportunity_name,
    staked.account_name,
    staked.rep_id,
    staked.rep_name,
    staked.team,
    staked.is_candidate,
    staked.is_at_table,
    staked.exclusion as candidate_reason,
    staked.stage,
    staked.phase,
    staked.segment,
    staked.product,
    staked.deal_type,
    staked.currency,
    staked.reporting_amount as amount,
    staked.counted_amount,
    staked.reporting_amount,
    staked.realisation_ratio,
    staked.price_amount as price_currency_amount,
    staked.reporting_price_amount as price_amount,
    staked.reporting_list_amount as list_amount,
    staked.reporting_floor_amount as floor_amount,
    staked.reporting_threshold_amount as threshold_amount,
    staked.floor_source,
    staked.zone,
    staked.buffer_ratio,
    staked.corridor_share,
    staked.is_preset,
    staked.close_on,
    date_diff('day', staked.as_of_on, staked.close_on) as days_to_close,
    case when staked.is_candidate then staked.win_probability end as win_probability,
    case when staked.is_candidate then staked.probability_source end as probability_source,
    case when staked.is_candidate then staked.probability_deviation end as probability_deviation,
    case when staked.is_candidate then staked.probability_cell end as probability_cell,
    staked.without_probability as attainment_without_probability,
    staked.without_low as attainment_without_low,
    staked.without_high as attainment_without_high,
    staked.if_won_probability as attainment_if_won_probability,
    staked.team_without_probability,
    staked.surviving_share,
    staked.loss_if_gone_amount,
    staked.comparable_count,
    coalesce(open_triggers.missing_approvals, case when staked.zone is not null then '' end) as missing_approvals,
    open_triggers.triggers,
    staked.is_approved,
    staked.red_flag_count,
    staked.flags,
    staked.readiness_met_count,
    staked.readiness_known_count,
    staked.cut_count,
    staked.reporting_cut_amount as cut_amount,
    staked.push_count,
    staked.push_days,
    staked.seller_offered_at as last_seller_offer_at,
    cast(cast(staked.buyer_amount as decimal(28, 4)) * staked.rate as decimal(18, 4)) as last_buyer_amount,
    staked.shortfall_amount,
    greatest(staked.shortfall_amount, staked.loss_if_gone_amount) as stake_amount,
    case
        when staked.without_probability is null or staked.team_without_probability is null then null
        when own_words.book_id is null or team_words.book_id is null then null
        when staked.is_rep_weak and staked.is_team_strong then 'rep_weak_team_strong'
        when staked.is_rep_weak and staked.is_team_weak then 'both_weak'
        when staked.is_rep_strong and staked.is_team_strong then 'both_strong'
        when staked.is_rep_strong and staked.is_team_weak then 'rep_strong_team_weak'
        else 'in_between'
    end as pair_code,
from staked
left join working.open_triggers as open_triggers
    on staked.as_of_on = open_triggers.as_of_on
    and staked.opportunity_id = open_triggers.opportunity_id
left join worded as own_words
    on staked.as_of_on = own_words.as_of_on
    and own_words.book_kind = 'rep'
    and staked.rep_id = own_words.book_id
left join worded as team_words
    on staked.as_of_on = team_words.as_of_on
    and team_words.book_kind = 'team'
    and staked.team = team_words.book_id
