"""What a run publishes, in which steps, and which pages and review files stand in the place of which."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from jobs import disk
from jobs.workspace import Workspace
from tests.fakes import NOON
from tests.publish.runs import NEW, WEEK, deals, names, page, run


def steps_of(workspace: Workspace) -> list[str]:
    steps: list[str] = []
    run(workspace, checkpoint=steps.append)
    return steps


def test_a_run_publishes_everything_and_leaves_nothing_behind(published: Workspace) -> None:
    outcome = run(published)
    assert deals(published) == NEW
    assert page(published) == f"2026-11-15: {NEW} deals\n"
    assert (published.out / "index.html").read_text() == f"{WEEK}\n"
    assert outcome.report == published.out / WEEK / "index.html"
    assert names(published.inbox) == []
    assert names(published.archive) == [
        "000001-first.csv", "000002-second.csv", "000003-third.csv", "manifest.jsonl", "settings", "weeks.jsonl",
    ]  # fmt: skip
    assert names(published.rejects) == ["third.csv"]
    assert names(published.review) == ["declines.csv"]
    assert names(published.work) == ["review.json"]


def test_the_steps_of_a_run(published: Workspace) -> None:
    [settings] = names(published.kept_settings)
    assert steps_of(published) == [
        "copied aside", "loaded", "built", "checked", "rendered", "prepared", "journal written",
        "earlier warehouse kept", "warehouse published", "out/2026-W46 published",
        "out/dictionary.html placed", "list of weeks published", f"archive/settings/{settings} placed", "archive/weeks.jsonl placed",
        "archive/000002-second.csv archived", "archive/000003-third.csv archived", "manifest written",
        "rejects/third.csv placed", "review/declines.csv placed", "oldest warehouses removed", "run settled",
        "journal dropped",
    ]  # fmt: skip


def test_an_empty_inbox_is_fine_once_there_are_opportunities(published: Workspace) -> None:
    run(published)
    assert run(published).counts["files"] == 0
    assert deals(published) == NEW


def test_two_runs_of_one_week_give_the_same_bytes(published: Workspace) -> None:
    run(published)
    first = disk.folder_sha256(published.out)
    run(published, clock=lambda: NOON + timedelta(days=3))
    assert disk.folder_sha256(published.out) == first


def test_another_date_of_a_week_takes_its_place_and_another_week_stands_beside_it(
    published: Workspace,
) -> None:
    run(published, date(2026, 11, 14))
    assert page(published).startswith("2026-11-14")
    run(published, date(2026, 11, 16))
    assert published.weeks() == (WEEK, "2026-W47")
    assert (published.out / "index.html").read_text() == f"{WEEK}\n2026-W47\n"


class TestReview:
    """Files that people fill in."""

    def test_a_newer_one_takes_the_place_of_ours(self, published: Workspace) -> None:
        run(published)
        assert (published.review / "declines.csv").read_text().endswith("e,\n")
        assert names(published.review) == ["declines.csv"]

    def test_one_that_was_edited_is_kept(self, published: Workspace) -> None:
        edited = "opportunity_id,who_left\na,we left\n"
        (published.review / "declines.csv").write_text(edited)
        run(published)
        kept = [name for name in names(published.review) if "edited" in name]
        assert len(kept) == 1
        assert (published.review / kept[0]).read_text() == edited
        assert (published.review / "declines.csv").read_text().endswith("e,\n")


class TestExchange:
    """A folder takes the place of another."""

    @pytest.mark.parametrize("at_once", [True, False])
    def test_and_the_other_one_is_out_of_the_way(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool
    ) -> None:
        if not at_once:
            monkeypatch.setattr(disk, "_is_exchanged_at_once", lambda *_: False)
        for name in ("new", "old"):
            (tmp_path / name).mkdir()
            (tmp_path / name / name).touch()
        disk.put_folder(tmp_path / "new", tmp_path / "old")
        assert names(tmp_path / "old") == ["new"]

    def test_without_a_moment_in_which_there_is_neither(self, tmp_path: Path) -> None:
        (tmp_path / "new").mkdir()
        (tmp_path / "old").mkdir()
        assert disk._is_exchanged_at_once(tmp_path / "new", tmp_path / "old") is sys.platform.startswith("linux")
