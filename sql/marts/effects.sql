-- What goes with the end of a quarter, and with a quarter that was safe already, among the deals of the same rep, segment and size.
-- One row per effect and as-of date; estimate, low and high (90 %) are NULL where is_reported is false, and reason says why.
select
    effects.as_of_on,
    effects.effect,
    effects.estimate,
    effects.low,
    effects.high,
    effects.deal_count,
    effects.treated_count,
    effects.quarter_count,
    effects.rep_count,
    effects.is_reported,
    effects.reason,
from scores.effects as effects
