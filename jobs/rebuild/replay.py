"""The archived files into raw.* again, run by run, as they were loaded together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from duckdb import DuckDBPyConnection

from jobs.errors import DataRefused
from jobs.intake import KEPT, load_options
from jobs.publish.archive import ManifestLine
from jobs.rebuild.recorded import LoadedRun
from jobs.records import settings_of
from jobs.run import Run
from jobs.stages import Edges

if TYPE_CHECKING:
    from jobs.load import FileResult, IncomingFile, LoadOptions


def replay(connection: DuckDBPyConnection, run: Run, loaded: LoadedRun, number: int, edges: Edges) -> int:
    """Load the files of one run, as its `number`-th. Returns how many rows they have.

    Raises DataRefused where one of them does not become what it was.
    """
    folder = run.folder / "replay" / str(number)
    incoming = {line["archive"]: _incoming(run.workspace.archive, line, folder) for line in _in_order(loaded.lines)}
    options = _options(run, loaded.settings, edges)
    result = edges.stages.load_files(
        connection, list(incoming.values()), options, rejects_dir=folder / "rejects", progress=edges.progress
    )
    for line in loaded.lines:
        own = [each for each in result.files if each.path == incoming[line["archive"]].path]
        _require_same(line, own)
    return sum(each.rows_in for each in result.files)


def _options(run: Run, settings_name: str, edges: Edges) -> LoadOptions:
    """The settings as they were."""
    place = run.workspace.kept_settings / settings_name
    options = load_options(run.workspace, settings_of(run.workspace, settings_name), edges)
    return replace(options, settings_place=str(place))


def _in_order(lines: Sequence[ManifestLine]) -> list[ManifestLine]:
    """Files of one name were taken in the order of their numbers."""
    return sorted(lines, key=lambda line: [fed["file_number"] or 0 for fed in line["entities"]])


def _incoming(archive: Path, line: ManifestLine, folder: Path) -> IncomingFile:
    """The archived file under the name that it came with: the name tells its export time, or its profile."""
    from jobs.load import IncomingFile, Told

    told = {
        (fed["file_name"], fed["entity"]): Told(
            sha256=fed["sha256"],
            file_number=fed["file_number"],
            exported_at=_time(fed["exported_at"]),
            may_go=fed["is_full"],
            despite=tuple(fed["despite"]),
        )
        for fed in line["entities"]
    }
    link = folder / f"{len(list(folder.glob('*'))):06d}" / line["file_name"]
    link.parent.mkdir(parents=True)
    link.symlink_to(archive / line["archive"])
    return IncomingFile(link, datetime.fromisoformat(line["arrived_at"]), told)


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _require_same(line: ManifestLine, results: Sequence[FileResult]) -> None:
    """Raises DataRefused where the file was refused, or fed something else than before."""
    was = {(fed["file_name"], fed["entity"], fed["file_number"]) for fed in line["entities"]}
    now = {(each.file_name, each.entity, each.file_number) for each in results if each.status in KEPT}
    if was != now:
        refused = [each.problem for each in results if each.status == "refused"]
        why = refused[0] if refused else _feeds(now)
        fault = f"it was accepted, and this version does not read it as before ({why})"
        mend = f"Rebuild with the version that loaded it, or go on without it: --without {line['archive']}"
        raise DataRefused(f"archive/{line['archive']}", fault, mend)


def _feeds(now: set[tuple[str, str | None, int | None]]) -> str:
    return "it feeds " + (", ".join(sorted(str(entity) for _, entity, _ in now)) or "nothing")
