"""people.keep_weeks: how long a workspace keeps what it says of people (03-metrics.md, section 8).

Counted back from the latest date scored. Deals stay: older scores lose the people in them, not the deals. The
warehouse that is published, the latest week and the latest snapshot always stay.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from duckdb import DuckDBPyConnection

from jobs.disk import write_synced
from jobs.person.columns import TextColumn, text_columns
from jobs.publish.archive import ManifestLine, manifest_text, read_manifest, standing_lines
from jobs.query import opened
from jobs.settings import Settings
from jobs.workspace import Workspace, week_name

_SUPERSEDED = """
select earlier.file_number
from ops.files as earlier
where earlier.coverage = 'full'
    and exists (
        select 1
        from ops.files as later
        where later.entity = earlier.entity
            and later.source = earlier.source
            and later.coverage = 'full'
            and later.export_number > earlier.export_number
            and later.arrived_at < ?
    )
"""


@dataclass(frozen=True)
class Due:
    """What is older than people.keep_weeks.

    before: what lies before this date. rows: of scores that name people, by table. weeks: names of folders of
    pages. snapshots: earlier warehouses. files: names in the archive.
    """

    before: date
    rows: Mapping[str, int]
    weeks: tuple[str, ...]
    snapshots: tuple[str, ...]
    files: tuple[str, ...]

    @property
    def is_nothing(self) -> bool:
        return not (self.rows or self.weeks or self.snapshots or self.files)


def due(
    connection: DuckDBPyConnection, workspace: Workspace, settings: Settings, own: Sequence[date] = ()
) -> Due | None:
    """What is due, of the scores in this warehouse and of the workspace; None where no week was ever scored.

    own: dates that this very run has scored, which stay until the next one.
    """
    if not _has(connection, "scores.weeks", "as_of_on"):
        return None
    [(latest,)] = connection.execute("select max(as_of_on) from scores.weeks").fetchall()
    if latest is None:
        return None
    spared = {week_name(day) for day in own}
    before = latest - timedelta(weeks=settings.people.keep_weeks)
    return Due(
        before=before,
        rows=dict(_rows(connection, before, own, "select count(*) from {table} where {old}")),
        weeks=tuple(name for name in workspace.weeks()[:-1] if name < week_name(before) and name not in spared),
        snapshots=_old_snapshots(workspace, before),
        files=_old_files(connection, workspace, before),
    )


def due_text(workspace: Workspace, settings: Settings) -> str:
    """What the next weekly job would remove. Raises DataRefused where nothing has been published."""
    with closing(opened(workspace)) as connection:
        found = due(connection, workspace, settings)
    kept = f"people.keep_weeks is {settings.people.keep_weeks}"
    if found is None or found.is_nothing:
        return f"{kept}: nothing is older."
    return "\n".join([f"{kept}: the next weekly job removes what lies before {found.before}:", *_lines(found)])


def forget_scores(connection: DuckDBPyConnection, before: date, own: Sequence[date] = ()) -> None:
    """Take people out of scores before a date, but for the dates of this run; rows that are about a person alone go."""
    for statement in ("delete from {table} where {old} and {is_of_person}", "update {table} set {cleared} where {old}"):
        dict(_rows(connection, before, own, statement))


def remove(workspace: Workspace, found: Due) -> None:
    """Remove files that are due. Each step may be done again: one that is cut short is done by the next run."""
    for name in found.weeks:
        shutil.rmtree(workspace.out / name, ignore_errors=True)
    for name in found.snapshots:
        (workspace.snapshots / name).unlink(missing_ok=True)
    if found.files:
        lines = [_without(line) if line["archive"] in found.files else line for line in read_manifest(workspace)]
        write_synced(workspace.manifest, manifest_text(lines))
    for name in found.files:
        (workspace.archive / name).unlink(missing_ok=True)


def _lines(found: Due) -> Iterator[str]:
    yield from (f"  {table}: people in {count:,} rows" for table, count in found.rows.items())
    yield from (f"  out/{name}" for name in found.weeks)
    yield from (f"  snapshots/{name}" for name in found.snapshots)
    yield from (f"  archive/{name}: a later full export is as old" for name in found.files)


def _rows(
    connection: DuckDBPyConnection, before: date, own: Sequence[date], statement: str
) -> Iterator[tuple[str, int]]:
    """Run a statement on every scores table that names people in old rows; its count, where it is not 0."""
    tables: dict[str, list[TextColumn]] = {}
    for column in text_columns(connection):
        if column.table.startswith("scores.") and column.names_person != "false":
            tables.setdefault(column.table, []).append(column)
    for table, columns in tables.items():
        named = " or ".join(f"({c.quoted} is not null and {c.names_person})" for c in columns)
        of_deals = _has(connection, table, "opportunity_id")
        parts = {
            "table": table,
            "old": f"as_of_on < ? and as_of_on not in (select unnest(?::date[])) and ({named})",
            "is_of_person": "opportunity_id is null" if of_deals else "true",
            "cleared": ", ".join(
                f"{c.quoted} = case when {c.names_person} then null else {c.quoted} end" for c in columns
            ),
        }
        row = connection.execute(statement.format(**parts), [before, list(own)]).fetchone()
        if row and row[0]:
            yield table, int(row[0])


def _has(connection: DuckDBPyConnection, table: str, column: str) -> bool:
    query = "select 1 from duckdb_columns() where schema_name || '.' || table_name = ? and column_name = ?"
    return connection.execute(query, [table, column]).fetchone() is not None


def _old_snapshots(workspace: Workspace, before: date) -> tuple[str, ...]:
    """A snapshot is named after the run that took its place, so it is older than that."""
    names = sorted(path.name for path in workspace.snapshots.glob("before-*.duckdb"))
    return tuple(name for name in names[:-1] if name.removeprefix("before-") < f"{before:%Y%m%d}")


def _old_files(connection: DuckDBPyConnection, workspace: Workspace, before: date) -> tuple[str, ...]:
    """Archived full exports of which a later one is old itself: no week that is kept looks into them."""
    rows = connection.execute(_SUPERSEDED, [datetime(before.year, before.month, before.day)]).fetchall()
    superseded = {number for (number,) in rows}
    lines = [line for line in standing_lines(workspace) if line["arrived_at"] < before.isoformat()]
    old = [
        line
        for line in lines
        if all(fed["file_number"] in superseded for fed in line["entities"] if fed["status"] == "loaded")
    ]
    return tuple(line["archive"] for line in old if (workspace.archive / line["archive"]).exists())


def _without(line: ManifestLine) -> ManifestLine:
    return {**line, "is_archived": False, "removed_by": "people.keep_weeks"}
