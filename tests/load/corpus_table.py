"""The table of tests/load/corpus/README.md: files that imitate exports, and what becomes of each."""

from __future__ import annotations

import gzip
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.load.binary_files import archive, parquet, workbook

FOLDER = Path(__file__).parent / "corpus"
BINARY = {"xlsx": workbook, "parquet": parquet, "zip": archive}
ENCODINGS = ("cp1252", "utf-16", "utf-8-sig")
_ROW = re.compile(
    r"\| \[[^\]]+\]\((?P<path>[^)]+)\) \| (?P<written>.*?) \| (?P<trap>.+?) \| (?P<outcome>.+?) \| (?P<values>.*?) \|"
)
_FED = re.compile(r"(\w+) by (\w+): (\d+) = (\d+) \+ (\d+) \+ (\d+)")


@dataclass(frozen=True)
class Fed:
    """An entity that a file feeds, and its records: read, loaded, unchanged, refused."""

    entity: str
    profile: str
    counts: tuple[int, int, int, int]


@dataclass(frozen=True)
class Case:
    """One line of the table. `refused`: words of the message; else what the file feeds, and values by column."""

    path: Path
    written: tuple[str, ...]
    refused: tuple[str, ...]
    fed: tuple[Fed, ...]
    values: Mapping[str, list[str]]

    @property
    def title(self) -> str:
        return self.path.relative_to(FOLDER).as_posix()

    @property
    def file_name(self) -> str:
        endings = {"gz": self.path.name + ".gz"} | {form: f"{self.path.stem}.{form}" for form in BINARY}
        return next((name for form, name in endings.items() if form in self.written), self.path.name)

    def content(self) -> bytes:
        """The bytes that are loaded."""
        text = self.path.read_bytes().decode()
        if "nul" in self.written:
            text = text.replace("␀", "\0")
        for form, made in BINARY.items():
            if form in self.written:
                return made(text, self.path.name)
        if "crlf" in self.written:
            text = text.replace("\n", "\r\n")
        encoding = next((name for name in ENCODINGS if name in self.written), "utf-8")
        return gzip.compress(text.encode()) if "gz" in self.written else text.encode(encoding)

    def sources(self) -> Mapping[str, Any]:
        """The profiles of the batna.toml that stands beside the file."""
        path = self.path.with_suffix(".toml")
        return tomllib.loads(path.read_text())["sources"] if path.exists() else {}


def cases() -> list[Case]:
    """Every line of every table."""
    lines = (FOLDER / "README.md").read_text().splitlines()
    rows = [line.replace("\\|", "\ufffc") for line in lines if line.startswith("| [")]
    return [_case(row) for row in rows]


def _case(row: str) -> Case:
    found = _ROW.fullmatch(row)
    assert found, f"this line of the table cannot be read: {row}"
    outcome = found["outcome"].replace("\ufffc", "|")
    fed = [
        Fed(entity, profile, (int(a), int(b), int(c), int(d))) for entity, profile, a, b, c, d in _FED.findall(outcome)
    ]
    is_refused = outcome.startswith("refused: ")
    assert is_refused != bool(fed), f"this outcome cannot be read: {outcome}"
    columns = (part.split(": ", 1) for part in found["values"].replace("\ufffc", "|").split("; ") if part)
    return Case(
        path=FOLDER / found["path"],
        written=tuple(filter(None, found["written"].split(", "))),
        refused=tuple(outcome.removeprefix("refused: ").split(" / ")) if is_refused else (),
        fed=tuple(fed),
        values={column: values.split(" / ") for column, values in columns},
    )
