"""Giving out what is held about a person: everything, in files that a person can read."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from jobs.workspace import Workspace
from tests.acceptance.commands import batna, new_workspace
from tests.person.company import NAME, WHO, company, traces


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("company") / "acme")


@pytest.fixture(scope="module")
def given(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("given") / "ada"
    ended = batna("person", "export", WHO, "--output", folder, "--workspace", workspace.root)
    assert ended.code == 0, ended.err
    assert ended.out.splitlines()[-1] == str(folder / "index.md")
    return folder


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(
    ("title", "name", "count"),
    [
        ("the deals that were theirs", "raw.opportunities.csv", 3),
        ("their row of the rep list", "raw.reps.csv", 1),
        ("whom they lead", "people_led.csv", 1),
        ("changes they made", "raw.opportunity_changes.csv", 1),
        ("declines that they confirmed, by name", "raw.declines.csv", 1),
        ("lines that they set, by address", "raw.walk_away_points.csv", 1),
        ("contests", "raw.corrections.csv", 1),
        ("their scorecards, of both weeks", "scores.rep_scorecard.csv", 2),
    ],
)
def test_every_row_that_names_them_is_there(given: Path, title: str, name: str, count: int) -> None:
    assert len(read(given / name)) == count, title


def test_nothing_of_others_is_there(given: Path) -> None:
    assert "Bo Beck" not in (given / "raw.reps.csv").read_text()
    assert {row["rep_id"] for row in read(given / "scores.rep_scorecard.csv")} == {WHO}


def test_kept_files_are_named_with_the_numbers_of_their_records(given: Path) -> None:
    found = {(row["file"].partition("-")[2], int(row["record_number"])) for row in read(given / "files.csv")}
    assert {("opportunities.csv", 2), ("opportunities.csv", 3), ("opportunities.csv", 5)} <= found
    assert ("opportunities.csv", 4) not in found


def test_texts_that_mention_them_are_there(given: Path) -> None:
    assert {f"{NAME} calls Monday", "too risky for ADA LOVELACE"} <= {
        row["text"] for row in read(given / "mentions.csv")
    }


def test_their_pages_are_named_and_copied(given: Path) -> None:
    pages = [row["page"] for row in read(given / "pages.csv")]
    assert "out/2026-W33/index.html" in pages
    assert len(list((given / "pages").rglob("*.html"))) == 8, (
        "two weeks, two languages, editions of leaders and of reps"
    )


def test_the_index_says_what_each_file_is(given: Path) -> None:
    text = (given / "index.md").read_text()
    assert f"known here by the id `{WHO}` and by: {NAME}" in text
    assert {path.name for path in given.glob("*.csv")} == {
        line.split(" | ")[0][2:] for line in text.splitlines() if ".csv |" in line
    }


def test_it_is_everything(workspace: Workspace, given: Path) -> None:
    """What an erasure would have to change outside of warehouses is named in the export."""
    named = {row["file"] for row in read(given / "files.csv")} | {row["page"] for row in read(given / "pages.csv")}
    left = set(traces(workspace.root, WHO, NAME)) - named
    assert {path.partition("/")[0] for path in left} == {"snapshots", "warehouse.duckdb"}


def test_a_folder_that_holds_something_is_left(workspace: Workspace, given: Path) -> None:
    assert batna("person", "export", WHO, "--output", given, "--workspace", workspace.root).code == 2


def test_before_anything_was_published_there_is_nobody(tmp_path: Path) -> None:
    bare = new_workspace(tmp_path / "bare")
    for command in (("export", WHO), ("erase", WHO, "--yes")):
        assert batna("person", *command, "--workspace", bare.root).code == 3
