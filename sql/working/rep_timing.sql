-- How a rep met the end of deals and quarters: late changes, dates pulled in, wins below the line, crossings, contacts at the table.
-- One row per as-of date and seller, over the quarter to date and the four before it; contacts are those of the as-of date.
with changes as (
    select
        changes.as_of_on,
        changes.rep_id,
        count(*) as late_change_count,
        count(case when changes.is_accepted_fast then 1 end) as late_accepted_fast_count,
        count(case when changes.is_traded then 1 end) as late_traded_count,
        count(case when changes.has_alternative then 1 end) as late_alternative_count,
    from working.late_changes as changes
    inner join working.conduct_windows as windows
        on changes.as_of_on = windows.as_of_on
        and changes.closed_on >= windows.from_on
    group by changes.as_of_on, changes.rep_id
),

pulls as (
    select
        windows.as_of_on,
        pulled.rep_id,
        count(case when pulled.is_pulled then 1 end) as pulled_date_count,
        count(case when pulled.is_to_quarter_end then 1 end) as quarter_end_date_count,
    from working.conduct_windows as windows
    inner join working.pulled_dates as pulled
        on windows.last_file_number = pulled.last_file_number
        and pulled.changed_at >= windows.from_at
        and pulled.changed_at < windows.as_of_end_at
    group by windows.as_of_on, pulled.rep_id
),

wins as (
    select
        won.as_of_on,
        won.rep_id,
        count(*) as won_count,
        count(case when won.is_at_quarter_end then 1 end) as quarter_end_won_count,
        count(won.zone) as lined_won_count,
        count(case when won.is_below_threshold then 1 end) as below_threshold_won_count,
        count(case when won.buffer_ratio >= 0 and won.buffer_ratio < parameters.hug_ratio then 1 end) as hug_count,
        count(case when won.is_below_threshold and won.is_crossing then 1 end) as crossing_count,
    from working.won_prices as won
    cross join staging.parameters as parameters
    inner join working.conduct_windows as windows
        on won.as_of_on = windows.as_of_on
        and won.closed_on >= windows.from_on
    group by won.as_of_on, won.rep_id
),

threads as (
    select
        deals.as_of_on,
        deals.rep_id,
        count(*) as table_count,
        count(contacts.contact_count) as contacted_table_count,
        count(case when contacts.contact_count = 1 then 1 end) as single_threaded_count,
    from staging.open_deals as deals
    left join working.deal_contacts as contacts
        on deals.as_of_on = contacts.as_of_on
        and deals.opportunity_id = contacts.opportunity_id
    where deals.is_at_table
    group by deals.as_of_on, deals.rep_id
)

select
    sellers.as_of_on,
    sellers.rep_id,
    coalesce(changes.late_change_count, 0) as late_change_count,
    coalesce(changes.late_accepted_fast_count, 0) as late_accepted_fast_count,
    coalesce(changes.late_traded_count, 0) as late_traded_count,
    coalesce(changes.late_alternative_count, 0) as late_alternative_count,
    coalesce(pulls.pulled_date_count, 0) as pulled_date_count,
    coalesce(pulls.quarter_end_date_count, 0) as quarter_end_date_count,
    coalesce(wins.won_count, 0) as won_count,
    coalesce(wins.quarter_end_won_count, 0) as quarter_end_won_count,
    coalesce(wins.lined_won_count, 0) as lined_won_count,
    coalesce(wins.below_threshold_won_count, 0) as below_threshold_won_count,
    coalesce(wins.hug_count, 0) as hug_count,
    coalesce(wins.crossing_count, 0) as crossing_count,
    coalesce(threads.table_count, 0) as table_count,
    coalesce(threads.contacted_table_count, 0) as contacted_table_count,
    coalesce(threads.single_threaded_count, 0) as single_threaded_count,
from staging.sellers as sellers
left join changes
    on sellers.as_of_on = changes.as_of_on
    and sellers.rep_id = changes.rep_id
left join pulls
    on sellers.as_of_on = pulls.as_of_on
    and sellers.rep_id = pulls.rep_id
left join wins
    on sellers.as_of_on = wins.as_of_on
    and sellers.rep_id = wins.rep_id
left join threads
    on sellers.as_of_on = threads.as_of_on
    and sellers.rep_id = threads.rep_id
