"""rejects/: the refused records of a file under its own header, with their reasons. Called by load.

The file can be mended and dropped back into inbox/: the column `_reason` tells that it is no whole export.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from duckdb import DuckDBPyConnection

from jobs.load.records import Source

REASON = "_reason"
_TEXT = (".csv", ".tsv", ".tab", ".txt")
_OTHER = (".xlsx", ".xlsm", ".parquet", ".json", ".jsonl", ".ndjson")


def reasons_of(connection: DuckDBPyConnection, faults: str) -> Mapping[int, str]:
    """The faults of each refused record in one line, by record number."""
    rows = connection.execute(
        f"select record_number, column_name, value, reason from {faults} order by record_number, column_name"
    ).fetchall()
    reasons: dict[int, list[str]] = {}
    for number, column, value, reason in rows:
        reasons.setdefault(number, []).append(_reason(column, value, reason))
    return {number: "; ".join(texts) for number, texts in reasons.items()}


def write_rejects(connection: DuckDBPyConnection, source: Source, reasons: Mapping[int, str], path: Path) -> None:
    """Write the records that have a reason, as UTF-8, with the sign between cells that the file had."""
    header = source.header
    keep = [i for i, name in enumerate(header.names) if name.casefold() != REASON]
    records = source.records(connection, sorted(reasons))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=header.delimiter, lineterminator="\n")
        writer.writerow([*(header.names[i] for i in keep), REASON])
        for number in sorted(reasons):
            writer.writerow([*_cells(records.get(number, ()), keep, len(header.names)), reasons[number]])


def free_path(folder: Path, file_name: str) -> Path:
    """A path in the folder that is not taken: the name, else with -2, -3 and so on before its ending.

    A part of a file is named after both (export.zip-Opportunity.csv); what is written is text, and ends like text.
    """
    plain = Path(file_name.removesuffix(".gz").replace("/", "-"))
    suffix = plain.suffix if plain.suffix.lower() in _TEXT else ".csv"
    stem = plain.stem if plain.suffix.lower() in (*_TEXT, *_OTHER) else plain.name
    choices = [f"{stem}{suffix}", *(f"{stem}-{number}{suffix}" for number in range(2, 1000))]
    return next(folder / choice for choice in choices if not (folder / choice).exists())


def _cells(record: Sequence[str], keep: Sequence[int], width: int) -> list[str]:
    """The cells under the header that are kept, then what stands beyond the header."""
    padded = [*record, *[""] * (width - len(record))]
    return [*(padded[i] for i in keep), *padded[width:]]


def _reason(column: str | None, value: str | None, reason: str) -> str:
    if column is None:
        return f"the record {reason}"
    return f"{column} {reason}" if value is None else f"{column}: '{value}' {reason}"
