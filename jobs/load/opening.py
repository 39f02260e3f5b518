"""A file as it arrived -> the sources of records in it, told by its first bytes and never by its name. Called by load.

.gz -> what it holds     .zip -> its members     .xlsx -> its sheets     Parquet, JSON, delimited text -> one source
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from jobs.disk_faults import is_disk_fault
from jobs.errors import DataRefused
from jobs.load.csv_source import CsvSource
from jobs.load.decode import GZIP, decode, hash_of, is_json, start_of
from jobs.load.excel import Reads, excel_tables
from jobs.load.json_records import json_table
from jobs.load.records import Source
from jobs.load.table_source import TableSource, parquet_source
from jobs.load.unpack import DAMAGED, LIMITS, Budget, Limits, gunzipped, is_workbook, members, require_fits

ZIP, PARQUET = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"), b"PAR1"
_PLAIN = (".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".ndjson", ".xlsx", ".xlsm", ".xls", ".parquet", ".zip")
READ = (*_PLAIN, *(f"{ending}.gz" for ending in _PLAIN))  # members of an archive that are looked into

Kind = Literal["packed", "archive", "workbook", "parquet", "text"]


@dataclass(frozen=True)
class Part:
    """One table of records in a file: its name, such as export.zip/Opportunity.csv, and its source or its fault."""

    name: str
    source: Source | None = None
    fault: DataRefused | None = None


@dataclass(frozen=True)
class Opening:
    """What stands in a file. is_parts: an archive or workbook, of which some may be nobody's business.

    left: names in an archive that are no data at all.
    """

    parts: tuple[Part, ...]
    is_parts: bool = False
    left: tuple[str, ...] = ()


def kind_of(path: Path, name: str) -> Kind:
    """What a file is, by its bytes. A .gz of text is text: it is unpacked and decoded in one go."""
    start = start_of(path)
    if start.startswith(ZIP):
        return "workbook" if is_workbook(path, name) else "archive"
    if start.startswith(GZIP) and start_of(path, is_packed=True).startswith((*ZIP, PARQUET, GZIP)):
        return "packed"
    return "parquet" if start.startswith(PARQUET) else "text"


@dataclass(frozen=True)
class Opener:
    """Opens files. work: an empty folder for what is unpacked; reads: whether a profile reads a header."""

    work: Path
    reads: Reads = field(default=lambda header: False)
    limits: Limits = LIMITS

    def open(self, path: Path, name: str) -> Opening:
        """DataRefused where the file as a whole cannot be read; of a part only, the part says so."""
        try:
            budget = Budget(name, path.stat().st_size, self.limits)
            return self._opened(path, name, budget, ())
        except DAMAGED as error:
            fault = "it is truncated: the packed data ends early or is damaged"
            raise DataRefused(name, fault, "Copy or export it again") from error
        except OSError as error:
            if is_disk_fault(error):
                raise
            fault = f"it cannot be read ({error.strerror or error})"
            raise DataRefused(name, fault, "Check the file and its permissions") from error

    def _opened(self, path: Path, name: str, budget: Budget, inside: Sequence[str]) -> Opening:
        match kind_of(path, name):
            case "workbook":
                return self._workbook(path, name, budget)
            case "archive" if not inside:
                return self._archive(path, name, budget)
            case "parquet":
                return Opening((Part(name, parquet_source(path, name, hash_of(path), self.limits.max_bytes)),))
            case "packed" if "a .gz" not in inside:
                unpacked = gunzipped(path, self._place("unpacked"), budget)
                return self._opened(unpacked, name, budget, (*inside, "a .gz"))
            case "text":
                return Opening((Part(name, self._text(path, name, budget)),))
            case _:
                fault = f"it is an archive inside {inside[-1]}"
                raise DataRefused(name, fault, "Unpack it, and drop in what it holds")

    def _text(self, path: Path, name: str, budget: Budget) -> Source:
        decoded = decode(path, name, self._place("decoded.csv"), budget)
        if is_json(decoded.path):
            return TableSource(json_table(decoded.path, name, decoded.sha256, self._place("json.parquet")))
        return CsvSource(decoded, name, self._place("body.csv"))

    def _workbook(self, path: Path, name: str, budget: Budget) -> Opening:
        require_fits(path, name, budget)
        sheets = excel_tables(path, name, hash_of(path), self._place("sheets", is_folder=True), self.reads)
        parts = tuple(Part(f"{name}/{sheet}", TableSource(table)) for sheet, table in sheets)
        if not parts:
            raise DataRefused(name, "it is empty", "Export it again, with its header")
        return Opening(parts, is_parts=True)

    def _archive(self, path: Path, name: str, budget: Budget) -> Opening:
        unpacked, left = members(path, name, self._place("members", is_folder=True), budget, READ)
        parts = [part for each in unpacked for part in self._member(each.path, f"{name}/{each.name}", budget)]
        if not parts:
            listed = f" ({', '.join(left[:8])})" if left else ""
            raise DataRefused(name, f"it holds no file of records{listed}", "Export it again, with CSV files in it")
        return Opening(tuple(parts), is_parts=True, left=tuple(left))

    def _member(self, path: Path, name: str, budget: Budget) -> Iterator[Part]:
        try:
            yield from self._opened(path, name, budget, ("an archive",)).parts
        except DataRefused as error:
            yield Part(name, fault=error)

    def _place(self, name: str, is_folder: bool = False) -> Path:
        """A path below work that is not taken."""
        number = sum(1 for _ in self.work.iterdir())
        place = self.work / f"{number}-{name}"
        if is_folder:
            place.mkdir()
        return place
