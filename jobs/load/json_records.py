"""JSON lines, one list of JSON objects, or the answer of an API that holds one, as a table of text. Called by opening.

Numbers keep the digits they are written with. An object in an object gives names such as properties.amount; a list
stays as its JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from jobs.errors import DataRefused
from jobs.load.records import Damage
from jobs.load.table_source import Table

_BATCH = 10_000
_MAX_NAMES = 10_000
_LISTS = ("value", "results", "records", "data", "items")  # under which APIs answer with a list of records
_NEXT = ("@odata.nextLink", "nextRecordsUrl", "paging.next.link", "additional_data.pagination.next_start")


class _Damaged(Exception):
    """A record that cannot be read, and why."""


def json_table(path: Path, file_name: str, sha256: str, target: Path) -> Table:
    """The records of a UTF-8 file, written to `target`. DataRefused where it holds no list of objects."""
    names: dict[str, int] = {}
    damage: list[Damage] = []
    for number, record in enumerate(_records(path, file_name), start=2):
        if isinstance(record, Damage):
            damage.append(Damage(number, record.text, record.reason))
        else:
            for name in record:
                names.setdefault(name, len(names))
            if len(names) > _MAX_NAMES:
                fault = f"its records have more than {_MAX_NAMES:,} different names"
                raise DataRefused(file_name, fault, "Export one record an object, each with the same names")
    if not names:
        raise DataRefused(file_name, "it has no header: no record in it has a name and a value", "Export it again")
    schema = pa.schema([(f"c{i}", pa.string()) for i in range(len(names))])
    with pq.ParquetWriter(target, schema) as writer:
        for batch in _batches(record for record in _records(path, file_name) if not isinstance(record, Damage)):
            columns = [[record.get(name) for record in batch] for name in names]
            writer.write_table(pa.table([pa.array(column, pa.string()) for column in columns], schema=schema))
    return Table(target, tuple(names), sha256, tuple(damage), _notes(_answer(path)))


def _notes(answer: _Pairs | None) -> tuple[str, ...]:
    told = _flat(_Pairs(pair for pair in answer or () if pair[0] not in _LISTS))
    goes_on = any(told.get(name) for name in _NEXT)
    return ("it is one page of an answer that goes on: load the other pages with it",) if goes_on else ()


def _batches(records: Iterator[Mapping[str, str | None]]) -> Iterator[list[Mapping[str, str | None]]]:
    batch: list[Mapping[str, str | None]] = []
    for record in records:
        batch.append(record)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _records(path: Path, file_name: str) -> Iterator[Mapping[str, str | None] | Damage]:
    with path.open(encoding="utf-8-sig") as stream:
        start = stream.read(4096).lstrip()[:1]
        stream.seek(0)
        answer = _answer(path) if start == "{" else None
        if answer is not None:
            yield from (_checked(each, json.dumps(_plain(each))) for each in _listed(answer) or ())
        elif start == "[":
            yield from _of_list(path.read_text(encoding="utf-8-sig"), file_name)
        else:
            yield from _of_lines(stream, file_name)


def _answer(path: Path) -> _Pairs | None:
    """A file that is one object with a list of objects in it; None where it is anything else."""
    with path.open(encoding="utf-8-sig") as stream:
        first, rest = stream.readline().strip(), stream.read(4096).strip()
    if first.endswith("}") and rest:
        return None
    try:
        whole = _DECODER.decode(path.read_text(encoding="utf-8-sig").strip())
    except (ValueError, RecursionError):
        return None
    return whole if isinstance(whole, _Pairs) and _listed(whole) else None


def _listed(answer: _Pairs) -> list[Any] | None:
    lists = [value for name, value in answer if name in _LISTS and isinstance(value, list)]
    return lists[0] if len(lists) == 1 and any(isinstance(each, _Pairs) for each in lists[0]) else None


def _of_lines(lines: Iterator[str], file_name: str) -> Iterator[Mapping[str, str | None] | Damage]:
    for line in lines:
        if not line.strip():
            continue
        record = _record(line.strip())
        if isinstance(record, Damage) and not line.endswith("\n"):
            raise DataRefused(file_name, "it is truncated: its last record breaks off", "Copy or export it again")
        if isinstance(record, Damage) and line.strip() == "{":
            fault = "it is neither JSON lines nor a list of JSON objects"
            raise DataRefused(file_name, fault, "Export one object a line, or a list of objects")
        yield record


def _of_list(text: str, file_name: str) -> Iterator[Mapping[str, str | None] | Damage]:
    """The objects of a list, one after the other."""
    at = _past_blanks(text, text.index("[") + 1)
    while text[at : at + 1] != "]":
        try:
            pairs, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            fault = f"it is a truncated or damaged JSON file ({error})"
            raise DataRefused(file_name, fault, "Copy or export it again") from error
        yield _checked(pairs, text[at:end])
        at = _past_blanks(text, end)
        if text[at : at + 1] == ",":
            at = _past_blanks(text, at + 1)


def _past_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _record(line: str) -> Mapping[str, str | None] | Damage:
    try:
        return _checked(_DECODER.decode(line), line)
    except (ValueError, RecursionError):
        return Damage(0, line, "is no JSON object")


def _checked(value: Any, text: str) -> Mapping[str, str | None] | Damage:
    if not isinstance(value, _Pairs):
        return Damage(0, text, "is no JSON object")
    try:
        return _flat(value)
    except _Damaged as error:
        return Damage(0, text, str(error))


class _Pairs(tuple[tuple[str, Any], ...]):
    """An object as it is written: a name may stand in it twice."""


def _flat(pairs: _Pairs, before: str = "", into: dict[str, str | None] | None = None) -> dict[str, str | None]:
    record = {} if into is None else into
    for name, value in pairs:
        if before + name in record:
            raise _Damaged(f"has the name '{before}{name}' twice")
        if isinstance(value, _Pairs):
            _flat(value, f"{before}{name}.", record)
        else:
            record[before + name] = _text(value)
    return record


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, _Pairs):
        return {name: _plain(inner) for name, inner in value}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


_DECODER = json.JSONDecoder(object_pairs_hook=_Pairs, parse_float=str, parse_int=str, parse_constant=str)
