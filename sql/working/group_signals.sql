-- What a buyer could read: moments at which a group showed that it can wait, of all such moments (03-metrics.md, section 3, signalled BATNA).
-- One row per as-of date and group. An answer to a demand waits where it holds the price or comes after more than a day; a concession
-- where something was got for it; a first concession where it is at most half the gap; a final offer where nothing follows it.
select
    conduct.as_of_on,
    conduct.group_kind,
    conduct.group_id,
    conduct.answer_count - conduct.fast_concession_count
    + case when details.has_trades then conduct.offered_concession_count - conduct.unpaid_concession_count else 0 end
    + conduct.first_gap_deal_count - conduct.large_first_deal_count
    + case when details.has_finals then conduct.final_deal_count - conduct.broken_final_deal_count else 0 end
        as waiting_moment_count,
    conduct.answer_count
    + case when details.has_trades then conduct.offered_concession_count else 0 end
    + conduct.first_gap_deal_count
    + case when details.has_finals then conduct.final_deal_count else 0 end as moment_count,
from working.group_conduct as conduct
inner join working.offer_details as details
    on conduct.as_of_on = details.as_of_on
