"""What the archive says of itself: which files came together, by which settings, and which weeks were scored.

Nothing is loaded before every file is found to be the one that was accepted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from jobs.disk import file_sha256
from jobs.errors import DataRefused, UsageError
from jobs.publish.archive import ManifestLine, read_manifest, standing_lines
from jobs.records import WeekRecord, read_weeks
from jobs.workspace import Workspace


@dataclass(frozen=True, slots=True)
class LoadedRun:
    """The accepted files of one run, and the name of the settings that they were loaded by."""

    settings: str
    lines: tuple[ManifestLine, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """All that a warehouse is made from. gone: lines of files that are not in the archive any more, by intent."""

    runs: tuple[LoadedRun, ...]
    weeks: tuple[WeekRecord, ...]
    gone: tuple[ManifestLine, ...]


def read_recorded(workspace: Workspace, without: Collection[str]) -> Recorded:
    """Read and check the archive; `without` names files in it to go on without.

    Raises DataRefused naming every file that is missing or altered, or what the manifest lacks, and UsageError
    where `without` names no file of it.
    """
    lines = _lines(workspace)
    unknown = sorted(set(without) - {line["archive"] for line in lines})
    if unknown:
        raise UsageError("--without", f"the manifest has no file {unknown[0]}", "Name it as archive/ does")
    _require_all_lines(workspace, lines)
    gone = [line for line in lines if line["archive"] in without or "removed_by" in line]
    present = [line for line in lines if line not in gone]
    _require_all_files(workspace, present)
    runs = [
        LoadedRun(settings, tuple(of_run))
        for (_, settings), of_run in groupby(present, key=lambda line: (line["run"], line["settings"]))
    ]
    return Recorded(tuple(runs), read_weeks(workspace), tuple(gone))


def numbers_of(lines: Sequence[ManifestLine]) -> Iterator[int]:
    """The file numbers that these files were given."""
    for line in lines:
        yield from (fed["file_number"] for fed in line["entities"] if fed["file_number"] is not None)


def _lines(workspace: Workspace) -> list[ManifestLine]:
    try:
        lines = standing_lines(workspace)
        incomplete = [line["archive"] for line in lines if not _is_complete(line)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        fault = f"the manifest cannot be read ({type(error).__name__})"
        raise DataRefused(str(workspace.manifest), fault, "Put it back from a copy") from error
    if not lines:
        raise DataRefused(str(workspace.archive), "it holds no accepted file", "There is nothing to rebuild from")
    if incomplete:
        fault = f"an earlier version wrote the line of {incomplete[0]}, without what a rebuild needs"
        raise DataRefused(str(workspace.manifest), fault, "Load the exports into a new workspace")
    return lines


def _is_complete(line: ManifestLine) -> bool:
    return {"run", "settings"} <= line.keys() and all({"is_full", "despite"} <= fed.keys() for fed in line["entities"])


def _require_all_lines(workspace: Workspace, lines: Sequence[ManifestLine]) -> None:
    """Numbers have no gaps, and every file its line: else a line was lost, and its rows would be."""
    named = {line["archive"] for line in read_manifest(workspace)}
    strays = sorted(path.name for path in workspace.archive.glob("[0-9]*") if path.name not in named)
    numbers = set(numbers_of(lines))
    missing = sorted(set(range(1, max(numbers, default=0) + 1)) - numbers)
    if strays or missing:
        what = strays[0] if strays else f"the file with the number {missing[0]}"
        raise DataRefused(str(workspace.manifest), f"it has no line for {what}", "Put the manifest back from a copy")


def _require_all_files(workspace: Workspace, lines: Sequence[ManifestLine]) -> None:
    faults = [f"{line['archive']} {fault}" for line in lines if (fault := _fault(workspace.archive, line))]
    if faults:
        mend = "Put back the files that were accepted, from a copy; or go on without one: --without NAME"
        fault = faults[0] if len(faults) == 1 else f"{len(faults)} files are not as accepted: {'; '.join(faults)}"
        raise DataRefused(str(workspace.archive), fault, mend)


def _fault(archive: Path, line: ManifestLine) -> str | None:
    try:
        if file_sha256(archive / line["archive"]) == line["sha256"]:
            return None
        return f"is not the file that was accepted (its sha256 was {line['sha256'][:12]}...)"
    except FileNotFoundError:
        return f"is missing (sha256 {line['sha256'][:12]}...)"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
