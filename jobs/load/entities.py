"""The canonical entities of config/entities.toml, and the raw tables they make. Everybody may read them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any

from duckdb import DuckDBPyConnection

from jobs import shipped
from jobs.load.sql import literal

SQL_TYPES = {
    "text": "varchar",
    "code": "varchar",
    "money": "decimal(18, 4)",
    "rate": "decimal(18, 8)",
    "share": "decimal(9, 6)",
    "number": "decimal(18, 4)",
    "integer": "bigint",
    "boolean": "boolean",
    "date": "date",
    "time": "timestamp",
}

_VERSION_COLUMNS = {
    "file_number": ("integer", "Number of the accepted file in ops.files"),
    "record_number": ("integer", "Record in that file, the header being 1"),
    "version_from_at": ("timestamp", "UTC time from which this version is evidence"),
    "is_gone": ("boolean", "True in the row that says that a full export no longer had this key"),
}

_FILES_COLUMNS = {
    "file_number": ("integer", "One number per accepted file and entity, rising in order of acceptance"),
    "file_name": ("varchar", "Name of the file, without its folder"),
    "sha256": ("varchar", "Hash of the file's bytes"),
    "entity": ("varchar", "Entity it fed"),
    "profile": ("varchar", "Profile that read it"),
    "source": (
        "varchar",
        "Profile that this one extends, or itself: files of one source replace one another",
    ),
    "id_prefix": ("varchar", "What the profile puts before the ids, to keep two systems apart"),
    "profile_sha256": ("varchar", "Hash of the profile as applied, reference files and zone included"),
    "export_number": ("integer", "file_number of the first part of the export this file is a part of"),
    "coverage": ("varchar", "full or increment"),
    "arrived_at": ("timestamp", "UTC time of arrival"),
    "exported_at": ("timestamp", "UTC time the export stands for"),
    "newest_stamp_at": ("timestamp", "Newest time in the file that is not after its arrival"),
    "rows_in": ("bigint", "Records in the file"),
    "rows_loaded": ("bigint", "Records that became a version"),
    "rows_unchanged": ("bigint", "Records that said nothing new"),
    "rows_refused": ("bigint", "Records that were refused, each with a reason in ops.rejects"),
    "rows_gone": ("bigint", "Records of earlier files that this full export no longer had"),
    "is_mended": ("boolean", "Whether it holds refused rows that were mended (its column _reason tells)"),
    "header": ("varchar", "The names of its columns, as a JSON list"),
    "despite": ("varchar", "Guards that said no and were let pass with --accept, comma-joined; empty: none"),
}

FORMAT = 1  # raised when a warehouse of the version before cannot be gone on with by adding tables and columns
_WRITTEN_COLUMNS = {
    "format": ("INTEGER", "Rises when an older version cannot read the warehouse any more."),
    "written_by": ("VARCHAR", "The version of batna."),
}
_REJECTS_COLUMNS = {
    "file_number": ("integer", "Number of the accepted file in ops.files"),
    "file_name": ("varchar", "Name of the file, without its folder"),
    "entity": ("varchar", "Entity the record was meant for"),
    "record_number": ("integer", "Record in that file, the header being 1"),
    "column_name": ("varchar", "Canonical column; empty when the whole record is at fault"),
    "value": ("varchar", "The cell as it stood in the file"),
    "reason": ("varchar", "Why the record was refused"),
    "record_key": ("varchar", "Key of the record; a part that cannot be read stands as it was written, after a !"),
    "rejects_file": ("varchar", "File in rejects/ that the record was written to"),
    "cleared_file_number": ("integer", "Accepted file that settled it: mended, exported again, or refused anew there"),
}


@dataclass(frozen=True)
class Column:
    """One canonical column. `about` says what it means and what it makes measurable."""

    name: str
    kind: str
    about: str
    is_key: bool
    is_id: bool
    is_required: bool  # a profile must map it
    is_filled: bool  # and every row must have a value
    codes: tuple[str, ...]
    also: tuple[str, ...]
    default: str | None
    by_field: bool
    is_person: bool = False  # names somebody who works here


@dataclass(frozen=True)
class Entity:
    """One canonical entity; `event` names the columns a row is true from, the first with a value counting."""

    name: str
    about: str
    coverage: str
    event: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def key(self) -> tuple[Column, ...]:
        """The columns that identify a row."""
        return tuple(column for column in self.columns if column.is_key)

    def column(self, name: str) -> Column:
        """The column of this name; KeyError when there is none."""
        return {column.name: column for column in self.columns}[name]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in order."""
        return tuple(column.name for column in self.columns)


@cache
def entities() -> Mapping[str, Entity]:
    """Every canonical entity by name, in the order of config/entities.toml."""
    text = (shipped.CONFIG / "entities.toml").read_text(encoding="utf-8")
    return {name: _entity(name, table) for name, table in tomllib.loads(text).items()}


def create_raw_tables(connection: DuckDBPyConnection) -> None:
    """Make the schemas raw and ops and every table in them that is not there yet (docs/architecture.md).

    The connection has no open transaction.
    """
    rows = connection.execute("select table_schema || '.' || table_name from information_schema.tables").fetchall()
    there = {row[0] for row in rows}
    missing = {table: parts for table, parts in raw_tables().items() if table not in there}
    if not missing:
        return
    statements = ["create schema if not exists raw", "create schema if not exists ops"]
    for table, (about, columns) in missing.items():
        statements += _statements(table, about, columns)
    if "ops.version" in missing:
        statements.append(f"insert into ops.version values ({FORMAT}, {literal(version('batna'))})")
    # In one transaction: each statement of its own would be written to disk by itself.
    connection.execute("; ".join(["begin", *statements, "commit"]))


def raw_tables() -> dict[str, tuple[str, Mapping[str, tuple[str, str]]]]:
    """Every table of raw and ops: its comment, and its columns with type and comment."""
    tables: dict[str, tuple[str, Mapping[str, tuple[str, str]]]] = {
        "ops.files": ("Accepted files. One row per file and entity.", _FILES_COLUMNS),
        "ops.rejects": ("Refused records of accepted files. One row per fault.", _REJECTS_COLUMNS),
        "ops.version": ("Which version of batna wrote this warehouse. One row.", _WRITTEN_COLUMNS),
    }
    for entity in entities().values():
        own = {column.name: (SQL_TYPES[column.kind], column.about) for column in entity.columns}
        tables[f"raw.{entity.name}"] = (entity.about, own | _VERSION_COLUMNS)
    return tables


def _statements(table: str, about: str, columns: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    body = ", ".join(f'"{column}" {sql_type}' for column, (sql_type, _) in columns.items())
    yield f"create table {table} ({body})"
    yield f"comment on table {table} is {literal(about)}"
    for column, (_, text) in columns.items():
        yield f'comment on column {table}."{column}" is {literal(text)}'


def _entity(name: str, table: Mapping[str, Any]) -> Entity:
    return Entity(
        name=name,
        about=table["about"],
        coverage=table["coverage"],
        event=tuple(table["event"]),
        columns=tuple(_column(entry) for entry in table["columns"]),
    )


def _column(entry: Mapping[str, Any]) -> Column:
    return Column(
        name=entry["name"],
        kind=entry["kind"],
        about=entry["about"],
        is_key=entry.get("key", False),
        is_id=entry.get("id", False),
        is_required="required" in entry,
        is_filled=entry.get("required") == "value",
        codes=tuple(entry.get("codes", ())),
        also=tuple(entry.get("also", ())),
        default=entry.get("default"),
        by_field=entry.get("by_field", False),
        is_person=entry.get("person", False),
    )
