-- Quotas, wins and gaps of a team are the sums of its reps' with a quota; the company's are the sums of the teams'.
with reps as (
    select books.as_of_on, sellers.team, sum(books.quota_amount) as quota_amount, sum(books.won_amount) as won_amount,
        sum(books.gap_amount) as gap_amount
    from scores.books as books
    inner join staging.sellers as sellers
        on books.as_of_on = sellers.as_of_on
        and books.book_id = sellers.rep_id
    where books.book_kind = 'rep'
    group by books.as_of_on, sellers.team
),

teams as (
    select books.as_of_on, books.book_id as team, books.quota_amount, books.won_amount, books.gap_amount
    from scores.books as books
    inner join staging.weeks as weeks
        on books.as_of_on = weeks.as_of_on
    where books.book_kind = 'team'
),

companies as (
    select teams.as_of_on, sum(teams.quota_amount) as quota_amount, sum(teams.won_amount) as won_amount
    from teams
    group by teams.as_of_on
)

select teams.as_of_on, teams.team as id
from teams
left join reps
    on teams.as_of_on = reps.as_of_on
    and teams.team = reps.team
where reps.team is null
    or teams.quota_amount <> reps.quota_amount
    or teams.won_amount <> reps.won_amount
    or teams.gap_amount <> reps.gap_amount
union all
select companies.as_of_on, 'company'
from companies
left join scores.books as books
    on companies.as_of_on = books.as_of_on
    and books.book_kind = 'company'
where books.book_id is null
    or companies.quota_amount <> books.quota_amount
    or companies.won_amount <> books.won_amount
