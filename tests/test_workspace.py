"""The folders of a workspace and what is in them."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from jobs.workspace import Workspace, arrivals, in_inbox, require_usable, week_name

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 11, 15), "2026-W46"),
        (date(2026, 11, 16), "2026-W47"),
        (date(2027, 1, 3), "2026-W53"),
        (date(2024, 12, 30), "2025-W01"),
    ],
)
def test_a_week_has_the_name_of_its_iso_week(day: date, name: str) -> None:
    assert week_name(day) == name


def test_weeks_are_the_folders_that_have_such_a_name(workspace: Workspace) -> None:
    for name in ("2026-W47", "2026-W05", "assets", "2026-W471"):
        (workspace.out / name).mkdir()
    assert workspace.weeks() == ("2026-W05", "2026-W47")


def test_files_are_taken_in_order_of_arrival_then_name(workspace: Workspace) -> None:
    for name, day in (("b.csv", 2), ("a.csv", 3), ("c.csv", 2)):
        put(workspace.inbox / name, datetime(2026, 11, day, tzinfo=UTC))
    found = arrivals(in_inbox(workspace), NOW)
    assert [arrival.path.name for arrival in found] == ["b.csv", "c.csv", "a.csv"]


def test_whoever_tries_the_inbox_leaves_nothing_that_a_run_beside_would_take(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a disk that makes no file without a name, as some shares."""
    seen, unlink = list[tuple[Path, ...]](), os.unlink

    def look(path: str) -> None:
        seen.append(tuple(workspace.inbox.iterdir()) + in_inbox(workspace))
        unlink(path)

    monkeypatch.setattr("tempfile._O_TMPFILE_WORKS", False)
    monkeypatch.setattr("os.unlink", look)
    require_usable(workspace.inbox)
    assert [len(paths) for paths in seen] == [1], "one file is there, and none to be taken"


def test_a_file_from_the_future_has_arrived_now(workspace: Workspace) -> None:
    put(workspace.inbox / "a.csv", datetime(2030, 1, 1, tzinfo=UTC))
    assert [arrival.arrived_at for arrival in arrivals(in_inbox(workspace), NOW)] == [NOW]


def put(path: Path, written_at: datetime) -> None:
    path.write_text("x")
    os.utime(path, (written_at.timestamp(), written_at.timestamp()))
