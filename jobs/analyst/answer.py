"""One question on one connection: checked, run, and written row by row in the form that was asked for."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import duckdb
from duckdb import DuckDBPyConnection

from jobs.analyst.faults import refused
from jobs.analyst.question import Limits, Question
from jobs.analyst.statement import require_one_question
from jobs.output import Result, Row, write_text
from jobs.query import result_of


def answer(
    connection: DuckDBPyConnection, question: Question, limits: Limits, out: BinaryIO, root: Path = Path()
) -> int:
    """Write the rows, and return how many there were. root: the workspace, for what is said of its warehouse.

    Raises Refused where the engine refuses or stops the query, BatnaError where it is no question, UsageError where
    parameters are missing.
    """
    try:
        require_one_question(connection, question.sql, question.parameters)
        if question.form == "parquet":
            from jobs.analyst.files import write_parquet  # text is not to wait for Arrow

            relation = connection.sql(question.sql, params=question.parameters)
            return write_parquet(relation.to_arrow_reader(), out)
        connection.execute(question.sql, question.parameters)
        counted = _Counted(result_of(connection))
        result = Result(counted.columns, iter(counted))
        if question.form == "xlsx":
            from jobs.analyst.files import write_xlsx

            write_xlsx(result, out)
        else:
            _write_text(result, question, out)
        return counted.count
    except (duckdb.Error, MemoryError) as error:
        raise refused(connection, error, question.sql, limits.memory_mb, root) from None


def _write_text(result: Result, question: Question, out: BinaryIO) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    try:
        write_text(result, question.form, text, question.room)
    finally:
        text.detach()  # which flushes it, and leaves `out` open


class _Counted:
    """Rows on their way, and how many have passed."""

    def __init__(self, result: Result) -> None:
        self.columns = result.columns
        self._rows = result.rows
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            yield row
