-- Which warnings told what came later: who of those we signed in spite of them churned?
-- Without rows: No outcomes of signed deals were loaded: the entity outcomes.
select
    sign_kind,
    code,
    deal_count,
    told_count,
    churned_count,
    churned_share,
    churned_share_low,
    churned_share_high,
    mean_margin_share,
from marts.flag_precision
order by sign_kind, churned_share desc nulls last, code
