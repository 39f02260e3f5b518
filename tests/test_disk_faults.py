"""A full disk and folders that cannot be written: it is said what happened, nothing is lost, and the next run goes on."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from jobs.disk_faults import disk_fault, ledger_fault, unopened
from jobs.errors import BatnaError, LedgerFault
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
    [(0, "acme: there"), (2_000, "runs.sqlite"), (20_000, "warehouse.duckdb"), (300_000, "warehouse.duckdb")],
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
            told = disk_fault(error, workspace.root)
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
    "name", [".", ".work", "inbox", "runs.sqlite", "snapshots", "archive", "rejects", "out", "review"]
)
def test_what_cannot_be_written_stops_a_load_before_it_begins(
    name: str, waiting: Workspace, whole: Workspace, tmp_path: Path
) -> None:
    workspace = Workspace(Path(shutil.copytree(waiting.root, tmp_path / "acme")))
    place = workspace.root / name
    place.chmod(0o444 if place.is_file() else 0o555)
    ended = load(workspace, before=hold_to_permissions)
    place.chmod(0o755)
    assert ended.returncode == 1
    assert is_said(ended.stderr, str(workspace.root if name == "." else place)), ended.stderr
    assert rows(workspace) == rows(waiting)
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
            "inbox/a.csv: this disk can only be read (Read-only file system). Mount it",
        ),
        (OSError(errno.EIO, "x", "a"), "a: the disk does not answer (Input/output error)."),
        (
            duckdb.IOException('IO Error: Could not write file "w.duckdb": No space left on device'),
            "w.duckdb: there is",
        ),
        (
            duckdb.Error("Corrupt database file: computed checksum 1 does not match stored checksum 2"),
            "acme/warehouse.duckdb: the warehouse is damaged: a part of it is not what was written.",
        ),
        (
            duckdb.IOException(
                'IO Error: Could not read enough bytes from file "a/.work/run/warehouse.duckdb": attempted'
            ),
            "a/warehouse.duckdb: the warehouse is damaged: its end is missing.",
        ),
        (OSError(errno.ENOSPC, "x"), "acme: there is no room left (No space left on device)."),
        (OSError(errno.ENOENT, "x", "a"), None),
        (ValueError("No space left on device"), None),
        (duckdb.IOException("IO Error: something else"), None),
    ],
)
def test_what_is_said(error: Exception, told: str | None) -> None:
    found = disk_fault(error, Path("acme"))
    assert (found is None) == (told is None)
    assert told is None or str(found).startswith(told)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("disk I/O error", "runs.sqlite: cannot be read or written (disk I/O error). Make room or look at the disk"),
        ("attempt to write a readonly database", "runs.sqlite: may not be written by this user"),
        ("unable to open database file", "runs.sqlite: may not be used by this user"),
        ("database is locked", "runs.sqlite: another program holds it (database is locked). Close what has it open"),
        ("database disk image is malformed", "runs.sqlite: cannot be used (database disk image is malformed). Put it back"),
    ],
)  # fmt: skip
def test_what_is_said_of_the_ledger(words: str, told: str) -> None:
    assert str(ledger_fault(sqlite3.OperationalError(words), Path("runs.sqlite"))).startswith(told)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "IO Error: Trying to read a database file with version number 99, but we can only read up to 68.",
            "acme/warehouse.duckdb: another version of DuckDB wrote it (Trying to read a database file with version",
        ),
        ('IO Error: Cannot open "x"!', "acme/warehouse.duckdb: cannot be opened as a warehouse (Cannot open it)."),
    ],
)
def test_what_is_said_of_a_warehouse_that_does_not_open(words: str, told: str) -> None:
    copy = Path("acme") / ".work" / "R" / "warehouse.duckdb"
    assert str(unopened(copy, words)).startswith(told)
    assert "`batna rebuild`" in str(unopened(copy, words))


def test_a_ledger_that_another_program_holds(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqlite3.connect", partial(sqlite3.connect, timeout=0))
    ledger = Ledger(workspace.ledger)
    ledger.begin(RunRow("R", "load", NOON))
    with closing(sqlite3.connect(workspace.ledger, isolation_level=None)) as other:
        other.execute("begin exclusive")
        with pytest.raises(LedgerFault, match="another program holds it"):
            ledger.note_counts("R", {})
        with pytest.raises(LedgerFault, match="another program holds it"):
            ledger.rows("select * from runs")
        with pytest.raises(LedgerFault, match="another program holds it"):
            ledger.compact()


def test_a_disk_that_is_full_when_the_ledger_is_written(workspace: Workspace) -> None:
    ledger = Ledger(workspace.ledger)
    ledger.begin(RunRow("R", "load", NOON))

    def write() -> None:
        with ledger.transaction() as connection:
            connection.execute("rollback")  # as SQLite does by itself
            raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(LedgerFault, match=r"runs.sqlite: there is no room left .*disk is full.*Make room"):
        write()


def test_a_warehouse_that_is_gone_is_not_begun_anew(workspace: Workspace) -> None:
    (workspace.inbox / "first.csv").write_text("opportunity_id\na\n")
    weekly(workspace, load_settings(workspace.root), Request(AS_OF_ON), edges())
    for lose in (lambda: workspace.warehouse.write_bytes(b""), workspace.warehouse.unlink):
        lose()
        with pytest.raises(BatnaError, match=r"it is gone or empty, and 1 files of the archive were in it.*rebuild"):
            weekly(workspace, load_settings(workspace.root), Request(AS_OF_ON), edges())
