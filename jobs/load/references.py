"""Reference files that a profile joins, such as a price list. Called by load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from duckdb import DuckDBPyConnection

from jobs.errors import DataRefused
from jobs.load.decode import hash_of
from jobs.load.opening import Opener
from jobs.load.profile import Join, Profile
from jobs.load.records import NULL_VALUES, Source
from jobs.load.text_query import Reference, skipped
from jobs.nearest import did_you_mean


def find_references(profile: Profile, folders: Sequence[Path]) -> tuple[Path, ...]:
    """The reference files of a profile, each in the first folder that has it. DataRefused where none has."""
    return tuple(_find(profile, join, folders) for join in profile.joins)


def hashes_of(paths: Sequence[Path]) -> tuple[str, ...]:
    """Hashes of the files' bytes."""
    return tuple(hash_of(path) for path in paths)


def stage_references(
    connection: DuckDBPyConnection, profile: Profile, paths: Sequence[Path], table: str, work: Path
) -> tuple[Reference, ...]:
    """The reference files as temporary tables. DataRefused where one cannot be joined."""
    return tuple(
        _stage(connection, profile, join, path, f"{table}_reference_{number}", work / f"{table}_{number}")
        for number, (join, path) in enumerate(zip(profile.joins, paths, strict=True))
    )


def _find(profile: Profile, join: Join, folders: Sequence[Path]) -> Path:
    for folder in folders:
        if (folder / join.file).is_file():
            return folder / join.file
    raise DataRefused(
        f"profile {profile.name}",
        f"its reference file '{join.file}' is not there",
        "Put it into the workspace folder, or correct its path in the join",
    )


def _stage(
    connection: DuckDBPyConnection, profile: Profile, join: Join, path: Path, table: str, work: Path
) -> Reference:
    work.mkdir(parents=True, exist_ok=True)
    source = _source(path, work)
    at = _places(join, source, path.name)
    factors = [header for headers in join.sums.values() for header in headers]
    wanted = {"k": join.on.values(), "v": join.columns.values(), "f": factors}
    cells = [f"trim(c{at[h]}) as {kind}{i}" for kind, headers in wanted.items() for i, h in enumerate(headers)]
    kept = f"not ({skipped(join.skip, profile, source.header)})"
    query = f"select {', '.join(cells)} from {{records}} where {kept}"
    texts = source.stage(connection, f"{table}_text", query, NULL_VALUES)
    if join.sums:
        _refuse_texts(connection, texts.relation, factors, path.name)
    relation = _summed(join, texts.relation) if join.sums else texts.relation
    connection.execute(f"create or replace temp table {table} as select * from {relation}")
    for name in texts.tables:
        connection.execute(f"drop table {name}")
    _refuse_twins(connection, table, len(join.on), path.name)
    return Reference(table, tuple(join.on), join.gives)


def _places(join: Join, source: Source, file_name: str) -> Mapping[str, int]:
    """Header -> its place. DataRefused where the reference file lacks one."""
    factors = [header for headers in join.sums.values() for header in headers]
    wanted = (*join.on.values(), *join.columns.values(), *factors)
    for header in wanted:
        if not source.header.find(header):
            mend = did_you_mean(header, source.header.names)
            raise DataRefused(file_name, f"the reference file lacks the column '{header}'", mend)
    return {header: source.header.find(header)[0] for header in wanted}


def _summed(join: Join, relation: str) -> str:
    """The records of each key as one. A sum over a record without a number is unknown, not smaller."""
    keys = ", ".join(f"k{i}" for i in range(len(join.on)))
    sums, first = [], 0
    for number, headers in enumerate(join.sums.values()):
        product = " * ".join(_number(f"f{first + i}") for i in range(len(headers)))
        first += len(headers)
        sums.append(f"case when count(*) = count({product}) then sum({product})::varchar end as v{number}")
    return f"(select {keys}, {', '.join(sums)} from {relation} group by {keys})"


def _number(text: str) -> str:
    return f"try_cast({text} as decimal(18, 6))"


def _refuse_texts(connection: DuckDBPyConnection, relation: str, factors: Sequence[str], place: str) -> None:
    """DataRefused where a cell that is to be summed is no plain number."""
    for number, header in enumerate(factors):
        text = f"f{number}"
        condition = f"{text} is not null and {_number(text)} is null"
        found = connection.execute(f"select {text} from {relation} where {condition} limit 1").fetchone()
        if found:
            fault = f"'{found[0]}' under '{header}' of the reference file is no plain number"
            raise DataRefused(place, fault, "Write numbers such as 1234.5, without signs that set thousands apart")


def _source(path: Path, work: Path) -> Source:
    parts = Opener(work).open(path, path.name).parts
    if len(parts) != 1:
        raise DataRefused(path.name, f"the reference file holds {len(parts)} tables", "Keep one of them in it")
    if parts[0].source is None:
        raise parts[0].fault or DataRefused(path.name, "the reference file cannot be read")
    return parts[0].source


def _refuse_twins(connection: DuckDBPyConnection, table: str, key_count: int, place: str) -> None:
    keys = ", ".join(f"k{i}" for i in range(key_count))
    found = connection.execute(f"select {keys} from {table} group by {keys} having count(*) > 1 limit 1").fetchone()
    if found:
        fault = f"the reference file has more than one record for '{found[0]}'"
        raise DataRefused(place, fault, "Leave one record for each")
