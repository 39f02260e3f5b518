-- What cannot be measured here, and which column would change that?
-- Without rows: Everything can be measured.
select
    missing_entity,
    missing_column,
    reason,
    count(*) as measure_count,
    string_agg(measure, ', ' order by measure) as measures,
from marts.data_quality
where not is_measurable
group by missing_entity, missing_column, reason
order by measure_count desc, missing_entity, missing_column
