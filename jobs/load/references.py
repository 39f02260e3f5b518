"""Reference files that a profile joins, such as a price list. Called by load."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from duckdb import DuckDBPyConnection

from jobs.errors import DataRefused
from jobs.load.decode import hash_of
from jobs.load.nearest import did_you_mean
from jobs.load.opening import Opener
from jobs.load.profile import Join, Profile
from jobs.load.records import NULL_VALUES, Source
from jobs.load.text_query import Reference


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
        _stage(connection, join, path, f"{table}_reference_{number}", work / f"{table}_{number}")
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


def _stage(connection: DuckDBPyConnection, join: Join, path: Path, table: str, work: Path) -> Reference:
    work.mkdir(parents=True, exist_ok=True)
    source = _source(path, work)
    wanted = (*join.on.values(), *join.columns.values())
    for header in wanted:
        if not source.header.find(header):
            mend = did_you_mean(header, source.header.names)
            raise DataRefused(path.name, f"the reference file lacks the column '{header}'", mend)
    at = {header: source.header.find(header)[0] for header in wanted}
    keys = [f"trim(c{at[header]}) as k{i}" for i, header in enumerate(join.on.values())]
    values = [f"trim(c{at[header]}) as v{i}" for i, header in enumerate(join.columns.values())]
    query = f"select {', '.join(keys + values)} from {{records}}"
    texts = source.stage(connection, f"{table}_text", query, NULL_VALUES)
    connection.execute(f"create or replace temp table {table} as select * from {texts.relation}")
    for name in texts.tables:
        connection.execute(f"drop table {name}")
    _refuse_twins(connection, table, len(keys), path.name)
    return Reference(table, tuple(join.on), tuple(join.columns))


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
