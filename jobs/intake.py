"""The files of one run: from the inbox through jobs.load, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duckdb import DuckDBPyConnection

from jobs.disk import copy_synced
from jobs.errors import DataRefused, SettingsError
from jobs.letting_in import NOTHING, LetIn
from jobs.publish import Accepted
from jobs.records import keep_settings
from jobs.run import Run
from jobs.settings import Settings, with_line
from jobs.stages import Edges
from jobs.warehouse import room_to_load
from jobs.workspace import Arrival, Workspace

if TYPE_CHECKING:
    from jobs.load import FileResult, LoadOptions

KEPT = ("loaded", "unchanged")
_GZIP = b"\x1f\x8b"
_NEWEST_EXPORT = """
select max(case when exported_at = newest_stamp_at then arrived_at else exported_at end)
from ops.files
where entity = 'opportunities'
"""


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of the files. accepted: the ones that leave the inbox. rejects: folder of refused rows.

    settled_rejects: names of earlier files of refused rows of which nothing is open any more.
    """

    results: tuple[FileResult, ...]
    accepted: tuple[Accepted, ...]
    rejects: Path
    settled_rejects: tuple[str, ...] = ()

    @property
    def refused(self) -> tuple[FileResult, ...]:
        return tuple(result for result in self.results if result.status == "refused")

    def counts(self) -> dict[str, int]:
        """Files, and the rows of the ones that were kept: in = loaded + unchanged + refused."""
        kept = [result for result in self.results if result.status in KEPT]
        return {
            "files": len(kept),
            "files_refused": len(self.refused),
            "rows_in": sum(result.rows_in for result in kept),
            "rows_loaded": sum(result.rows_loaded for result in kept),
            "rows_unchanged": sum(result.rows_unchanged for result in kept),
            "rows_refused": sum(result.rows_refused for result in kept),
        }


def take_in(
    connection: DuckDBPyConnection,
    run: Run,
    settings: Settings,
    arrivals: Sequence[Arrival],
    edges: Edges,
    let_in: LetIn = NOTHING,
) -> Intake:
    """Load the files into raw.* and ops.*, and keep in the ledger what became of them.

    let_in: guards that are not to stop a file (--accept).
    """
    from jobs.load import IncomingFile

    stages, rejects = edges.stages, run.folder / "rejects"
    rejects.mkdir()
    stages.create_raw_tables(connection)
    files = [IncomingFile(arrival.path, _utc(arrival.arrived_at)) for arrival in arrivals]
    options = replace(load_options(run.workspace, settings, edges), let_in=let_in)
    try:
        with room_to_load(connection):
            result = stages.load_files(connection, files, options, rejects_dir=rejects, progress=edges.progress)
    except SettingsError as error:
        raise with_line(error, run.workspace.settings_file) from None
    by = {"run": run.run_id, "settings": keep_settings(run.workspace, run.folder, settings)}
    intake = Intake(result.files, _accepted(run, arrivals, result.files, by), rejects, result.settled_rejects)
    run.ledger.note_counts(run.run_id, intake.counts())
    run.ledger.note_data_on(run.run_id, newest_export_on(connection))
    run.ledger.note_refused(run.run_id, [_reason(each) for each in intake.refused])
    return intake


def load_options(workspace: Workspace, settings: Settings, edges: Edges) -> LoadOptions:
    """What the loader is to know of the settings, the clock and who was erased."""
    from jobs.load import LoadOptions
    from jobs.load.erased import read_erased
    from jobs.load.unpack import Limits

    return LoadOptions(
        time_zone=settings.workspace.time_zone,
        max_shrink=float(settings.load.max_shrink),
        max_reject_share=float(settings.load.max_reject_share),
        limits=Limits(settings.load.max_unpacked_bytes, float(settings.load.max_unpacked_ratio)),
        sources=settings.sources,
        settings_place=str(workspace.settings_file),
        arrived_at=_utc(edges.clock()),
        folder=workspace.root,
        erased=read_erased(workspace),
        closed_stages=frozenset(stage for stage, phase in settings.stages.items() if phase == "closed"),
    )


def newest_export_on(connection: DuckDBPyConnection) -> date | None:
    """The day (UTC) of the newest export of opportunities that was accepted so far."""
    newest = newest_export(connection)
    return newest.date() if newest else None


def newest_export(connection: DuckDBPyConnection) -> datetime | None:
    """When the newest accepted export of opportunities was made (UTC, aware).

    An export that tells it by its newest stamp alone may be of a quiet week: then it is its arrival. A file that is
    equal to the one before is not accepted anew, so an export that is stuck grows old all the same.
    """
    [(newest,)] = connection.execute(_NEWEST_EXPORT).fetchall()
    return newest.replace(tzinfo=UTC) if newest else None


def keep_rejects(workspace: Workspace, intake: Intake) -> None:
    """Show refused rows to whoever has to mend them, also where the run publishes nothing else."""
    for path in sorted(intake.rejects.rglob("*")):
        if path.is_file():
            target = workspace.rejects / path.relative_to(intake.rejects)
            target.parent.mkdir(parents=True, exist_ok=True)
            copy_synced(path, target)


def require_all_accepted(intake: Intake, mend: str) -> None:
    """Raises DataRefused naming every file that was refused, with its reason."""
    problems = [problem_of(result) for result in intake.refused]
    if len(problems) == 1:
        place, _, fault = problems[0].partition(": ")
        raise DataRefused(place, fault, mend)
    if problems:
        listed = "".join(f"\n  {problem}" for problem in problems)
        raise DataRefused("inbox", f"{len(problems)} files were refused", f"{mend}:{listed}")


def problem_of(result: FileResult) -> str:
    """Why a file was refused: its name, the fault, and how to mend it."""
    return (result.problem or f"{result.file_name}: refused").rstrip(".")


def require_opportunities(connection: DuckDBPyConnection, run: Run) -> None:
    """Raises DataRefused while the warehouse holds no opportunity: there is nothing to score."""
    if not connection.execute("select 1 from raw.opportunities limit 1").fetchall():
        mend = "Put an export of opportunities there; `batna template opportunities` shows its columns"
        fault = "no opportunities have been loaded yet, and the files here hold none"
        raise DataRefused(str(run.workspace.inbox), fault, mend)


def _reason(result: FileResult) -> Mapping[str, str]:
    return {"file": result.file_name, "reason": problem_of(result)}


def _accepted(
    run: Run, arrivals: Sequence[Arrival], results: Sequence[FileResult], by: Mapping[str, str]
) -> tuple[Accepted, ...]:
    """The files of which something was kept; one that was refused in part stays, and a copy is archived.

    by: the run and the settings that they were loaded by.
    """
    accepted: list[Accepted] = []
    for arrival in arrivals:
        fed = [each for each in results if each.path == arrival.path]
        kept = [each for each in fed if each.status in KEPT]
        is_refused_in_part = any(each.status == "refused" for each in fed)
        is_news = any(each.status == "loaded" for each in fed)
        if kept and (is_news or not is_refused_in_part):
            is_kept = is_refused_in_part or not arrival.path.is_relative_to(run.workspace.inbox)
            facts = {
                "file_name": arrival.path.name,
                "arrived_at": _utc(arrival.arrived_at).isoformat(),
                **by,
                "entities": [_facts(each) for each in kept],
            }
            accepted.append(Accepted(arrival, facts, is_kept, _sha256(arrival, kept)))
    return tuple(accepted)


def _sha256(arrival: Arrival, kept: Sequence[FileResult]) -> str | None:
    """The hash that the loader has of the whole file; None of an archive or workbook, which it knows by its parts."""
    with arrival.path.open("rb") as file:
        is_packed = file.read(len(_GZIP)) == _GZIP
    told = (each.sha256 for each in kept if each.file_name == arrival.path.name and each.sha256)
    return None if is_packed else next(told, None)


def _facts(result: FileResult) -> dict[str, Any]:
    """ops.files says the rest, by file_number. A rebuild needs what the files alone cannot tell."""
    return {
        "file_name": result.file_name,
        "sha256": result.sha256,
        "entity": result.entity,
        "profile": result.profile,
        "status": result.status,
        "file_number": result.file_number,
        "exported_at": result.exported_at.isoformat() if result.exported_at else None,
        "is_full": result.is_full,
        "despite": list(result.despite),
    }


def _utc(moment: datetime) -> datetime:
    """Times in the warehouse are UTC without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)
