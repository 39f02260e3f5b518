"""What may be asked: one statement that only reads, with a value for each of its parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from duckdb import DuckDBPyConnection, Statement, StatementType

from jobs.errors import BatnaError, UsageError
from jobs.nearest import nearest

_READING = (StatementType.SELECT, StatementType.EXPLAIN, StatementType.MULTI)  # PIVOT is told as several steps
_MEND = "Ask with a select; from, with, values, describe, summarize, pivot and explain are fine too"
_PARAMETERS = "Write $quarter in the select, and give its value with --param quarter=2026-Q3"
_INSTEAD: Mapping[StatementType | None, str] = {
    StatementType.CALL: "Write `select * from` in place of `call`",
    StatementType.PRAGMA: "Ask the catalogue with a select: duckdb_columns(), duckdb_views() and the like",
    StatementType.SET: "What a query may take stands in batna.toml under [sql]",
    StatementType.PREPARE: _PARAMETERS,
    StatementType.EXECUTE: _PARAMETERS,
}


def require_one_question(connection: DuckDBPyConnection, sql: str, given: Mapping[str, object]) -> None:
    """Raises BatnaError where the text is not one reading statement, UsageError where its parameters are not those
    given, and duckdb.ParserException where it is no SQL.
    """
    statements = connection.extract_statements(sql)
    if len(statements) != 1:
        raise _not_one(len(statements))
    statement = statements[0]
    kind = _kind(statement)
    if kind not in _READING:
        name = kind.name.lower().replace("_", " ") if kind else "that reads nothing"
        raise BatnaError("sql", f"this is a statement of the kind {name}", _INSTEAD.get(kind, _MEND))
    _require_parameters(sorted(statement.named_parameters), sorted(given))


def _kind(statement: Statement) -> StatementType | None:
    """None for one that the engine has and its binding for Python has no name for."""
    try:
        return statement.type
    except ValueError:
        return None


def _not_one(count: int) -> BatnaError:
    if count == 0:
        return BatnaError("sql", "there is nothing to run", _MEND)
    fault = f"there are {count} statements, and none of them was run"
    return BatnaError("sql", fault, "Run them one by one, or make them one with `with ... as (...)`")


def _require_parameters(wanted: Sequence[str], given: Sequence[str]) -> None:
    if any(name.isdigit() for name in wanted):
        raise UsageError("sql", "a parameter has no name", _PARAMETERS)
    missing = [name for name in wanted if name not in given]
    unused = [name for name in given if name not in wanted]
    if unused:
        raise UsageError(f"--param {unused[0]}", f"the query has no ${unused[0]}", _known(unused[0], wanted, missing))
    if missing:
        listed = ", ".join(f"${name}" for name in missing)
        raise UsageError("sql", f"the query needs a value for {listed}", f"Give it with --param {missing[0]}=VALUE")


def _known(name: str, wanted: Sequence[str], missing: Sequence[str]) -> str:
    if not wanted:
        return "It has no parameters"
    return f"The nearest one that it has is ${nearest(name, missing or wanted)}"
