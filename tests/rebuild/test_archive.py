"""An archive of which something is missing or altered: what is wrong, what to do, and what comes again without it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from jobs.workspace import Workspace
from tests.acceptance.commands import new_workspace, says_how_to_mend
from tests.rebuild.company import SETTINGS, archived, everything, rebuild


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
