"""What is older than a workspace keeps, by people.keep_weeks and [keep] (03-metrics.md, section 8).

Weeks are counted back from the latest date scored. Deals stay: older scores lose the people in them, not the deals.
The warehouse that is published, the latest week and the latest snapshot always stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from duckdb import DuckDBPyConnection

from jobs.deliver.record import weeks_on_record
from jobs.ledger import Ledger
from jobs.publish.archive import ManifestLine, read_manifest
from jobs.query import opened
from jobs.retention.people import has, rows_of_people
from jobs.settings import Settings
from jobs.settings.service_tables import Keep
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
    """What is kept no longer.

    before: people in scores of dates before this one. rows: of scores that name people, by table. weeks: names of
    folders of pages. mails: records of who got a week, by week. snapshots: earlier warehouses. files: names in the
    archive, without which no week before files_before can be told again. rejects: names in rejects/.
    """

    before: date
    rows: Mapping[str, int]
    weeks: tuple[str, ...]
    mails: Mapping[str, int]
    snapshots: tuple[str, ...]
    files: tuple[str, ...]
    files_before: date
    rejects: tuple[str, ...]

    @property
    def is_nothing(self) -> bool:
        return not (self.rows or self.weeks or self.mails or self.snapshots or self.files or self.rejects)


def due(
    connection: DuckDBPyConnection, workspace: Workspace, settings: Settings, own: Sequence[date] = ()
) -> Due | None:
    """What is due, of the scores in this warehouse and of the workspace; None where no week was ever scored.

    own: dates that this very run has scored, which stay until the next one.
    """
    if not has(connection, "scores.weeks", "as_of_on"):
        return None
    [(latest,)] = connection.execute("select max(as_of_on) from scores.weeks").fetchall()
    if latest is None:
        return None
    people, keep = settings.people.keep_weeks, settings.keep
    spared = {week_name(day) for day in own}
    before, pages_before, files_before = (
        latest - timedelta(weeks=min(people, weeks)) for weeks in (people, keep.report_weeks, keep.archive_weeks)
    )
    mails = weeks_on_record(Ledger(workspace.ledger), week_name(before))
    return Due(
        before=before,
        rows=rows_of_people(connection, before, own),
        weeks=tuple(name for name in workspace.weeks()[:-1] if name < week_name(pages_before) and name not in spared),
        mails={name: count for name, count in mails.items() if name not in spared},
        snapshots=_old_snapshots(workspace, before),
        files=_old_files(connection, workspace, files_before),
        files_before=files_before,
        rejects=_old_rejects(workspace, latest - timedelta(weeks=keep.reject_weeks)),
    )


def with_surplus(found: Due, workspace: Workspace, keep: Keep) -> Due:
    """And snapshots beyond the number that is kept, where people go out of scores one more than there are now."""
    names = _snapshots(workspace)
    surplus = names[: max(len(names) + bool(found.rows) - keep.snapshots, 0)]
    return replace(found, snapshots=tuple(sorted({*found.snapshots, *surplus})))


def due_text(workspace: Workspace, settings: Settings) -> str:
    """What the next weekly job would remove. Raises DataRefused where nothing has been published."""
    with closing(opened(workspace)) as connection:
        found = due(connection, workspace, settings)
    kept = f"people.keep_weeks is {settings.people.keep_weeks}"
    if found is None or found.is_nothing:
        return f"{kept}: nothing is older."
    return "\n".join([f"{kept}: the next weekly job removes what lies before {found.before}:", *lines_of(found)])


def lines_of(found: Due) -> Iterator[str]:
    """A line for each thing that goes."""
    yield from (f"  {table}: people in {count:,} rows before {found.before}" for table, count in found.rows.items())
    yield from (f"  out/{name}" for name in found.weeks)
    yield from (f"  runs.sqlite: who got {name} by mail ({count:,} records)" for name, count in found.mails.items())
    yield from (f"  snapshots/{name}" for name in found.snapshots)
    yield from (f"  archive/{name}: weeks before {found.files_before} are not told again" for name in found.files)
    yield from (f"  rejects/{name}" for name in found.rejects)


def _old_snapshots(workspace: Workspace, before: date) -> tuple[str, ...]:
    """A snapshot is named after the run that took its place, so it is older than that."""
    return tuple(name for name in _snapshots(workspace)[:-1] if name.removeprefix("before-") < f"{before:%Y%m%d}")


def _snapshots(workspace: Workspace) -> list[str]:
    return sorted(path.name for path in workspace.snapshots.glob("before-*.duckdb"))


def _old_files(connection: DuckDBPyConnection, workspace: Workspace, before: date) -> tuple[str, ...]:
    """Archived full exports of which a later one is old itself: no week that is kept looks into them. So are files
    that a rollback took out, which no week looks into.
    """
    rows = connection.execute(_SUPERSEDED, [datetime(before.year, before.month, before.day)]).fetchall()
    superseded = {number for (number,) in rows}
    old = [line for line in read_manifest(workspace) if line["arrived_at"] < before.isoformat()]
    gone = [line["archive"] for line in old if "rolled_back_by" in line or _is_superseded(line, superseded)]
    return tuple(name for name in gone if (workspace.archive / name).exists())


def _is_superseded(line: ManifestLine, superseded: set[int]) -> bool:
    return all(fed["file_number"] in superseded for fed in line["entities"] if fed["status"] == "loaded")


def _old_rejects(workspace: Workspace, before: date) -> tuple[str, ...]:
    """Refused rows that nobody has mended since; ops.rejects says what was wrong with them."""
    limit = datetime(before.year, before.month, before.day, tzinfo=UTC).timestamp()
    files = (path for path in sorted(workspace.rejects.rglob("*")) if path.is_file())
    return tuple(_name(path, workspace) for path in files if path.stat().st_mtime < limit)


def _name(path: Path, workspace: Workspace) -> str:
    return path.relative_to(workspace.rejects).as_posix()
