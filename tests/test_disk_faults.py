"""A full disk and folders that cannot be written: it is said what happened, nothing is lost, and the next run goes on."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from jobs.disk_faults import disk_fault
from jobs.errors import BatnaError
from jobs.ledger import Ledger, RunRow
from jobs.settings import load_settings
from jobs.weekly import Request, weekly
from jobs.workspace import Workspace
from tests.acceptance.commands import batna
from tests.fakes import NOON, edges
from tests.killed_run import AS_OF_ON
from tests.loads import exports, half_loaded, load, rows

_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE = 24, 1
_LIBC = ctypes.CDLL(None, use_errno=True)


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return half_loaded(tmp_path_factory.mktemp("disk") / "acme")


@pytest.fixture(scope="module")
def whole(waiting: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = Workspace(Path(shutil.copytree(waiting.root, tmp_path_factory.mktemp("whole") / "acme")))
    assert batna("load", "--workspace", workspace.root).code == 0
    return workspace


def is_said(told: str, place: str) -> bool:
    """One line with a place, a fault and a mend, and no traceback."""
    is_mended = "run it again" in told or "run again" in told
    return told.count("\n") == 1 and place in told and is_mended and "raceback" not in told


@pytest.mark.parametrize(
    ("room", "place"),
    [(0, "the disk"), (2_000, "runs.sqlite"), (20_000, "warehouse.duckdb"), (300_000, "warehouse.duckdb")],
)
def test_a_disk_that_is_full_after_so_many_bytes(
    room: int, place: str, waiting: Workspace, whole: Workspace, tmp_path: Path
) -> None:
    workspace = Workspace(Path(shutil.copytree(waiting.root, tmp_path / "acme")))
    ended = load(workspace, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert is_said(ended.stderr, place), ended.stderr
    assert rows(workspace) == rows(waiting)
    assert exports(workspace) == exports(waiting)
    assert batna("load", "--workspace", workspace.root).code == 0
    assert rows(workspace) == rows(whole)


class TestEveryWrite:
    """The disk is full at the n-th sync, rename or copy of a weekly run, for every n that there is."""

    @pytest.fixture
    def published(self, workspace: Workspace) -> Workspace:
        (workspace.inbox / "first.csv").write_text("opportunity_id\na\nb\n")
        self.run(workspace)
        (workspace.inbox / "second.csv").write_text("opportunity_id\nc\n")
        (workspace.inbox / "third.csv").write_text("opportunity_id\ne\nbad\n")
        return workspace

    @staticmethod
    def run(workspace: Workspace) -> None:
        weekly(workspace, load_settings(workspace.root), Request(AS_OF_ON), edges())

    @staticmethod
    def deals(workspace: Workspace) -> int:
        return len(rows(workspace)["raw.opportunities"])

    @pytest.mark.parametrize("call", ["fsync", "replace", "copyfile"])
    def test_loses_nothing(self, published: Workspace, tmp_path: Path, call: str) -> None:
        module: Any = shutil if call == "copyfile" else os
        for number in range(1, 200):
            workspace = Workspace(Path(shutil.copytree(published.root, tmp_path / str(number))))
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(module, call, full_at(number, getattr(module, call)))
                error = self.error_of(workspace)
            if error is None:
                break
            told = disk_fault(error)
            assert told is not None, error
            assert "there is no room left (No space left on device)" in str(told)
            assert self.deals(workspace) in (2, 4)
            assert exports(workspace) == exports(published)
            self.run(workspace)
            assert self.deals(workspace) == 4
            assert exports(workspace) == exports(published)
            assert len(workspace.manifest.read_text().splitlines()) == 3
        assert number > 1, "the run calls it at least once"

    def error_of(self, workspace: Workspace) -> BaseException | None:
        try:
            self.run(workspace)
        except Exception as error:
            return error
        return None


def full_at(number: int, real: Callable[..., Any]) -> Callable[..., Any]:
    """The call, which finds the disk full the `number`-th time."""
    calls = iter(range(1, 10_000))

    def call(*given: Any, **named: Any) -> Any:
        if next(calls) == number:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(given[0]))
        return real(*given, **named)

    return call


@pytest.mark.parametrize(
    ("name", "is_published"),
    [(".", False), (".work", False), ("inbox", False), ("runs.sqlite", False), ("snapshots", True), ("archive", True),
     ("rejects", True)],
)  # fmt: skip
def test_what_cannot_be_written(
    name: str, is_published: bool, waiting: Workspace, whole: Workspace, tmp_path: Path
) -> None:
    workspace = Workspace(Path(shutil.copytree(waiting.root, tmp_path / "acme")))
    place = workspace.root / name
    place.chmod(0o444 if place.is_file() else 0o555)
    ended = load(workspace, before=hold_to_permissions)
    place.chmod(0o755)
    assert ended.returncode == 1
    assert is_said(ended.stderr, str(workspace.root if name == "." else place)), ended.stderr
    assert rows(workspace) in (rows(waiting), rows(whole) if is_published else None)
    assert exports(workspace) == exports(waiting)
    assert batna("load", "--workspace", workspace.root).code == 0
    assert rows(workspace) == rows(whole)
    assert exports(workspace) == exports(whole)


def hold_to_permissions() -> None:
    """Root is not held to permissions: the child gives up that right before it starts."""
    if os.getuid() == 0 and _LIBC.prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "root cannot give up its right to write anywhere")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "x", "out/a.html"), "out/a.html: there is no room left (No space left on device)."),
        (
            OSError(errno.EROFS, "x", "inbox/a.csv"),
            "inbox/a.csv: may not be used by this user (Read-only file system).",
        ),
        (OSError(errno.EIO, "x", "a"), "a: the disk does not answer (Input/output error)."),
        (sqlite3.OperationalError("database or disk is full"), "runs.sqlite: there is no room left"),
        (
            duckdb.IOException('IO Error: Could not write file "w.duckdb": No space left on device'),
            "w.duckdb: there is",
        ),
        (
            duckdb.Error("Corrupt database file: computed checksum 1 does not match stored checksum 2"),
            "warehouse.duckdb: cannot be opened as a warehouse (Corrupt database file",
        ),
        (
            duckdb.IOException(
                'IO Error: Could not read enough bytes from file "a/.work/run/warehouse.duckdb": attempted'
            ),
            "a/warehouse.duckdb: cannot be opened as a warehouse (Could not read enough bytes from file it",
        ),
        (OSError(errno.ENOENT, "x", "a"), None),
        (ValueError("No space left on device"), None),
        (duckdb.IOException("IO Error: something else"), None),
    ],
)
def test_what_is_said(error: Exception, told: str | None) -> None:
    found = disk_fault(error)
    assert (found is None) == (told is None)
    assert told is None or str(found).startswith(told)


def test_a_disk_that_is_full_when_the_ledger_is_written(workspace: Workspace) -> None:
    ledger = Ledger(workspace.ledger)
    ledger.begin(RunRow("R", "load", NOON))

    def write() -> None:
        with ledger.transaction() as connection:
            connection.execute("rollback")  # as SQLite does by itself
            raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(sqlite3.OperationalError, match="disk is full"):
        write()


def test_a_warehouse_that_is_gone_is_not_begun_anew(workspace: Workspace) -> None:
    (workspace.inbox / "first.csv").write_text("opportunity_id\na\n")
    weekly(workspace, load_settings(workspace.root), Request(AS_OF_ON), edges())
    for lose in (lambda: workspace.warehouse.write_bytes(b""), workspace.warehouse.unlink):
        lose()
        with pytest.raises(BatnaError, match=r"it is gone or empty, and 1 files of the archive were in it.*rebuild"):
            weekly(workspace, load_settings(workspace.root), Request(AS_OF_ON), edges())
