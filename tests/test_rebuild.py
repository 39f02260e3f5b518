"""`batna rebuild`: what was loaded and scored over months comes again from the archive, row by row."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import duckdb
import pytest

from jobs.command import now
from jobs.disk import folder_sha256
from jobs.rebuild.rebuild import Request
from jobs.rebuild.rebuild import rebuild as run_rebuild
from jobs.settings import load_settings
from jobs.stages import Edges, shipped_stages
from jobs.workspace import Workspace
from tests.acceptance.commands import Ended, batna, new_workspace, put, says_how_to_mend, weekly
from tests.person.company import traces

SETTINGS = '[workspace]\nname = "Acme"\ntime_zone = "Europe/Berlin"\n[fiscal]\nfirst_month = 4\n'
LATER = SETTINGS.replace("first_month = 4", "first_month = 1") + "[load]\nmax_shrink = 0.6\n"
HEADER = "opportunity_id,opportunity_name,rep_id,stage,amount,created_at,close_on,closed_at,loss_reason,modified_at\n"
FIRST = (
    HEADER
    + """D1,Harbour,REP-77,Negotiation,50,2026-05-01T12:00:00,2026-09-15,,,2026-08-01T12:00:00
D2,Quarry,REP-77,Closed Lost,70,2026-05-01T12:00:00,2026-08-01,2026-08-01T12:00:00,,2026-08-01T12:00:00
D3,Mill,REP-2,Negotiation,60,2026-05-01T12:00:00,2026-09-15,,,2026-08-01T12:00:00
D4,Bridge,REP-77,Closed Won,40,2026-05-01T12:00:00,2026-08-02,2026-08-02T12:00:00,,2026-08-02T12:00:00
D5,Pier,REP-2,Negotiation,bad,2026-05-01T12:00:00,2026-09-15,,,2026-08-01T12:00:00
D6,Kiln,REP-2,Qualified,20,2026-05-01T12:00:00,2026-09-15,,,2026-08-01T12:00:00
"""
)
NEXT = (
    HEADER
    + """D1,Harbour,REP-77,Negotiation,45,2026-05-01T12:00:00,2026-09-15,,,2026-08-12T12:00:00
D2,Quarry,REP-77,Closed Lost,70,2026-05-01T12:00:00,2026-08-01,2026-08-01T12:00:00,,2026-08-01T12:00:00
D3,Mill,REP-2,Closed Won,60,2026-05-01T12:00:00,2026-08-11,2026-08-11T09:00:00,,2026-08-11T12:00:00
"""
)
LARGER = NEXT + "".join(line + "\n" for line in FIRST.splitlines() if line[:2] in ("D4", "D6"))
PEOPLE = {
    "reps.csv": "rep_id,rep_name,email,manager_id,team\nREP-77,Ada Lovelace,ada@example.org,REP-2,North\n"
    "REP-2,Bo Beck,bo@example.org,REP-77,North\n",
    "quotas.csv": "rep_id,period_start_on,quota_amount\nREP-77,2026-07-01,100\nREP-2,2026-07-01,100\n",
}
POINTS = "opportunity_id,set_at,threshold_amount,set_by\nD1,2026-05-02T00:00:00,45,Ada Lovelace\nD3,2026-05-02T00:00:00,45,REP-2\n"
CHANGES = "opportunity_id,changed_at,field,old_value,new_value,changed_by\nD3,2026-07-01T09:00:00,rep_id,REP-77,REP-2,REP-77\n"
ANSWERS = "opportunity_id,answer,reason,confirmed_by\nD2,we_left,risk,Ada Lovelace\n"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace after four loadings and three weeks, its settings changed between them."""
    workspace = new_workspace(tmp_path_factory.mktemp("told") / "acme", SETTINGS)
    arrive(workspace, "2026-08-04T06:00", {"deals.csv": FIRST, **PEOPLE, "points.csv": POINTS})
    assert weekly(workspace, "2026-08-05").code == 0
    arrive(workspace, "2026-08-06T06:00", {"changes.csv": CHANGES, "points.csv": "opportunity_id,nothing\nx,y\n"})
    assert batna("load", "--workspace", workspace.root).code == 3, "one file is refused, and stays"
    (workspace.inbox / "points.csv").unlink()
    workspace.settings_file.write_text(LATER, encoding="utf-8")
    arrive(
        workspace, "2026-08-13T06:00", {"export.zip": zipped({"deals.csv": NEXT, **PEOPLE}), "declines.csv": ANSWERS}
    )
    assert weekly(workspace, "2026-08-13").code == 0
    assert batna("backfill", "--from", "2026-07-26", "--to", "2026-08-02", "--workspace", workspace.root).code == 0
    workspace.settings_file.write_text(SETTINGS, encoding="utf-8")
    return workspace


def zipped(files: Mapping[str, str]) -> bytes:
    content = io.BytesIO()
    with ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def arrive(workspace: Workspace, at: str, files: Mapping[str, str | bytes]) -> None:
    put(workspace, files)
    for name in files:
        seconds = datetime.fromisoformat(at).timestamp()
        os.utime(workspace.inbox / name, (seconds, seconds))


def everything(workspace: Workspace) -> dict[str, list[Any]]:
    """Every row of raw, ops and scores, and of the marts."""
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name in ('raw', 'ops', 'scores') "
            "union all select schema_name || '.' || view_name from duckdb_views() where schema_name = 'marts'"
        ).fetchall()
        return {name: sorted(connection.execute(f"select * from {name}").fetchall(), key=repr) for (name,) in tables}


def test_every_row_of_every_table_comes_again(told: Workspace) -> None:
    before, pages = everything(told), folder_sha256(told.out)
    ended = batna("rebuild", "--workspace", told.root)
    assert ended.code == 0, ended.err
    assert "files     7 of 3 runs, 21 rows" in ended.out
    assert "weeks     4 scored again" in ended.out
    assert "are those of the warehouse before" in ended.out
    assert everything(told) == before
    assert folder_sha256(told.out) == pages
    assert before["ops.rejects"], "a refused row is refused again"
    assert len({row[3] for row in before["ops.weeks"]}) == 3, "the weeks were scored by three runs"


def test_a_week_that_is_told_after_a_rebuild_goes_on_where_the_warehouse_was(told: Workspace) -> None:
    arrive(told, "2026-08-20T06:00", {"deals.csv": NEXT})
    ended = batna("load", "--workspace", told.root)
    assert "unchanged   deals.csv" in ended.out, "the same export is known again"


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Three loadings, and nothing scored: quick to make again."""
    workspace = new_workspace(tmp_path_factory.mktemp("once") / "acme", SETTINGS)
    for at, files in (
        ("2026-08-04T06:00", {"deals.csv": FIRST, **PEOPLE, "points.csv": POINTS}),
        ("2026-08-06T06:00", {"changes.csv": CHANGES}),
        ("2026-08-13T06:00", {"deals.csv": LARGER, **PEOPLE}),
    ):
        arrive(workspace, at, files)
        assert batna("load", "--workspace", workspace.root).code == 0
    return workspace


@pytest.fixture
def loaded(once: Workspace, tmp_path: Path) -> Workspace:
    return Workspace(Path(shutil.copytree(once.root, tmp_path / "acme")))


def test_a_lost_warehouse_comes_again(loaded: Workspace) -> None:
    before = everything(loaded)
    loaded.warehouse.unlink()
    ended = rebuild(loaded)
    assert "the warehouse before was not compared: there was none" in ended.out
    assert everything(loaded) == before


def test_a_damaged_warehouse_comes_again_and_is_kept(loaded: Workspace) -> None:
    before = everything(loaded)
    loaded.warehouse.write_bytes(b"damaged")
    ended = rebuild(loaded)
    assert "was not compared: it cannot be read" in ended.out
    assert everything(loaded) == before
    assert [path.read_bytes() for path in loaded.snapshots.iterdir()].count(b"damaged") == 1


def test_what_differs_from_the_warehouse_before_is_counted(loaded: Workspace) -> None:
    with duckdb.connect(str(loaded.warehouse)) as connection:
        connection.execute("update raw.opportunities set amount = 1 where opportunity_id = 'D1' and file_number = 1")
        connection.execute("delete from raw.reps where rep_id = 'REP-2'")
    ended = rebuild(loaded, "--dry-run")
    assert "raw.opportunities: 1 only before, 1 only now" in ended.out
    assert "raw.reps: 0 only before, 1 only now" in ended.out


def test_a_dry_run_changes_nothing(loaded: Workspace) -> None:
    before = folder_sha256(loaded.archive), loaded.warehouse.read_bytes(), sorted(loaded.snapshots.iterdir())
    ended = rebuild(loaded, "--dry-run")
    assert ended.out.endswith("Nothing was changed.\n")
    assert (folder_sha256(loaded.archive), loaded.warehouse.read_bytes(), sorted(loaded.snapshots.iterdir())) == before


class TestAnArchiveThatIsNotWhole:
    """It is said what is wrong and what to do, and nothing is changed."""

    @pytest.fixture
    def warehouse(self, loaded: Workspace) -> Iterator[bytes]:
        before = loaded.warehouse.read_bytes()
        yield before
        assert loaded.warehouse.read_bytes() == before

    def test_a_file_is_missing(self, loaded: Workspace, warehouse: bytes) -> None:
        archived(loaded, "changes.csv").unlink()
        ended = rebuild(loaded, code=3)
        assert says_how_to_mend(ended, "archive", "-changes.csv is missing (sha256 ", "Put back the files")

    def test_files_were_altered(self, loaded: Workspace, warehouse: bytes) -> None:
        for name in ("changes.csv", "points.csv"):
            archived(loaded, name).write_text("altered")
        ended = rebuild(loaded, code=3)
        assert says_how_to_mend(ended, "archive", "2 files are not as accepted: ", "--without NAME")

    def test_a_line_of_the_manifest_is_missing(self, loaded: Workspace, warehouse: bytes) -> None:
        lines = loaded.manifest.read_text().splitlines(keepends=True)
        loaded.manifest.write_text("".join(line for line in lines if "changes.csv" not in line))
        ended = rebuild(loaded, code=3)
        assert says_how_to_mend(ended, "manifest.jsonl", "has no line for 00000", "Put the manifest back")
        archived(loaded, "changes.csv").unlink()
        assert "it has no line for the file with the number 5" in rebuild(loaded, code=3).err

    def test_the_manifest_is_damaged(self, loaded: Workspace, warehouse: bytes) -> None:
        loaded.manifest.write_text(loaded.manifest.read_text()[:-20])
        assert says_how_to_mend(rebuild(loaded, code=1), "manifest.jsonl", "it is damaged (line", "Put it back")

    def test_the_settings_of_then_are_missing(self, loaded: Workspace, warehouse: bytes) -> None:
        shutil.rmtree(loaded.kept_settings)
        assert says_how_to_mend(rebuild(loaded, code=1), "archive/settings/", "cannot be read", "Put the file back")

    def test_there_is_no_archive(self, tmp_path: Path) -> None:
        workspace = new_workspace(tmp_path / "new", SETTINGS)
        assert says_how_to_mend(
            rebuild(workspace, code=3), "archive", "it holds no accepted file", "nothing to rebuild"
        )


def test_without_a_lost_file_the_others_keep_their_numbers(loaded: Workspace) -> None:
    before = everything(loaded)["ops.files"]
    name = archived(loaded, "changes.csv").name
    archived(loaded, "changes.csv").unlink()
    ended = rebuild(loaded, "--without", name)
    assert "rows, 1 left out" in ended.out
    assert "raw.opportunity_changes: 1 only before, 0 only now" in ended.out
    assert everything(loaded)["ops.files"] == [row for row in before if row[1] != "changes.csv"]
    with closing(sqlite3.connect(loaded.ledger)) as ledger:
        kept = ledger.execute("select overrides from runs where command = 'rebuild'").fetchall()
    assert kept == [(json.dumps([f"--without {name}"]),)]


def test_a_name_that_the_archive_does_not_have_is_a_usage_error(loaded: Workspace) -> None:
    ended = rebuild(loaded, "--without", "changes.csv", code=2)
    assert says_how_to_mend(ended, "--without", "the manifest has no file changes.csv", "Name it as archive/ does")


def test_an_export_that_was_removed_with_age_leaves_its_number_free(loaded: Workspace) -> None:
    lines = [json.loads(line) for line in loaded.manifest.read_text().splitlines()]
    old = next(line for line in lines if line["file_name"] == "deals.csv")
    old |= {"is_archived": False, "removed_by": "people.keep_weeks"}
    (loaded.archive / old["archive"]).unlink()
    loaded.manifest.write_text("".join(json.dumps(line) + "\n" for line in lines))
    number = old["entities"][0]["file_number"]
    before = everything(loaded)["ops.files"]
    rebuild(loaded)
    kept = [row[0] for row in everything(loaded)["ops.files"]]
    assert kept == [row[0] for row in before if row[0] != number]


def test_erased_people_stay_erased_and_their_exports_are_known_again(loaded: Workspace) -> None:
    assert batna("person", "erase", "REP-77", "--yes", "--workspace", loaded.root).code == 0
    before = everything(loaded)
    ended = rebuild(loaded)
    assert "are those of the warehouse before" in ended.out
    assert everything(loaded) == before
    assert traces(loaded.root, "REP-77", "Lovelace", "ada@example.org") == {}


def test_what_was_let_in_and_what_was_mended_comes_again(loaded: Workspace) -> None:
    bad = "D9,Weir,REP-2,Negotiation,bad,2026-05-01T12:00:00,2026-09-15,,,2026-08-13T12:00:00\n"
    arrive(loaded, "2026-08-14T06:00", {"deals.csv": LARGER + bad})
    assert batna("load", "--workspace", loaded.root).code == 0
    [refused] = loaded.rejects.glob("deals*.csv")
    arrive(loaded, "2026-08-15T06:00", {refused.name: refused.read_text().replace(",bad,", ",15,")})
    assert "1 loaded" in batna("load", "--workspace", loaded.root).out
    arrive(loaded, "2026-08-20T06:00", {"deals.csv": HEADER + NEXT.splitlines()[1] + "\n"})
    assert batna("load", "--workspace", loaded.root).code == 3
    ended = batna("load", "--accept", "shrink=deals.csv", "--workspace", loaded.root)
    assert ended.code == 0, ended.err
    before = everything(loaded)
    assert "shrink" in [value for row in before["ops.files"] for value in row]
    ended = rebuild(loaded)
    assert "are those of the warehouse before" in ended.out
    assert everything(loaded) == before


class Killed(Exception):
    """Stands for a kill."""


@pytest.mark.parametrize(
    "step",
    ["archive checked", "loaded", "prepared", "journal written", "earlier warehouse kept", "warehouse published",
     "archive/weeks.jsonl placed", "manifest written"],
)  # fmt: skip
def test_a_kill_leaves_the_old_warehouse_or_the_new_one(loaded: Workspace, step: str) -> None:
    def stop(done: str) -> None:
        if done == step:
            raise Killed(step)

    before, archive = everything(loaded), folder_sha256(loaded.archive)
    mortal = Edges(shipped_stages(), now, checkpoint=stop)
    with pytest.raises(Killed):
        run_rebuild(loaded, load_settings(loaded.root), Request(), mortal)
    assert everything(loaded) == before
    assert batna("load", "--workspace", loaded.root).code == 0
    assert everything(loaded) == before
    (loaded.archive / "weeks.jsonl").unlink(missing_ok=True)
    assert archive == folder_sha256(loaded.archive)
    assert [path for path in loaded.work.iterdir() if path.is_dir()] == []


def rebuild(workspace: Workspace, *options: str, code: int = 0) -> Ended:
    ended = batna("rebuild", "--workspace", workspace.root, *options)
    assert ended.code == code, ended.err
    return ended


def archived(workspace: Workspace, name: str) -> Path:
    [path] = workspace.archive.glob(f"*-{name}")
    return path
