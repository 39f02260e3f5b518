"""The strength of the next quarter as today's pipeline lets it expect: working.next_quarter."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from jobs.models import PythonModel
from jobs.score.correlation import read_correlations
from jobs.score.entries import Sources, read_entries, strength_of
from jobs.score.kernel import attain
from jobs.settings import Settings

_TABLE = """
create or replace table working.next_quarter (
    as_of_on date, book_kind varchar, book_id varchar, next_quarter_strength double
);
"""

READ = frozenset({"working.next_books", "working.next_deals", "working.week_evidence", "scores.book_unborn"})
SOURCES = Sources(
    books="""
select books.as_of_on, books.book_kind, books.book_id, books.gap_cents
from working.next_books as books
inner join working.week_evidence as evidence
    on books.as_of_on = evidence.as_of_on
    and not evidence.is_withheld
order by books.as_of_on, books.book_kind, books.book_id
""",
    deals="""
select *
from working.next_deals
order by as_of_on, book_kind, book_id, opportunity_id
""",
    unborn="""
select unborn.as_of_on, unborn.book_kind, unborn.book_id, unborn.unborn_cents
from scores.book_unborn as unborn
where unborn.as_of_on in (select as_of_on from staging.weeks)
    and unborn.horizon = 'next_quarter'
order by unborn.as_of_on, unborn.book_kind, unborn.book_id, unborn.point_number
""",
)


def write_next_quarter(connection: DuckDBPyConnection, settings: Settings) -> None:
    """Points for every book that has a quota for the next quarter (03-metrics.md, section 3)."""
    connection.execute(_TABLE)
    correlations = read_correlations(connection)
    rows: list[list[object]] = []
    for entry in read_entries(connection, SOURCES):
        answer = attain(entry.book, correlation=correlations[entry.key[0]])
        rows.append([*entry.key, strength_of(answer.without, entry.weights, answer.attainment)])
    if rows:
        connection.executemany("insert into working.next_quarter values (?, ?, ?, ?)", rows)


NEXT_QUARTER = PythonModel(
    name="next_quarter",
    inputs=READ | {"working.correlation"},
    outputs=("working.next_quarter",),
    run=write_next_quarter,
)
