-- What chances are learnt from: the candidates of finished quarters; of a quarter that knows none, every open deal, as one of unknown phase.
-- One row per last_file_number, snapshot_on and opportunity. Kept as a view.
select
    last_file_number, quarter_start_on, weeks_left, weeks_left_band, snapshot_on, opportunity_id, rep_id, segment,
    phase_order, close_class, is_won_in_quarter,
from working.snapshots
union all
select
    last_file_number, quarter_start_on, weeks_left, weeks_left_band, snapshot_on, opportunity_id, rep_id, segment,
    phase_order, close_class, is_won_in_quarter,
from working.unknown_snapshots
