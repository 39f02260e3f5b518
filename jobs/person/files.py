"""A person in delimited text: archived exports, refused rows, files for review. Cells change, records stay."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, TextIO

from jobs.errors import DataRefused
from jobs.load.decode import GZIP, decode, start_of
from jobs.load.header import Header, read_header
from jobs.load.profile import Profile
from jobs.load.recognise import find, recognise
from jobs.load.unpack import LIMITS, Budget
from jobs.person.columns import person_names

_FIELD_LIMIT = 2 << 20


class Hide(Protocol):
    """What becomes of the cells: `cell` of a column that names people, `text` of any other."""

    def cell(self, value: str) -> str: ...

    def text(self, value: str) -> str: ...


@dataclass(frozen=True)
class Places:
    """Positions of a file's cells. people: name somebody. values: do so where the cell at `field` says owner.

    rep_id: whose record of a rep list it is. kept: the cells of such a record that do not describe the person.
    extract: of these cells the profile takes a part, the one group of the pattern.
    """

    people: frozenset[int]
    values: frozenset[int]
    field: frozenset[int]
    owner_words: frozenset[str]
    rep_id: frozenset[int]
    kept: frozenset[int]
    extract: Mapping[int, str]


def hidden_text(source: Path, file_name: str, target: Path, hide: Hide, profiles: Sequence[Profile]) -> tuple[int, ...]:
    """A file of delimited text, written to `target` with the cells that `hide` changes; records changed.

    Nothing is written where nothing changes. DataRefused where the file is no delimited text.
    """
    with _readable(source, file_name) as (header, stream):
        places = places_of(header, profiles, file_name)
        changed = tuple(number for number, old, new in _records(header, stream, places, hide) if old != new)
    if changed:
        with _readable(source, file_name) as (header, stream), _written(target, source) as out:
            writer = csv.writer(out, delimiter=header.delimiter, lineterminator="\n")
            writer.writerow(header.names)
            writer.writerows(new for _, _, new in _records(header, stream, places, hide))
    return changed


@contextmanager
def _readable(source: Path, file_name: str) -> Iterator[tuple[Header, TextIO]]:
    csv.field_size_limit(_FIELD_LIMIT)
    with TemporaryDirectory(prefix="batna-person-") as work:
        budget = Budget(file_name, source.stat().st_size, LIMITS)
        decoded = decode(source, file_name, Path(work) / "decoded.csv", budget)
        header = read_header(decoded.path, file_name)
        with decoded.path.open(encoding="utf-8-sig", newline="") as stream:
            yield header, stream


@contextmanager
def _written(target: Path, source: Path) -> Iterator[TextIO]:
    target.parent.mkdir(parents=True, exist_ok=True)
    if start_of(source).startswith(GZIP):
        with gzip.open(target, "wt", encoding="utf-8", newline="") as packed:
            yield packed
    else:
        with target.open("w", encoding="utf-8", newline="") as plain:
            yield plain


def _records(header: Header, stream: TextIO, places: Places, hide: Hide) -> Iterator[tuple[int, list[str], list[str]]]:
    """Number, cells and hidden cells of each record."""
    for _ in range(header.skipped_lines):
        stream.readline()
    reader = header.quoting.records(stream, header.delimiter)
    next(reader, None)
    for number, record in enumerate(reader, start=2):
        yield number, record, hidden_record(record, places, hide)


def hidden_record(record: list[str], places: Places, hide: Hide) -> list[str]:
    """The cells of a record as they read without the person."""
    if any(index < len(record) and _hidden(record, index, places, hide) != record[index] for index in places.rep_id):
        return [_hidden(record, i, places, hide) if i in places.kept else "" for i in range(len(record))]
    tells_owner = any(index < len(record) and record[index] in places.owner_words for index in places.field)
    people = places.people | places.values if tells_owner else places.people
    return [_hidden(record, i, places, hide) if i in people else hide.text(cell) for i, cell in enumerate(record)]


def _hidden(record: Sequence[str], index: int, places: Places, hide: Hide) -> str:
    """A cell that names somebody: the whole of it, or the part that its profile takes."""
    cell, pattern = record[index], places.extract.get(index)
    found = re.fullmatch(pattern, cell.strip()) if pattern else None
    return hide.cell(found[1]) if found and hide.cell(found[1]) != found[1] else hide.cell(cell)


def places_of(header: Header, profiles: Sequence[Profile], file_name: str) -> Places:
    """Where a file of this header may name people."""
    matching = _matching(header, profiles, file_name)
    lists = [profile for profile in matching if profile.entity == "reps"]
    changes = [profile for profile in matching if profile.entity == "opportunity_changes"]
    told = {at for profile in matching for name in profile.headers_read for at in find(profile, header, name)}
    owner_words = {"rep_id"} | {
        word for p in changes for word, meant in p.values.get("field", {}).items() if meant == "rep_id"
    }
    return Places(
        people=_positions(matching, person_names(), header),
        values=_positions(changes, ("old_value", "new_value"), header),
        field=_positions(changes, ("field",), header),
        owner_words=frozenset(owner_words),
        rep_id=_positions(lists, ("rep_id",), header),
        kept=frozenset(told) - _positions(lists, ("rep_name", "email"), header),
        extract={
            at: pattern
            for profile in matching
            for column, pattern in profile.extract.items()
            for at in _positions([profile], [column], header)
        },
    )


def _positions(profiles: Sequence[Profile], columns: Iterable[str], header: Header) -> frozenset[int]:
    """Where a file has what these profiles map to these canonical columns."""
    wanted = tuple(columns)
    return frozenset(
        at
        for profile in profiles
        for column in wanted
        for name in (*profile.columns.get(column, ()), *profile.concatenations.get(column, ()))
        for at in find(profile, header, name)
    )


def _matching(header: Header, profiles: Sequence[Profile], file_name: str) -> tuple[Profile, ...]:
    """The profiles that read the file; of one that none reads, only what names the person anywhere is hidden."""
    try:
        return tuple(match.profile for match in recognise(header, profiles, file_name, "batna.toml"))
    except DataRefused:
        return ()
