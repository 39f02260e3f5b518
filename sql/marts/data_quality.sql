-- What can be measured here, how much of it is known, and which column of which entity would make the rest measurable.
-- One row per measure. reason: missing, weeks_not_scored, or NULL where it is measured.
-- Of the latest as-of date scored.
select
    data_quality.measure,
    data_quality.is_measurable,
    data_quality.missing_entity,
    data_quality.missing_column,
    data_quality.known_share,
    data_quality.row_count,
    data_quality.reason,
from scores.data_quality as data_quality
where data_quality.as_of_on = (select max(weeks.as_of_on) from scores.weeks as weeks)
