-- Contacts of a deal known by each as-of date; a deal in contact with one person only is single-threaded.
-- One row per as-of date and opportunity with a contact.
with known as (
    select distinct
        weeks.as_of_on,
        contacts.opportunity_id,
        contacts.role,
        contacts.first_seen_at,
        coalesce(contacts.is_decision_maker, false) as is_decision_maker,
    from staging.weeks as weeks
    inner join raw.contacts as contacts
        on contacts.file_number <= weeks.last_file_number
        and contacts.version_from_at < weeks.as_of_end_at
)

select
    as_of_on,
    opportunity_id,
    count(distinct coalesce(role, '') || '|' || coalesce(cast(first_seen_at as varchar), '')) as contact_count,
    count(distinct case when is_decision_maker then coalesce(role, '') end) as decision_maker_count,
from known
group by as_of_on, opportunity_id
