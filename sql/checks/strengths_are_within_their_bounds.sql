-- Strength lies between its bounds and in [0, 100]; shares lie in [0, 1]. A quota has a strength, unless too many deals are unknown.
select cards.as_of_on, cards.rep_id as id
from scores.rep_scorecard as cards
inner join staging.weeks as weeks
    on cards.as_of_on = weeks.as_of_on
where cards.batna_strength not between 0 and 100
    or cards.batna_strength < cards.batna_strength_low - 1e-6
    or cards.batna_strength > cards.batna_strength_high + 1e-6
    or cards.surviving_share not between 0 and 1 + 1e-9
    or cards.buffer_coverage_share not between 0 and 1
    or cards.walk_away_preset_share not between 0 and 1
    or cards.covering_pair_share not between 0 and 1
    or cards.hug_share not between 0 and 1
    or cards.held_share not between cards.held_share_low and cards.held_share_high
    or cards.held_share_4q not between cards.held_share_4q_low and cards.held_share_4q_high
    or cards.held_share_low < 0
    or cards.held_share_high > 1
    or cards.unlogged_share not between 0 and 1
    or (
        (cards.has_quota and cards.band_withheld_reason is distinct from 'deals_unknown')
        <> (cards.batna_strength is not null)
    )
