"""marts -> working.contestable: what a contest may name, the columns that the marts have; a step among the models."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from jobs.models import PythonModel
from jobs.settings import Settings

# The marts behind a row that somebody contests; what a rep's page says of conduct belongs to the scorecard.
_MARTS = {
    "scorecard": ("marts.rep_scorecard", "marts.rep_conduct"),
    "position": ("marts.deal_positions",),
    "decline": ("marts.declined_deals",),
    "accepted": ("marts.should_have_declined",),
}


def write_contestable(connection: DuckDBPyConnection, settings: Settings) -> None:
    """One row per kind of row and column of its marts."""
    connection.execute("create or replace table working.contestable (row_kind varchar, measure varchar)")
    for row_kind, marts in _MARTS.items():
        names = {row[0] for mart in marts for row in connection.execute(f"describe {mart}").fetchall()}
        connection.execute("insert into working.contestable select ?, unnest(?)", [row_kind, sorted(names)])


CONTESTABLE = PythonModel(
    name="contestable",
    inputs=frozenset(mart for marts in _MARTS.values() for mart in marts),
    outputs=("working.contestable",),
    run=write_contestable,
)
