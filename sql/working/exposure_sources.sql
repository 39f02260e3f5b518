-- Whether the workspace tells of anything that could be an exposure, an ending or a log of one; else counts are unknown.
-- One row per as-of date.
with loaded as (
    select
        weeks.as_of_on,
        bool_or(coalesce(entities.entity = 'offers', false)) as has_offers,
        bool_or(coalesce(entities.entity = 'term_requests', false)) as has_terms,
        bool_or(coalesce(entities.entity = 'change_requests', false)) as has_changes,
        bool_or(coalesce(entities.entity = 'red_flags', false)) as has_red_flags,
        bool_or(coalesce(entities.entity = 'approvals', false)) as has_approvals,
        bool_or(coalesce(entities.entity = 'activities', false)) as has_activities,
        bool_or(coalesce(entities.entity in ('declines', 'decline_reviews'), false)) or max(mapped.has_mapping)
            as has_declines,
    from staging.weeks as weeks
    left join staging.loaded_entities as entities
        on weeks.as_of_on = entities.as_of_on
    cross join (
        select count(*) > 0 as has_mapping from staging.loss_reasons where outcome = 'declined'
    ) as mapped
    group by weeks.as_of_on
),

judged as (
    select as_of_on
    from working.account_misfits
    group by as_of_on
),

grown as (
    select as_of_on
    from working.scope_changes
    group by as_of_on
)

select
    loaded.as_of_on,
    loaded.has_terms,
    loaded.has_changes,
    loaded.has_red_flags,
    loaded.has_approvals,
    loaded.has_declines,
    loaded.has_activities,
    lines.has_lines,
    judged.as_of_on is not null as has_fit,
    grown.as_of_on is not null as has_scope,
    lines.has_lines or loaded.has_terms or loaded.has_changes or loaded.has_red_flags
    or judged.as_of_on is not null or grown.as_of_on is not null as has_exposures,
    loaded.has_offers or loaded.has_declines or loaded.has_terms or loaded.has_changes as has_endings,
    lines.has_lines and (loaded.has_offers or loaded.has_terms or loaded.has_changes or loaded.has_red_flags)
        as has_logs,
from loaded
inner join working.line_sources as lines
    on loaded.as_of_on = lines.as_of_on
left join judged
    on loaded.as_of_on = judged.as_of_on
left join grown
    on loaded.as_of_on = grown.as_of_on
