"""A workspace that another version of batna has written: gone on with, or refused with what to do; never half."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from jobs.disk import file_sha256
from jobs.load.entities import FORMAT, raw_tables
from jobs.settings import load_settings
from jobs.stages import Edges, shipped_stages
from jobs.weekly import Request, weekly
from jobs.workspace import Workspace
from tests.acceptance.commands import batna, new_workspace, put, rows
from tests.fakes import NOON
from tests.person.company import FILES, OPPORTUNITIES, SETTINGS, WEEKS
from tests.rebuild.company import everything

# What the version before did not have: tables and columns of this one.
EARLIER = (
    "drop table ops.version",
    "drop table raw.deal_merges",
    "alter table ops.files drop column despite",
    "alter table raw.reps drop column is_active",
)
MAILS = """
[mail]
host = "localhost"
sender = "batna@acme.example"
[[delivery.recipients]]
address = "cro@acme.example"
"""


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = new_workspace(tmp_path_factory.mktemp("scored") / "acme", SETTINGS)
    put(workspace, FILES)
    ended = batna("weekly", "--as-of", WEEKS[0], "--workspace", workspace.root)
    assert ended.code == 0, ended.err
    return workspace


@pytest.fixture
def workspace(scored: Workspace, tmp_path: Path) -> Workspace:
    return Workspace(Path(shutil.copytree(scored.root, tmp_path / "acme")))


def write(workspace: Workspace, *statements: str) -> None:
    with closing(duckdb.connect(str(workspace.warehouse))) as connection:
        for statement in statements:
            connection.execute(statement)


def shape(workspace: Workspace) -> set[tuple[str, ...]]:
    query = "select schema_name, table_name, column_name, data_type, comment from duckdb_columns() where schema_name in ('raw', 'ops')"
    with closing(duckdb.connect(str(workspace.warehouse), read_only=True)) as connection:
        return set(connection.execute(query).fetchall())


def test_a_new_warehouse_says_who_wrote_it(workspace: Workspace) -> None:
    assert [row["format"] for row in rows(workspace, "select format, written_by from ops.version")] == [FORMAT]


@pytest.mark.parametrize(
    "command", [("weekly", "--as-of", WEEKS[1]), ("backfill", "--from", "2026-08-01", "--to", WEEKS[0]), ("load",)]
)
def test_an_older_one_is_brought_up_by_the_next_run(workspace: Workspace, command: tuple[str, ...]) -> None:
    before = shape(workspace)
    write(workspace, *EARLIER)
    assert shape(workspace) < before
    changed = OPPORTUNITIES.replace("Negotiation,50", "Negotiation,51").replace(
        "Monday,2026-08-01", "Monday,2026-08-02"
    )
    put(workspace, {"opportunities.csv": changed})
    ended = batna(*command, "--workspace", workspace.root)
    assert ended.code == 0, ended.err
    assert shape(workspace) >= before
    assert rows(workspace, "select format from ops.version") == [{"format": FORMAT}]
    assert rows(workspace, "select count(*) as n from raw.reps") == [{"n": 2}], "what was loaded stays"


@pytest.mark.parametrize("step", ["copied aside", "loaded", "built", "rendered", "prepared"])
def test_a_run_that_is_cut_short_leaves_the_older_one(workspace: Workspace, step: str) -> None:
    class Killed(BaseException):
        pass

    def die(done: str) -> None:
        if done == step:
            raise Killed(done)

    write(workspace, *EARLIER)
    before = file_sha256(workspace.warehouse)
    request = Request(NOON.date())
    with pytest.raises(Killed):
        weekly(workspace, load_settings(workspace.root), request, Edges(shipped_stages(), lambda: NOON, checkpoint=die))
    assert file_sha256(workspace.warehouse) == before
    assert batna("weekly", "--as-of", WEEKS[1], "--workspace", workspace.root).code == 0
    assert rows(workspace, "select format from ops.version") == [{"format": FORMAT}]


def test_one_that_cannot_be_gone_on_with_is_made_again_from_the_archive(workspace: Workspace) -> None:
    kept = everything(workspace)
    write(workspace, *EARLIER, "alter table raw.quotas alter quota_amount type varchar")
    before = file_sha256(workspace.warehouse)
    ended = batna("weekly", "--as-of", WEEKS[1], "--workspace", workspace.root)
    assert ended.code == 1
    assert "another version wrote it: raw.quotas.quota_amount is VARCHAR there, and DECIMAL(18,4) here" in ended.err
    assert "`batna rebuild`" in ended.err
    assert file_sha256(workspace.warehouse) == before
    ended = batna("rebuild", "--workspace", workspace.root)
    assert ended.code == 0, ended.err
    assert everything(workspace) == kept
    assert batna("weekly", "--as-of", WEEKS[1], "--workspace", workspace.root).code == 0


@pytest.mark.parametrize(
    "command",
    [
        ("weekly", "--as-of", WEEKS[1]), ("load",), ("backfill", "--from", WEEKS[0], "--to", WEEKS[1]), ("declined",),
        ("explain", "D1"), ("person", "erase", "REP-77", "--yes"), ("retention",), ("tables",),
    ],
)  # fmt: skip
def test_a_later_one_is_refused(workspace: Workspace, command: tuple[str, ...]) -> None:
    write(workspace, "update ops.version set format = 99, written_by = '9.9.0'")
    put(workspace, {"more.csv": OPPORTUNITIES.replace("Harbour", "Haven")})
    before = file_sha256(workspace.warehouse)
    ended = batna(*command, "--workspace", workspace.root)
    assert ended.code == 1
    assert "warehouse.duckdb: " in ended.err
    assert "batna 9.9.0 wrote it (format 99), and this is " in ended.err
    assert "`batna rollback`" in ended.err
    assert file_sha256(workspace.warehouse) == before
    assert (workspace.inbox / "more.csv").exists()


def test_a_later_version_s_warehouse_gives_way_to_one_that_can_be_read(workspace: Workspace) -> None:
    assert batna("weekly", "--as-of", WEEKS[1], "--workspace", workspace.root).code == 0
    write(workspace, "update ops.version set format = 99, written_by = '9.9.0'")
    assert batna("rollback", "--to", "last", "--workspace", workspace.root).code == 0
    assert batna("weekly", "--as-of", WEEKS[1], "--workspace", workspace.root).code == 0


def test_a_week_that_it_scored_is_sent_once_a_run_has_brought_the_warehouse_up(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.settings_file.write_text(SETTINGS + MAILS)
    write(workspace, "drop table scores.decline_details")
    deliver = ("deliver", "--as-of", WEEKS[0], "--to-file", tmp_path / "drafts", "--workspace", workspace.root)
    ended = batna(*deliver)
    assert ended.code == 3
    assert ended.err.endswith(
        "an earlier version has scored this week, and this one cannot tell it. Run `batna weekly` first.\n"
    )
    assert batna("weekly", "--as-of", WEEKS[1], "--no-deliver", "--workspace", workspace.root).code == 0
    ended = batna(*deliver)
    assert ended.code == 0, ended.err
    assert "Week 32" in (tmp_path / "drafts" / "001-cro@acme.example.eml").read_text()


def test_the_doctor_names_it(workspace: Workspace) -> None:
    write(workspace, "update ops.version set format = 99, written_by = '9.9.0'")
    assert "batna 9.9.0 wrote it (format 99)" in batna("doctor", "--workspace", workspace.root).out


def test_the_shape_that_is_looked_for_is_the_one_that_is_made(workspace: Workspace) -> None:
    made = {(f"{schema}.{table}", column, kind) for schema, table, column, kind, _ in shape(workspace)}
    wanted = {
        (table, column, kind.replace(" ", "").upper())
        for table, (_, columns) in raw_tables().items()
        for column, (kind, _) in columns.items()
    }
    assert wanted <= made
