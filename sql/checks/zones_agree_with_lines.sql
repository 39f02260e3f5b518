-- A price is in the zone that its walk-away point says.
select positions.as_of_on, positions.opportunity_id as id
from staging.deals as positions
where (positions.zone is null) <> (positions.threshold_amount is null or positions.price_amount is null)
    or (positions.zone = 'clear' and positions.price_amount < positions.threshold_amount - 0.0001)
    or (positions.zone = 'approval' and positions.price_amount > positions.threshold_amount)
    or (positions.zone = 'walk' and positions.price_amount > positions.floor_amount)
