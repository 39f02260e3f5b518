"""Erasing a person: no trace is left, the sums stay, and no later file brings them back."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from jobs.command import edges
from jobs.person.erase import erase
from jobs.settings import load_settings
from jobs.workspace import Workspace
from tests.acceptance.commands import batna, put, rows, weekly
from tests.person.company import FILES, MAIL, NAME, WHO, company, traces

LATER = "2026-08-22"
SUMS = (
    "select as_of_on, sum(quota_amount) as quota, sum(won_amount) as won, sum(declined_count) as declined, "
    "count(*) as reps from marts.rep_scorecard group by 1 order by 1"
)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The company as it was; tests work on copies of it."""
    return company(tmp_path_factory.mktemp("company") / "acme")


@pytest.fixture(scope="module")
def erased(before: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The company after the erasure."""
    workspace = copied(before, tmp_path_factory.mktemp("erased"))
    ended = batna("person", "erase", WHO, "--yes", "--workspace", workspace.root)
    assert ended.code == 0, ended.err
    return workspace


def copied(workspace: Workspace, folder: Path) -> Workspace:
    shutil.copytree(workspace.root, folder / "acme")
    return Workspace(folder / "acme")


def state(workspace: Workspace) -> dict[str, str]:
    """Hash of every file but the ledger, the lock and what runs leave for each other."""
    files = [path for path in workspace.root.rglob("*") if path.is_file() and ".work" not in path.parts]
    kept = [path for path in files if path.name not in ("runs.sqlite", ".lock")]
    return {str(path.relative_to(workspace.root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


def test_the_company_is_one_in_which_the_person_is_everywhere(before: Workspace) -> None:
    places = {Path(name).parts[0] for name in traces(before.root, WHO, NAME, MAIL)}
    assert places == {"archive", "out", "rejects", "review", "snapshots", "warehouse.duckdb"}


def test_no_trace_is_left(erased: Workspace) -> None:
    assert traces(erased.root, WHO, NAME, MAIL, "+44 1", "ada-lovelace") == {}


def test_others_are_as_they_were(erased: Workspace) -> None:
    assert rows(erased, "select distinct rep_name, email from raw.reps where rep_id = 'REP-2'") == [
        {"rep_name": "Bo Beck", "email": "bo@example.org"}
    ]


def test_sums_stay(before: Workspace, erased: Workspace) -> None:
    assert rows(erased, SUMS) == rows(before, SUMS)
    pages = sorted(path.name for path in (erased.out / "2026-W33" / "reps").iterdir())
    assert "erased-1.html" in pages
    assert len(pages) == 2


@pytest.mark.parametrize("folder", ["reps", "ms/leader/reps", "en/rep/reps", "ms/rep/reps"])
def test_their_page_of_every_edition_has_the_pseudonym(before: Workspace, erased: Workspace, folder: str) -> None:
    [own] = (before.out / "2026-W33" / folder).glob("ada-lovelace-*.html")
    hidden = erased.out / "2026-W33" / folder / "erased-1.html"
    assert own.stat().st_size > 0
    assert "erased-1" in hidden.read_text()


def test_links_lead_to_the_page_under_its_new_name(erased: Workspace) -> None:
    assert 'href="reps/erased-1.html' in (erased.out / "2026-W33" / "index.html").read_text()


def test_what_is_left_in_its_place_is_one_pseudonym(erased: Workspace) -> None:
    found = rows(erased, "select distinct rep_id, rep_name, email, team from raw.reps where rep_id <> 'REP-2'")
    assert found == [{"rep_id": "erased-1", "rep_name": "erased-1", "email": None, "team": "North"}]
    assert rows(erased, "select old_value, changed_by from raw.opportunity_changes") == [
        {"old_value": "erased-1", "changed_by": "erased-1"}
    ]
    assert rows(erased, "select confirmed_by, rationale from raw.declines") == [
        {"confirmed_by": "erased-1", "rationale": "too risky for erased-1"}
    ]


def test_the_manifest_has_the_new_hash_and_keeps_the_one_that_came(before: Workspace, erased: Workspace) -> None:
    came = {line["archive"]: line["sha256"] for line in manifest(before)}
    for line in manifest(erased):
        bytes_now = hashlib.sha256((erased.archive / line["archive"]).read_bytes()).hexdigest()
        assert line["sha256"] == bytes_now
        assert line.get("received_sha256", bytes_now) == came[line["archive"]]
    assert any("received_sha256" in line for line in manifest(erased))


def manifest(workspace: Workspace) -> list[dict[str, Any]]:
    return [json.loads(line) for line in workspace.manifest.read_text().splitlines()]


def test_no_later_export_brings_them_back(erased: Workspace, tmp_path: Path) -> None:
    workspace = copied(erased, tmp_path)
    more = (
        FILES["opportunities.csv"]
        + "D9,Dock,REP-77,Negotiation,90,2026-08-17T12:00:00,2026-09-15,,,,2026-08-18T12:00:00\n"
    )
    put(workspace, {"opportunities.csv": more, "reps.csv": FILES["reps.csv"]})
    assert weekly(workspace, LATER).code == 0
    left = traces(workspace.root, WHO, NAME, MAIL)
    texts = [row["next_step"] for row in rows(workspace, "select distinct next_step from raw.opportunities order by 1")]
    assert "Ada Lovelace calls Monday" in texts, "a hash does not find a name in the middle of a sentence"
    assert all(hits == [NAME] for hits in left.values()), left
    assert not any(name.startswith(("out", "review", "rejects")) for name in left), left
    assert rows(workspace, "select distinct rep_id from raw.opportunities where opportunity_id = 'D9'") == [
        {"rep_id": "erased-1"}
    ]
    assert len(rows(workspace, "select distinct rep_id from raw.reps")) == 2


def test_a_rebuild_from_the_archive_does_not_bring_them_back(erased: Workspace, tmp_path: Path) -> None:
    workspace = copied(erased, tmp_path)
    workspace.warehouse.unlink()
    ended = batna("rebuild", "--workspace", workspace.root)
    assert ended.code == 0, ended.err
    assert traces(workspace.root, WHO, NAME, MAIL) == {}
    assert rows(workspace, SUMS)[0]["quota"] == rows(erased, SUMS)[0]["quota"]


def test_a_dry_run_says_what_would_change_and_changes_nothing(before: Workspace) -> None:
    was = state(before)
    ended = batna("person", "erase", WHO, "--dry-run", "--workspace", before.root)
    assert ended.code == 0, ended.err
    assert "nothing was changed" in ended.out
    assert "raw.opportunities: 3 rows" in ended.out
    assert "Not in reach of this command:" in ended.out
    assert state(before) == was


@pytest.mark.parametrize("options", [(), ("--dry-run", "--yes")])
def test_it_has_to_be_said_which_of_the_two(before: Workspace, options: tuple[str, ...]) -> None:
    ended = batna("person", "erase", WHO, *options, "--workspace", before.root)
    assert ended.code == 2
    assert "--dry-run first" in ended.err


def test_somebody_nobody_knows_is_a_usage_error(before: Workspace) -> None:
    ended = batna("person", "erase", "REP-99", "--yes", "--workspace", before.root)
    assert (ended.code, ended.out) == (2, "")
    assert 'nobody here has the id "REP-99"' in ended.err


@pytest.mark.parametrize("name", [NAME, MAIL])
def test_a_name_is_not_taken_for_an_id(before: Workspace, name: str) -> None:
    """It would find the columns alone in which names stand, and leave the rest of the person where it is."""
    ended = batna("person", "erase", name, "--dry-run", "--workspace", before.root)
    assert (ended.code, ended.err) == (2, f'ID: "{name}" is a name or an address. Name them by the id: {WHO}.\n')


def test_a_pseudonym_is_not_erased_again(erased: Workspace, tmp_path: Path) -> None:
    """Later files still bring the first pseudonym, so that a second would make two people of one."""
    ended = batna("person", "erase", "erased-1", "--dry-run", "--workspace", copied(erased, tmp_path).root)
    assert (ended.code, ended.err) == (
        2,
        'ID: "erased-1" stands for somebody who was erased. Nothing is left to erase.\n',
    )


def test_it_is_on_record_without_the_id(erased: Workspace) -> None:
    import sqlite3

    with sqlite3.connect(erased.ledger) as ledger:
        runs = ledger.execute("select command, status, counts from runs where command = 'person erase'").fetchall()
    assert [run[:2] for run in runs] == [("person erase", "ok")]
    assert json.loads(runs[0][2])["rows"] > 0
    assert WHO.encode() not in erased.ledger.read_bytes()


class Killed(Exception):
    """Stands for a kill in the same process."""


def steps_of(workspace: Workspace) -> list[str]:
    steps: list[str] = []
    erase(workspace, load_settings(workspace.root), WHO, stopping(steps, None), dry_run=False)
    return steps


def stopping(steps: list[str], last: str | None) -> Any:
    def checkpoint(step: str) -> None:
        steps.append(step)
        if step == last:
            raise Killed(step)

    made = edges(lambda _: None)
    return type(made)(made.stages, made.clock, made.progress, checkpoint)


def test_one_that_is_cut_short_is_undone_or_finished(before: Workspace, erased: Workspace, tmp_path: Path) -> None:
    was, steps = state(before), steps_of(copied(before, tmp_path / "whole"))
    assert steps[:3] == ["prepared", "journal written", "erased.json placed"]
    for number, step in enumerate([steps[0], steps[1], steps[3], steps[len(steps) // 2], steps[-2]]):
        workspace = copied(before, tmp_path / str(number))
        with pytest.raises(Killed):
            erase(workspace, load_settings(workspace.root), WHO, stopping([], step), dry_run=False)
        if step == "prepared":
            assert state(workspace) == was
            continue
        ended = batna("load", "--workspace", workspace.root)
        assert ended.code == 0, ended.err
        assert "cut short; it is finished now" in ended.out
        assert traces(workspace.root, WHO, NAME, MAIL) == {}, step
        assert rows(workspace, SUMS) == rows(erased, SUMS)
