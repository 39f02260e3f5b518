"""rejects/: the refused records of a file under its own header, and where each stood and why. Called by load.

The file can be mended and dropped back into inbox/: the column `_reason` tells that it is no whole export.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from duckdb import DuckDBPyConnection

from jobs.formulas import harmless
from jobs.load.header import FILE, REASON, RECORD, Header
from jobs.load.records import Source

ADDED = (FILE, RECORD, "_column", "_value", REASON)
_TEXT = (".csv", ".tsv", ".tab", ".txt")
_OTHER = (".xlsx", ".xlsm", ".parquet", ".json", ".jsonl", ".ndjson")


@dataclass(frozen=True)
class Fault:
    """What is wrong with one record: the column as its file names it, None for the record as a whole."""

    column: str | None
    value: str | None
    reason: str

    @property
    def told(self) -> str:
        """In a sentence."""
        if self.column is None:
            return f"the record {self.reason}"
        return f"{self.column} {self.reason}" if self.value is None else f"{self.column}: '{self.value}' {self.reason}"


Faults = Mapping[int, Sequence[Fault]]  # by record number


def faults_of(connection: DuckDBPyConnection, faults: str, headers: Mapping[str, str]) -> Faults:
    """The faults of each refused record (stage). `headers`: canonical column -> its header, where there is one."""
    rows = connection.execute(
        f"select record_number, column_name, value, reason from {faults} order by record_number, column_name"
    ).fetchall()
    found: dict[int, list[Fault]] = {}
    for number, column, value, reason in rows:
        found.setdefault(number, []).append(Fault(headers.get(column, column), value, reason))
    return found


def write_rejects(connection: DuckDBPyConnection, source: Source, file_name: str, faults: Faults, path: Path) -> None:
    """Write the records that are at fault, as UTF-8, with the sign between cells that the file had.

    What a spreadsheet would run has an apostrophe before it, which is taken off again when the file comes back.
    """
    header = source.header
    keep = [i for i, name in enumerate(header.names) if name.casefold() not in ADDED]
    records = source.records(connection, sorted(faults))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=header.delimiter, lineterminator="\n")
        writer.writerow([*(header.names[i] for i in keep), *ADDED])
        for number in sorted(faults):
            cells = _cells(records.get(number, ()), keep, header)
            writer.writerow(map(harmless, [*cells, file_name, str(number), *_told(faults[number])]))


def free_path(folder: Path, file_name: str, taken: Collection[str] = ()) -> Path:
    """A path in the folder whose name is not taken: the name, else with -2, -3 and so on before its ending.

    A part of a file is named after both (export.zip-Opportunity.csv); what is written is text, and ends like text.
    """
    plain = Path(file_name.removesuffix(".gz").replace("/", "-"))
    suffix = plain.suffix if plain.suffix.lower() in _TEXT else ".csv"
    stem = plain.stem if plain.suffix.lower() in (*_TEXT, *_OTHER) else plain.name
    choices = [f"{stem}{suffix}", *(f"{stem}-{number}{suffix}" for number in range(2, 1000))]
    return next(folder / each for each in choices if each not in taken and not (folder / each).exists())


def _cells(record: Sequence[str], keep: Sequence[int], header: Header) -> list[str]:
    """The cells under the header that are kept. What stands beyond it would stand under the added columns."""
    padded = [*record, *[""] * (len(header.names) - len(record))]
    return [padded[i] for i in keep]


def _told(faults: Sequence[Fault]) -> tuple[str, str, str]:
    """Columns, values and reasons of a record's faults."""
    columns = "; ".join(fault.column or "" for fault in faults)
    values = "; ".join(fault.value or "" for fault in faults)
    return columns, values, "; ".join(fault.told for fault in faults)
