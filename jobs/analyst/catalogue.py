"""What the published warehouse says of itself: its marts, their columns, and columns by a pattern."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from duckdb import DuckDBPyConnection

from jobs.errors import DataRefused, UsageError
from jobs.nearest import nearest
from jobs.output import Result
from jobs.query import opened
from jobs.workspace import Workspace

_MARTS = """
select
    views.view_name as mart,
    regexp_extract(views.comment, 'One row per [^.]+\\.') as grain,
    trim(left(views.comment, strpos(views.comment, 'One row per') - 1)) as holds,
from duckdb_views() as views
where views.schema_name = 'marts'
order by views.view_name
"""
_COLUMNS = """
select columns.column_name, lower(columns.data_type) as data_type, columns.comment as meaning
from duckdb_columns() as columns
where columns.schema_name = 'marts' and columns.table_name = $mart
order by columns.column_index
"""
_FOUND = """
select columns.table_name as mart, columns.column_name, columns.comment as meaning
from duckdb_columns() as columns
where columns.schema_name = 'marts'
    and (
        contains(columns.column_name, lower($pattern))
        or contains(lower(columns.comment), lower($pattern))
        or (columns.column_name like lower($pattern))
    )
order by contains(columns.column_name, lower($pattern)) desc, columns.column_name, columns.table_name
"""


def marts(workspace: Workspace) -> Result:
    """Every mart: what one row is, and what it holds. Raises DataRefused where no week was scored."""
    with closing(opened(workspace)) as connection:
        rows = connection.execute(_MARTS).fetchall()
    if not rows:
        raise DataRefused(str(workspace.warehouse), "no week has been scored yet", "Run `batna weekly` first")
    return Result(("mart", "grain", "holds"), iter(rows))


def columns_of(workspace: Workspace, mart: str) -> Result:
    """The columns of one mart: name, type, meaning. Raises UsageError where there is none of that name."""
    with closing(opened(workspace)) as connection:
        rows = connection.execute(_COLUMNS, {"mart": mart.removeprefix("marts.")}).fetchall()
        if not rows:
            raise _no_mart(connection, mart)
    return Result(("column", "type", "meaning"), iter(rows))


def columns_like(workspace: Workspace, pattern: str) -> Result:
    """Columns of which the name or the meaning holds the pattern, or the name is like it (% and _ as in SQL)."""
    with closing(opened(workspace)) as connection:
        rows = connection.execute(_FOUND, {"pattern": pattern}).fetchall()
    return Result(("mart", "column", "meaning"), iter(rows))


def _no_mart(connection: DuckDBPyConnection, mart: str) -> UsageError:
    known = [name for (name, *_) in connection.execute(_MARTS).fetchall()]
    return UsageError("MART", f'there is no mart "{mart}"', _mend(mart.removeprefix("marts."), known))


def _mend(mart: str, known: Sequence[str]) -> str:
    if not known:
        return "No week has been scored yet: run `batna weekly`"
    return f"The nearest is {nearest(mart, known)}; `batna tables` lists them"
