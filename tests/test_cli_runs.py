"""`batna load`, `weekly` and `backfill` as a person types them: what is printed where, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jobs.workspace import Workspace
from tests.commanded import Batna
from tests.fakes import NOON


class TestBackfill:
    WEEKS = ("--from", "2026-11-02", "--to", "2026-11-15")

    def test_a_dry_run_says_what_would_be_done(self, scored: Workspace, batna: Batna) -> None:
        assert batna("backfill", "--workspace", scored.root, *self.WEEKS, "--dry-run") == 0
        assert batna.out.splitlines() == [
            "2026-W45  2026-11-08  score  never scored",
            "2026-W46  2026-11-15  keep   scored and published",
            "1 of 2 weeks would be scored; nothing was changed",
        ]
        assert scored.weeks() == ("2026-W46",)

    @pytest.mark.parametrize(
        ("options", "told"),
        [
            ((), "restore those, or the run needs --restate"),
            (("--restate",), "they would be scored again under these"),
        ],
    )
    def test_a_dry_run_names_the_weeks_that_were_scored_under_other_settings(
        self, scored: Workspace, batna: Batna, options: tuple[str, ...], told: str
    ) -> None:
        scored.settings_file.write_text("[buffer]\ntarget = 0.2\n")
        request = ("--workspace", scored.root, *self.WEEKS, "--dry-run", *options)

        assert batna("backfill", *request, "--rerun", "all") == 0
        assert batna.out.splitlines()[-1] == f"First scored under other settings: 2026-11-15; {told}"

    def test_a_week_that_is_kept_is_not_said_to_be_under_other_settings(self, scored: Workspace, batna: Batna) -> None:
        scored.settings_file.write_text("[buffer]\ntarget = 0.2\n")
        assert batna("backfill", "--workspace", scored.root, *self.WEEKS, "--dry-run") == 0
        assert "other settings" not in batna.out

    @pytest.mark.parametrize(("options", "count"), [((), 2), (("--rerun", "missing"), 1)])
    def test_restate_is_for_every_week_that_was_named_unless_others_are_asked_for(
        self, scored: Workspace, batna: Batna, options: tuple[str, ...], count: int
    ) -> None:
        assert batna("backfill", "--workspace", scored.root, *self.WEEKS, "--dry-run", "--restate", *options) == 0
        assert f"{count} of 2 weeks would be scored; nothing was changed" in batna.out

    def test_ends_with_a_summary_and_where_the_list_of_weeks_is(self, scored: Workspace, batna: Batna) -> None:
        assert batna("backfill", "--workspace", scored.root, *self.WEEKS, "--rerun", "all") == 0
        lines = batna.out.splitlines()
        assert lines[0] == "weeks     2026-W45 to 2026-W46: 2 scored, 0 kept as they were"
        assert lines[1] == "scored    6 scorecards of reps, 6 positions of open deals"
        assert lines[-1] == str(scored.out / "index.html")

    def test_a_day_to_come_is_a_usage_error(self, scored: Workspace, batna: Batna) -> None:
        assert batna("backfill", "--workspace", scored.root, "--from", "2026-11-15", "--to", "2098-01-01") == 2
        assert "--to: 2098-01-01 is not over" in batna.err


class TestWeekly:
    def test_ends_with_a_summary_and_where_the_report_is(self, scored: Workspace, batna: Batna) -> None:
        assert batna("weekly", "--workspace", scored.root, "--as-of", "2026-11-15") == 0
        lines = batna.out.splitlines()
        assert lines[0] == "week      2026-W46, as of 2026-11-15"
        assert lines[2] == "rows      0 in = 0 loaded + 0 unchanged + 0 refused"
        assert lines[3] == "scored    3 reps, 3 open deals"
        assert lines[-1] == str(scored.out / "2026-W46" / "index.html")
        assert batna.err == "", "progress is for terminals"

    def test_scores_yesterday_in_the_zone_of_the_workspace(
        self, workspace: Workspace, batna: Batna, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (workspace.inbox / "deals.csv").write_text("opportunity_id\na\n")
        workspace.settings_file.write_text('workspace.time_zone = "Pacific/Kiritimati"\n')
        monkeypatch.setattr("jobs.command.now", lambda: NOON)
        assert batna("weekly", "--workspace", workspace.root) == 0
        assert "as of 2026-11-16" in batna.out, "noon in London is two in the morning of the 17th there"

    def test_a_refused_file_stops_it(self, scored: Workspace, batna: Batna) -> None:
        (scored.inbox / "bad.csv").write_text("refuse\n")
        assert batna("weekly", "--workspace", scored.root) == 3
        assert batna.err == (
            "bad.csv: the header lacks x. "
            "Mend the file in the inbox and run again, or go on without it: --despite-refused.\n"
        )
        assert batna.out == ""

    def test_unless_it_is_told_to_go_on(self, scored: Workspace, batna: Batna) -> None:
        (scored.inbox / "bad.csv").write_text("refuse\n")
        (scored.inbox / "more.csv").write_text("opportunity_id\nd\n")
        assert batna("weekly", "--workspace", scored.root, "--despite-refused") == 0
        assert "1 taken, 1 refused\n          bad.csv: the header lacks x" in batna.out
        assert [path.name for path in scored.inbox.iterdir()] == ["bad.csv"]

    def test_an_empty_inbox_in_a_new_workspace_is_told(self, workspace: Workspace, batna: Batna) -> None:
        assert batna("weekly", "--workspace", workspace.root) == 3
        assert f"{workspace.inbox}: no opportunities have been loaded yet" in batna.err

    @pytest.mark.parametrize("text", ["15.11.2026", "2026-13-01", "yesterday"])
    def test_a_bad_date_is_a_usage_error(self, workspace: Workspace, batna: Batna, text: str) -> None:
        assert batna("weekly", "--workspace", workspace.root, "--as-of", text) == 2


class TestLoad:
    def test_says_what_became_of_each_row(self, workspace: Workspace, batna: Batna) -> None:
        (workspace.inbox / "one.csv").write_text("opportunity_id\na\nbad\n")
        assert batna("load", "--workspace", workspace.root) == 0
        assert batna.out.splitlines() == [
            "loaded      one.csv (opportunities, profile generic): 2 in = 1 loaded + 0 unchanged + 1 refused",
            "all         2 in = 1 loaded + 0 unchanged + 1 refused",
        ]
        assert (workspace.rejects / "one.csv").exists()
        assert not any(workspace.out.iterdir())

    def test_keeps_the_good_files_where_others_are_refused(self, workspace: Workspace, batna: Batna) -> None:
        (workspace.inbox / "good.csv").write_text("opportunity_id\na\n")
        (workspace.inbox / "worse.csv").write_text("refuse\n")
        assert batna("load", "--workspace", workspace.root) == 3
        assert "worse.csv: the header lacks x. Nothing of a refused file was kept" in batna.err
        assert "refused     worse.csv" in batna.out
        assert [path.name for path in workspace.inbox.iterdir()] == ["worse.csv"]
        assert batna("sql", "select count(*) as n from raw.opportunities", "--format", "json",
                     "--workspace", workspace.root) == 0  # fmt: skip
        assert json.loads(batna.out) == [{"n": 1}]

    def test_several_refused_files_are_all_named(self, workspace: Workspace, batna: Batna) -> None:
        for name in ("one.csv", "two.csv"):
            (workspace.inbox / name).write_text("refuse\n")
        assert batna("load", "--workspace", workspace.root) == 3
        assert batna.err == (
            "inbox: 2 files were refused. Nothing of a refused file was kept: mend it and load it again:\n"
            "  one.csv: the header lacks x\n  two.csv: the header lacks x.\n"
        )

    def test_refused_alone_publishes_nothing(self, workspace: Workspace, batna: Batna) -> None:
        (workspace.inbox / "worse.csv").write_text("refuse\n")
        assert batna("load", "--workspace", workspace.root) == 3
        assert not workspace.warehouse.exists()

    def test_an_empty_inbox_is_said(self, workspace: Workspace, batna: Batna) -> None:
        assert batna("load", "--workspace", workspace.root) == 0
        assert batna.out == "The inbox is empty: there was nothing to load.\n"

    def test_a_file_from_elsewhere_stays_there_and_is_archived(
        self, workspace: Workspace, batna: Batna, tmp_path: Path
    ) -> None:
        (tmp_path / "mine.csv").write_text("opportunity_id\na\n")
        assert batna("load", "mine.csv", "--workspace", workspace.root) == 0
        assert (tmp_path / "mine.csv").exists()
        assert (workspace.archive / "000001-mine.csv").exists()

    def test_a_path_without_a_file_is_a_usage_error(self, workspace: Workspace, batna: Batna) -> None:
        assert batna("load", "none.csv", "--workspace", workspace.root) == 2
        assert "none.csv: there is no such file" in batna.err
