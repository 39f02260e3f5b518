"""`batna demo`: a workspace with the exports of an invented company, and the weekly job on it, earlier weeks first."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from jobs.backfill import Request as Earlier
from jobs.backfill import backfill
from jobs.disk import write_synced
from jobs.errors import UsageError
from jobs.intake import Intake
from jobs.loading import load
from jobs.run import Clock, running
from jobs.sample import settings_toml, write_sample
from jobs.settings import load_settings
from jobs.stages import Edges
from jobs.weekly import Outcome, Request, weekly
from jobs.workspace import FOLDERS, Workspace

AS_OF_ON = date(2026, 11, 15)
MARK = "# Made by `batna demo`, which makes everything in this folder anew each time it runs.\n"


def demo(root: Path, as_of_on: date, edges: Edges, *, weeks: int = 1) -> Outcome:
    """Make the sample workspace and publish one week of it, after so many weeks before as make up `weeks`.

    Raises UsageError where the folder holds anything that no earlier demo has made.
    """
    workspace, arrived_at = Workspace(root), datetime.combine(as_of_on, time(23, 59, 59), UTC)
    edges = replace(edges, clock=_not_before(arrived_at, edges.clock))
    if not _is_demo(workspace):
        _claim(workspace)
    with running(workspace, "demo", edges.clock):
        _clear(workspace)
        edges.progress("sample exports")
        write_sample(workspace.inbox, as_of_on=as_of_on)
        _date_exports(workspace.inbox, arrived_at)
    if weeks == 1:
        return weekly(workspace, load_settings(root), Request(as_of_on), edges)
    return _after_earlier(workspace, as_of_on, weeks, edges)


def _after_earlier(workspace: Workspace, as_of_on: date, weeks: int, edges: Edges) -> Outcome:
    """The weeks before come first: a week knows those that were scored by then. Counts are of the one loading."""
    started_at, settings = edges.clock(), load_settings(workspace.root)
    loaded: list[Intake] = []
    load(workspace, settings, (), edges, lambda intake, _: loaded.append(intake))
    earlier = Earlier(as_of_on - timedelta(weeks=weeks - 1), as_of_on - timedelta(weeks=1))
    backfill(workspace, settings, earlier, edges)
    outcome = weekly(workspace, settings, Request(as_of_on), edges)
    seconds = (edges.clock() - started_at).total_seconds()
    return replace(outcome, intake=loaded[0], counts={**outcome.counts, **loaded[0].counts()}, seconds=seconds)


def _not_before(earliest: datetime, clock: Clock) -> Clock:
    """The exports arrive at the end of the day they are of, also where the clock is not there yet."""
    return lambda: max(earliest, clock())


def _claim(workspace: Workspace) -> None:
    """Make the folder a demo's, before anything else is put into it. Raises UsageError where it is in use."""
    root = workspace.root
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        mend = "Name a folder that does not exist yet"
        raise UsageError(str(root), "this folder is in use, and a demo would make it anew", mend)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_synced(workspace.settings_file, MARK + settings_toml())


def _is_demo(workspace: Workspace) -> bool:
    try:
        return workspace.settings_file.read_text(encoding="utf-8").startswith(MARK)
    except (OSError, UnicodeDecodeError):
        return False


def _clear(workspace: Workspace) -> None:
    for name in FOLDERS:
        shutil.rmtree(workspace.root / name, ignore_errors=True)
    workspace.warehouse.unlink(missing_ok=True)
    workspace.make_folders()
    write_synced(workspace.settings_file, MARK + settings_toml())


def _date_exports(inbox: Path, arrived_at: datetime) -> None:
    """Set the files' times, so that the demo is the same on every day."""
    for path in inbox.rglob("*"):
        os.utime(path, (arrived_at.timestamp(), arrived_at.timestamp()))
