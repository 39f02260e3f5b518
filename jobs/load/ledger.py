"""ops.files and ops.rejects: which files were accepted, and what a new file is to them."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from duckdb import DuckDBPyConnection

from jobs.load.profile import Profile


@dataclass(frozen=True)
class Accepted:
    """One row of ops.files, as far as later files depend on it."""

    file_number: int
    file_name: str
    sha256: str
    source: str
    id_prefix: str | None
    profile: str
    profile_sha256: str
    export_number: int
    exported_at: datetime
    newest_stamp_at: datetime | None
    rows_in: int
    coverage: str
    is_mended: bool
    header: str

    @property
    def names(self) -> tuple[str, ...]:
        """Its header."""
        return tuple(json.loads(self.header))


@dataclass(frozen=True)
class Identity:
    """What makes two files equal: the bytes, and how they are read."""

    sha256: str
    profile_sha256: str


def accepted_files(connection: DuckDBPyConnection, entity: str) -> tuple[Accepted, ...]:
    """Every accepted file of an entity, in order of acceptance."""
    columns = ", ".join(Accepted.__dataclass_fields__)
    rows = connection.execute(
        f"select {columns} from ops.files where entity = ? order by file_number", [entity]
    ).fetchall()
    return tuple(Accepted(*row) for row in rows)


def of_source(files: Sequence[Accepted], source: str) -> tuple[Accepted, ...]:
    """The files of one source."""
    return tuple(file for file in files if file.source == source)


def whole(files: Sequence[Accepted]) -> tuple[Accepted, ...]:
    """The files without those of mended rows, which no later file is a copy of."""
    return tuple(file for file in files if not file.is_mended)


def known_again(files: Sequence[Accepted], incoming: Collection[Identity]) -> frozenset[Identity]:
    """Incoming files that change nothing: parts of the last export, or the last accepted files once more.

    `files` are those of one source, in order. The last n of them count where all n come in again, so that the
    same batch loaded twice changes nothing the second time.
    """
    same: set[Identity] = set()
    for file in reversed(files):
        identity = Identity(file.sha256, file.profile_sha256)
        if identity not in incoming:
            break
        same.add(identity)
    parts = {
        Identity(file.sha256, file.profile_sha256) for file in files if file.export_number == files[-1].export_number
    }
    return frozenset(same | (parts & set(incoming)))


def superseding(files: Sequence[Accepted], sha256: str) -> Accepted | None:
    """The last accepted file, where these bytes were accepted before it and end earlier; else None."""
    equal = [file for file in files if file.sha256 == sha256]
    if not equal or equal[-1].newest_stamp_at is None:
        return None
    last_stamp = files[-1].newest_stamp_at
    is_older = last_stamp is not None and equal[-1].newest_stamp_at < last_stamp
    return files[-1] if is_older else None


def rival(files: Sequence[Accepted], profile: Profile) -> Accepted | None:
    """An accepted file of another source whose ids could be taken for those of this profile."""
    return next((f for f in files if f.source != profile.source and f.id_prefix == profile.id_prefix), None)


def next_file_number(connection: DuckDBPyConnection) -> int:
    """The number after the last one given."""
    row = connection.execute("select coalesce(max(file_number), 0) + 1 from ops.files").fetchone()
    return int(row[0]) if row else 1


@dataclass(frozen=True)
class Entry:
    """One row to write into ops.files, its fields in the order of the table."""

    file_number: int
    file_name: str
    sha256: str
    entity: str
    profile: str
    source: str
    id_prefix: str | None
    profile_sha256: str
    export_number: int
    coverage: str
    arrived_at: datetime
    exported_at: datetime
    newest_stamp_at: datetime | None
    rows_in: int
    rows_loaded: int
    rows_unchanged: int
    rows_refused: int
    rows_gone: int
    is_mended: bool
    header: str  # the names as a JSON list
    despite: str


def write_entry(connection: DuckDBPyConnection, entry: Entry) -> None:
    """Write the file into ops.files."""
    fields = list(Entry.__dataclass_fields__)
    marks = ", ".join("?" for _ in fields)
    values = [getattr(entry, field) for field in fields]
    connection.execute(f"insert into ops.files ({', '.join(fields)}) values ({marks})", values)
