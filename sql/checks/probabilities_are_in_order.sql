-- Losing a deal never helps and winning it never hurts: without <= attainment <= if won, all in [0, 1].
select deals.as_of_on, deals.book_kind || ' ' || deals.book_id || ' ' || deals.opportunity_id as id
from scores.deal_attainment as deals
inner join staging.weeks as weeks
    on deals.as_of_on = weeks.as_of_on
inner join scores.book_attainment as books
    on deals.as_of_on = books.as_of_on
    and deals.book_kind = books.book_kind
    and deals.book_id = books.book_id
where not (
    deals.without_probability >= 0
    and deals.without_low <= deals.without_probability + 1e-9
    and deals.without_probability <= deals.without_high + 1e-9
    and deals.without_low <= books.attainment_high + 1e-9
    and deals.without_probability <= deals.if_won_probability + 1e-9
    and deals.if_won_probability <= 1
    and books.attainment_probability between 0 and 1
)
