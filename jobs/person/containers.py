"""A person in kept files of every format: what names them is replaced, in archives member by member.

A rewritten workbook has cells of text alone; Parquet and JSON become delimited text under the same name, since the
loader goes by a file's bytes. They load to the rows that they gave before, the person aside.
"""

from __future__ import annotations

import csv
import gzip
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter

from jobs.errors import DataRefused
from jobs.load.opening import READ, Opener, kind_of
from jobs.load.profile import Profile
from jobs.load.recognise import is_recognised
from jobs.load.table_source import TableSource
from jobs.load.unpack import LIMITS, Budget, gunzipped, members
from jobs.person.files import Hide, hidden_record, hidden_text, places_of


def hidden_copy(source: Path, target: Path, hide: Hide, profiles: Sequence[Profile]) -> tuple[int, ...]:
    """Write the file to `target` with the cells that `hide` changes; records changed, the header being 1.

    Nothing is written where nothing changes. DataRefused where the file holds no records.
    """
    with TemporaryDirectory(prefix="batna-person-") as folder:
        work = _Work(Path(folder), hide, profiles)
        made = work.place("made")
        changed = _hidden(source, source.name, made, work)
        if changed:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(made, target)
    return changed


def unread_members(source: Path) -> tuple[str, ...]:
    """Names of what an archive holds beside records, in which nobody can be looked for."""
    try:
        if kind_of(source, source.name) != "archive":
            return ()
        with TemporaryDirectory(prefix="batna-person-") as folder:
            budget = Budget(source.name, source.stat().st_size, LIMITS)
            return tuple(members(source, source.name, Path(folder), budget, READ)[1])
    except DataRefused:
        return ()


@dataclass
class _Work:
    """A folder for what is made on the way, and what is hidden."""

    folder: Path
    hide: Hide
    profiles: Sequence[Profile]
    made: int = 0

    def place(self, name: str) -> Path:
        self.made += 1
        return self.folder / f"{self.made}-{name}"


def _hidden(source: Path, name: str, target: Path, work: _Work) -> tuple[int, ...]:
    match kind_of(source, name):
        case "packed":
            return _packed(source, name, target, work)
        case "archive":
            return _archive(source, name, target, work)
        case "workbook":
            return _workbook(_tables(source, name, work), target, work)
        case _:
            tables = _tables(source, name, work)
            if not tables:
                return hidden_text(source, name, target, work.hide, work.profiles)
            return _table(*tables[0], target, work)


def _packed(source: Path, name: str, target: Path, work: _Work) -> tuple[int, ...]:
    content, made = work.place("content"), work.place("made")
    gunzipped(source, content, Budget(name, source.stat().st_size, LIMITS))
    changed = _hidden(content, name, made, work)
    if changed:
        with made.open("rb") as plain, gzip.open(target, "wb") as packed:
            shutil.copyfileobj(plain, packed)
    return changed


def _archive(source: Path, name: str, target: Path, work: _Work) -> tuple[int, ...]:
    """Members in which nothing is hidden are taken over as they are, readable or not."""
    changed: list[int] = []
    folder = work.place("members")
    folder.mkdir()
    budget = Budget(name, source.stat().st_size, LIMITS)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for each in members(source, name, folder, budget, ("",))[0]:
            made = work.place("member")
            try:
                records = _hidden(each.path, each.name, made, work)
            except DataRefused:
                records = ()
            changed += records
            out.write(made if records else each.path, each.name)
    return tuple(changed)


def _tables(source: Path, name: str, work: _Work) -> list[tuple[str, TableSource]]:
    """Name and source of each table in a file that is no archive; none for delimited text."""
    folder = work.place("opened")
    folder.mkdir()
    opener = Opener(folder, partial(is_recognised, profiles=work.profiles))
    parts = opener.open(source, name).parts
    return [(part.name, part.source) for part in parts if isinstance(part.source, TableSource)]


def _workbook(tables: Sequence[tuple[str, TableSource]], target: Path, work: _Work) -> tuple[int, ...]:
    changed: list[int] = []
    with xlsxwriter.Workbook(target) as book:
        for name, source in tables:
            sheet = book.add_worksheet(name.rpartition("/")[2])
            above = [[work.hide.text(cell) for cell in row] for row in source.above]
            changed += [0 for old, new in zip(source.above, above, strict=True) if list(old) != new]
            for y, (number, old, new) in enumerate([*((1, row, row) for row in above), *_records(name, source, work)]):
                changed += [number] if old != new else []
                for x, cell in enumerate(new):
                    sheet.write_string(y, x, cell)
    return tuple(changed)


def _table(name: str, source: TableSource, target: Path, work: _Work) -> tuple[int, ...]:
    changed: list[int] = []
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        for number, old, new in _records(name, source, work):
            changed += [number] if old != new else []
            writer.writerow(new)
    return tuple(changed)


def _records(name: str, source: TableSource, work: _Work) -> Iterator[tuple[int, Sequence[str], Sequence[str]]]:
    """Number, cells and hidden cells of the header and of every record."""
    places = places_of(source.header, work.profiles, name)
    yield 1, source.header.names, source.header.names
    for number, record in source.rows():
        yield number, record, hidden_record(record, places, work.hide)
