"""Archives and workbooks from the inbox to the archive: parts come and go as one file."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.workspace import Workspace
from tests.acceptance.commands import batna, counts, new_workspace, put
from tests.load.loading import deals, many
from tests.load.made_files import archive

REPS = "rep_id,rep_name\nr1,Ann\n"
FILES = "select file_name, rows_loaded from ops.files order by file_number"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return new_workspace(tmp_path / "acme")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_an_archive_is_archived_as_it_came(workspace: Workspace) -> None:
    packed = archive({"Deals.csv": deals(*many(3)), "Reps.csv": REPS, "Lead.csv": "a,b\n1,2\n"})
    put(workspace, {"export.zip": packed})
    ended = batna("load", "--workspace", workspace.root)
    assert (ended.code, ended.err) == (0, "")
    assert "export.zip/Deals.csv: left as they are, since no profile reads them: Lead.csv" in ended.out
    assert counts(workspace, FILES) == {"export.zip/Deals.csv": 3, "export.zip/Reps.csv": 1}
    assert names(workspace.inbox) == []
    assert names(workspace.archive) == ["000001-export.zip", "manifest.jsonl"]
    assert (workspace.archive / "000001-export.zip").read_bytes() == packed


def test_one_that_was_refused_in_part_stays_and_a_copy_is_archived(workspace: Workspace) -> None:
    put(workspace, {"export.zip": archive({"Deals.csv": "opportunity_id,stage,created_at\nO1,P,2026-01-01\n", "Reps.csv": REPS})})  # fmt: skip
    ended = batna("load", "--workspace", workspace.root)
    assert ended.code == 3
    assert ended.err.startswith("export.zip/Deals.csv: it lacks the required column rep_id of opportunities")
    assert counts(workspace, FILES) == {"export.zip/Reps.csv": 1}
    assert names(workspace.inbox) == ["export.zip"]
    assert names(workspace.archive) == ["000001-export.zip", "manifest.jsonl"]


def test_a_mended_archive_loads_the_rest_and_leaves(workspace: Workspace) -> None:
    put(workspace, {"export.zip": archive({"Deals.csv": "", "Reps.csv": REPS})})
    assert batna("load", "--workspace", workspace.root).code == 3
    put(workspace, {"export.zip": archive({"Deals.csv": deals(*many(3)), "Reps.csv": REPS})})
    ended = batna("load", "--workspace", workspace.root)
    assert ended.code == 0
    assert "unchanged   export.zip/Reps.csv" in ended.out
    assert names(workspace.inbox) == []


def test_refused_rows_of_a_member_come_back_and_load_when_mended(workspace: Workspace) -> None:
    put(workspace, {"export.zip": archive({"Deals.csv": deals(*many(5), "O9,r1,,1,2026-01-01,")})})
    assert batna("load", "--workspace", workspace.root).code == 0
    (rejects,) = names(workspace.rejects)
    assert rejects == "export.zip-Deals.csv"
    text = (workspace.rejects / rejects).read_text()
    put(workspace, {rejects: text.replace("O9,r1,,", "O9,r1,Proposal,")})
    assert batna("load", "--workspace", workspace.root).code == 0
    assert counts(workspace, "select 'deals' as k, count(distinct opportunity_id) as n from raw.opportunities") == {"deals": 6}  # fmt: skip


def test_a_rebuild_from_the_archive_gives_the_same(workspace: Workspace) -> None:
    put(workspace, {"export.zip": archive({"Deals.csv": deals(*many(3)), "Reps.csv": REPS, "x.pdf": "%PDF"})})
    assert batna("load", "--workspace", workspace.root).code == 0
    before = counts(workspace, FILES)
    ended = batna("rebuild", "--workspace", workspace.root)
    assert (ended.code, ended.err) == (0, "")
    assert counts(workspace, FILES) == before
