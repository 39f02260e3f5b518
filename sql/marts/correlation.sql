-- How much the deals of a book have in common, where that comes from, and how far it moves the strength of reps.
-- One row per as-of date. Moves are in points, against deals that are independent.
select
    correlation.as_of_on,
    correlation.correlation,
    correlation.correlation_low,
    correlation.correlation_high,
    correlation.rep_quarter_count,
    correlation.deal_count,
    correlation.correlation_source,
    correlation.mean_move_points,
    correlation.largest_move_points,
from scores.correlation as correlation
