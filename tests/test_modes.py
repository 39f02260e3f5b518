"""Who may read what a workspace holds: its owner, and the group that its folder was opened to; nobody else ever."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.ledger import Ledger
from jobs.modes import PRIVATE_FILES, PRIVATE_FOLDERS, follow, mode_of
from jobs.rollback.rollback import Request as Back
from jobs.rollback.rollback import rollback
from jobs.upkeep.doctor import examine
from jobs.upkeep.probes import access
from jobs.workspace import Workspace
from jobs.workspace import init as init_workspace
from tests.acceptance.commands import batna as typed
from tests.fakes import NOON, edges
from tests.person.company import FILES, SETTINGS
from tests.publish.runs import put, run


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=["umask 000", "umask 022", "umask 077"])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """Whoever calls it allows so much."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def modes(root: Path) -> dict[str, int]:
    """Permission bits of all that was made below a folder, by path."""
    return {path.relative_to(root).as_posix(): mode_of(path) for path in sorted(root.rglob("*"))}


def published(root: Path, mode: int = 0o700) -> Workspace:
    workspace = init_workspace(root)
    root.chmod(mode)
    put(workspace, "first.csv", "a", "bad")
    run(workspace)
    put(workspace, "second.csv", "c")
    run(workspace)
    rollback(workspace, Back("last"), edges())
    return workspace


def test_nobody_else_may_read_anything(tmp_path: Path, umask: int) -> None:
    workspace = published(tmp_path / "acme")
    assert mode_of(workspace.root) == 0o700
    made = {path: mode for path, mode in modes(workspace.root).items() if not path.endswith(".csv")}
    assert {oct(mode & 0o077) for mode in made.values()} == {"0o0"}
    assert {"warehouse.duckdb", "runs.sqlite", "batna.toml", "archive/weeks.jsonl"} <= set(made)
    assert os.umask(umask) == umask, "the caller's own umask is left as it was"


def test_of_real_runs_too(tmp_path: Path, umask: int) -> None:
    workspace = init_workspace(tmp_path / "acme")
    workspace.settings_file.write_text(SETTINGS)
    for name, content in FILES.items():
        (workspace.inbox / name).write_text(content)
    ended = typed("weekly", "--as-of", "2026-08-15", "--workspace", workspace.root)
    assert ended.code == 0, ended.err
    found = modes(workspace.root)
    assert {path for path, mode in found.items() if mode & 0o077 and not path.startswith("archive/0")} == set()
    assert any(path.startswith("rejects/") for path in found)
    (tmp_path / "open").mkdir(mode=0o755)
    for folder in ("ada", "open"):
        given = tmp_path / folder
        assert typed("person", "export", "REP-77", "--output", given, "--workspace", workspace.root).code == 0
        assert {mode & 0o077 for path, mode in modes(given).items() if path != "."} == {0}
    assert mode_of(tmp_path / "ada") == 0o700


def test_a_group_that_the_folder_is_open_to_reads_warehouse_and_pages_and_nothing_else(
    tmp_path: Path, umask: int
) -> None:
    workspace = published(tmp_path / "acme", mode=0o750)
    assert mode_of(workspace.warehouse) == 0o640
    pages = modes(workspace.out)
    assert {mode for path, mode in pages.items() if path.endswith(".html")} == {0o640}
    assert {mode for path, mode in pages.items() if not path.endswith(".html")} == {0o750}
    for name in (*PRIVATE_FOLDERS, "runs.sqlite"):
        assert mode_of(workspace.root / name) & 0o077 == 0, name


def test_what_an_earlier_version_left_open_is_closed_by_the_next_run(tmp_path: Path) -> None:
    workspace = published(tmp_path / "acme")
    for path in (workspace.root, *workspace.root.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    run(workspace)
    for name in (*PRIVATE_FOLDERS, "runs.sqlite"):
        assert mode_of(workspace.root / name) & 0o077 == 0, name
    assert mode_of(workspace.warehouse) == 0o640


def test_the_ledger_is_private_also_where_the_service_makes_it(tmp_path: Path, umask: int) -> None:
    ledger = Ledger(tmp_path / "runs.sqlite")
    with ledger.transaction():
        assert all(mode & 0o077 == 0 for mode in modes(tmp_path).values())


def test_a_copy_of_pages_may_be_read_by_whoever_may_read_the_folder_that_it_goes_to(tmp_path: Path) -> None:
    share, pages = tmp_path / "share", tmp_path / "share" / "2026-W46"
    (pages / "reps").mkdir(parents=True)
    (pages / "index.html").write_text("week")
    (pages / "index.html").chmod(0o600)
    share.chmod(0o755)
    follow(pages, share)
    assert modes(share) == {"2026-W46": 0o755, "2026-W46/index.html": 0o644, "2026-W46/reps": 0o755}


@pytest.mark.parametrize(
    ("place", "mode", "mend"),
    [
        (".", 0o755, "chmod o-rwx "),
        ("batna.toml", 0o644, "chmod g-w,o-rwx "),
        ("batna.toml", 0o660, "chmod g-w,o-rwx "),
        *((name, 0o750, "chmod go-rwx ") for name in PRIVATE_FOLDERS),
        *((name, 0o640, "chmod go-rwx ") for name in PRIVATE_FILES),
    ],
)
def test_the_doctor_sees_what_is_open(workspace: Workspace, place: str, mode: int, mend: str) -> None:
    path = workspace.root / place
    path.touch()
    path.chmod(mode)
    [_, found] = examine(workspace, NOON, {}, [("access", access)])
    assert (found.state, found.mend) == ("mend", f"{mend}{path}")


@pytest.mark.parametrize(("mode", "told"), [(0o700, "only its owner may"), (0o750, "and the group of the folder may")])
def test_the_doctor_says_who_may_read(workspace: Workspace, mode: int, told: str) -> None:
    workspace.root.chmod(mode)
    [_, found] = examine(workspace, NOON, {}, [("access", access)])
    assert found.state == "ok"
    assert told in found.text
