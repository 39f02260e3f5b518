"""`batna rebuild`: what was loaded and scored over months comes again from the archive, row by row."""

from __future__ import annotations

import duckdb
import pytest

from jobs.command import now
from jobs.disk import folder_sha256
from jobs.rebuild.rebuild import Request
from jobs.rebuild.rebuild import rebuild as run_rebuild
from jobs.settings import load_settings
from jobs.stages import Edges, shipped_stages
from jobs.workspace import Workspace
from tests.acceptance.commands import batna, new_workspace, weekly
from tests.person.company import traces
from tests.rebuild.company import (
    ANSWERS,
    CHANGES,
    FIRST,
    HEADER,
    LARGER,
    LATER,
    NEXT,
    PEOPLE,
    POINTS,
    SETTINGS,
    arrive,
    everything,
    rebuild,
    zipped,
)


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
