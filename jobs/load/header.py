"""The header of a delimited file: its names, the sign between them, and where it stands."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jobs.errors import DataRefused
from jobs.load.quoting import USUAL, Quoting, quoting_of

# What is written beside refused records (rejects); a file with the last of them holds mended ones.
FILE, RECORD, REASON = "_file", "_record", "_reason"
_DELIMITERS = ",;\t|^~\x1f\x01"
_HEAD = 1 << 20  # characters in which the header must end


@dataclass(frozen=True)
class Header:
    """The names as they stand; `skipped_lines` empty lines or a `sep=` line come before them."""

    names: tuple[str, ...]
    delimiter: str
    skipped_lines: int
    quoting: Quoting = USUAL

    def find(self, name: str) -> tuple[int, ...]:
        """Positions (from 0) of this name: as it is written, else with capitals, blanks and a `*` behind it aside."""
        exact = tuple(i for i, other in enumerate(self.names) if other == name)
        return exact or tuple(i for i, other in enumerate(self.names) if _folded(other) == _folded(name))


def snake_case(name: str) -> str:
    """A Salesforce name as a warehouse sync writes it: StageName as stage_name, Loss_Reason__c as loss_reason_c."""
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z])(?=[0-9])", "_", name)
    return re.sub(r"_+", "_", parts).lower()


def _folded(name: str) -> str:
    return " ".join(name.rstrip("* ").split()).casefold()


def read_header(path: Path, file_name: str) -> Header:
    """The header of a UTF-8 file. DataRefused where there is none."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        text = stream.read(_HEAD)
    skipped, text = _after_empty_lines(text)
    fixed = ""
    if text[:4].lower() == "sep=":
        fixed, skipped, text = text[4], skipped + 1, text.partition("\n")[2]
    names_by_delimiter = {sign: _first_record(text, sign, USUAL) for sign in fixed or _DELIMITERS}
    delimiter = max(names_by_delimiter, key=lambda sign: len(names_by_delimiter[sign]))
    quoting = quoting_of(text, delimiter)
    names = _first_record(text, delimiter, quoting)
    if not any(names):
        raise DataRefused(file_name, "it has no header", "Export it again, with its header")
    if len(names) > 2 and not any(names[1::2]) and all(names[::2]):
        fault = f"the sign between its cells is '{delimiter * 2}', and only a single sign is read"
        raise DataRefused(file_name, fault, "Export it with commas or tabs")
    return Header(tuple(name.strip() for name in names), delimiter, skipped, quoting)


def _after_empty_lines(text: str) -> tuple[int, str]:
    kept = text.lstrip("\r\n")
    before = text[: len(text) - len(kept)]
    return len(before.replace("\r\n", "\n")), kept


def _first_record(text: str, delimiter: str, quoting: Quoting) -> Sequence[str]:
    try:
        return next(quoting.records(text, delimiter), [])
    except csv.Error:
        return []
