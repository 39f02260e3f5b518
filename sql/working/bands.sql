-- The word for a strength, or why there is none (03-metrics.md, section 3, bands).
-- One row per as-of date and book. batna_band: weak, fair, strong or out_of_reach; band_withheld_reason: deals_unknown (too many
-- open deals could not be put into any book), none (no candidate), ramping, uncalibrated, pipeline_only (nothing is known of business that is
-- not in the pipeline yet).
with judged as (
    select
        strength.as_of_on,
        strength.book_kind,
        strength.book_id,
        strength.batna_strength,
        not strength.is_made and strength.attainment_probability < parameters.out_of_reach_share as is_out_of_reach,
        parameters.weak_below,
        parameters.strong_from,
        case
            when strength.is_withheld then 'deals_unknown'
            when strength.batna_basis = 'none' then 'none'
            when sellers.is_ramping then 'ramping'
            when not coalesce(status.is_calibrated, false) then 'uncalibrated'
            when not strength.has_unborn and weeks.as_of_on < weeks.quarter_end_on then 'pipeline_only'
        end as band_withheld_reason,
    from working.group_strength as strength
    inner join staging.weeks as weeks
        on strength.as_of_on = weeks.as_of_on
    cross join staging.parameters as parameters
    left join working.learning_status as status
        on strength.as_of_on = status.as_of_on
    left join staging.sellers as sellers
        on strength.as_of_on = sellers.as_of_on
        and strength.book_kind = 'rep'
        and strength.book_id = sellers.rep_id
)

select
    judged.as_of_on,
    judged.book_kind,
    judged.book_id,
    case
        when judged.band_withheld_reason is not null then null
        when judged.is_out_of_reach then 'out_of_reach'
        when judged.batna_strength < judged.weak_below then 'weak'
        when judged.batna_strength >= judged.strong_from then 'strong'
        else 'fair'
    end as batna_band,
    judged.band_withheld_reason,
from judged
