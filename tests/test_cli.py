"""The commands as a person types them: what is printed where, and the exit code."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from jobs import cli, shipped
from jobs.command import VARIABLE
from jobs.declined import span_of
from jobs.errors import UsageError
from jobs.ledger import Ledger
from jobs.lock import held
from jobs.workspace import Workspace
from tests.commanded import Batna
from tests.fakes import NOON

ROOT = Path(__file__).parent.parent
COMMANDS = (
    "init", "demo", "load", "weekly", "backfill", "template", "declined", "explain", "sql", "ask", "tables", "columns", "export", "version", "person",
    "schedule", "rebuild", "rollback", "retention", "runs", "doctor", "deliver", "profile",
)  # fmt: skip
OF_GROUPS = ("person export", "person erase", "person due", "runs show")


def write(workspace: Workspace, sql: str) -> None:
    with closing(duckdb.connect(str(workspace.warehouse))) as connection:
        connection.execute(sql)


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


class TestLedger:
    """runs.sqlite: one row per run."""

    def rows(self, workspace: Workspace, batna: Batna) -> list[dict[str, Any]]:
        import sqlite3

        with closing(sqlite3.connect(workspace.ledger)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute("select * from runs order by started_at")]

    def test_says_how_each_run_ended(self, scored: Workspace, batna: Batna) -> None:
        (scored.inbox / "bad.csv").write_text("refuse\n")
        batna("load", "--workspace", scored.root)
        batna("weekly", "--workspace", scored.root, "--as-of", "2026-11-14", "--despite-refused", "--restate")
        first, second, third = self.rows(scored, batna)
        assert (first["command"], first["status"], first["exit_code"]) == ("weekly", "ok", 0)
        assert json.loads(first["counts"]) == {
            "files": 1, "files_refused": 0, "rows_in": 3, "rows_loaded": 3, "rows_unchanged": 0,
            "rows_refused": 0, "reps": 3, "deals": 3, "checks": 0,
        }  # fmt: skip
        assert (second["command"], second["status"], second["exit_code"]) == ("load", "failed", 3)
        assert second["error"] == "DataRefused"
        assert json.loads(second["refused"]) == [{"file": "bad.csv", "reason": "bad.csv: the header lacks x"}]
        assert third["as_of_on"] == "2026-11-14"
        assert json.loads(third["overrides"]) == ["--despite-refused", "--restate"]

    def test_keeps_what_was_let_in_on_purpose(self, scored: Workspace, batna: Batna) -> None:
        given = ("--accept", "shrink=a.csv", "--accept", "org=b c.csv")
        assert batna("load", "--workspace", scored.root, *given) == 0
        assert batna("weekly", "--workspace", scored.root, "--as-of", "2026-11-14", "--restate", *given[:2]) == 0
        assert batna("load", "--workspace", scored.root, "--accept", "shrink") == 2
        assert batna.err.startswith("--accept: 'shrink' names no file")
        _, load, weekly = self.rows(scored, batna)
        assert json.loads(load["overrides"]) == ["--accept org=b c.csv", "--accept shrink=a.csv"]
        assert json.loads(weekly["overrides"]) == ["--restate", "--accept shrink=a.csv"]

    def test_marks_a_run_that_was_killed(self, scored: Workspace, batna: Batna) -> None:
        from jobs.ledger import RunRow

        Ledger(scored.ledger).begin(RunRow("killed", "weekly", NOON.replace(year=2020)))
        batna("load", "--workspace", scored.root)
        assert self.rows(scored, batna)[0]["status"] == "interrupted"


class TestLock:
    def test_a_second_run_is_told_who_holds_the_workspace(self, scored: Workspace, batna: Batna) -> None:
        with held(scored, "weekly", NOON):
            assert batna("load", "--workspace", scored.root) == 75
        assert f"{scored.root}: another run holds this workspace: batna weekly, process {os.getpid()} on" in batna.err
        assert "since 2026-11-16T12:00:00+00:00. Wait until it has ended" in batna.err

    def test_a_process_that_died_blocks_nobody(self, scored: Workspace, batna: Batna) -> None:
        code = (
            "import os, sys; from jobs.lock import held; from jobs.workspace import Workspace\n"
            "from pathlib import Path; from datetime import datetime, UTC\n"
            "with held(Workspace(Path(sys.argv[1])), 'weekly', datetime.now(UTC)): os.kill(os.getpid(), 9)\n"
        )
        died = subprocess.run([sys.executable, "-c", code, scored.root], cwd=ROOT, check=False)
        assert died.returncode == -signal.SIGKILL
        assert scored.holder_note.exists()
        assert batna("load", "--workspace", scored.root) == 0
        assert not scored.holder_note.exists()

    def test_a_holder_without_a_note_blocks_all_the_same(self, scored: Workspace, batna: Batna) -> None:
        with held(scored, "weekly", NOON):
            scored.holder_note.write_text("{")
            assert batna("load", "--workspace", scored.root) == 75
        assert "another run holds this workspace." in batna.err

    def test_readers_do_not_wait(self, scored: Workspace, batna: Batna) -> None:
        with held(scored, "weekly", NOON):
            assert batna("sql", "select 1", "--workspace", scored.root) == 0
            assert batna("declined", "--workspace", scored.root) == 0


class TestDeclined:
    def decline(self, workspace: Workspace, opportunity_id: str, quarter_start_on: str) -> None:
        write(
            workspace,
            f"insert into marts.declined_deals values ('{opportunity_id}', 'ada', '{quarter_start_on}', "
            f"'{quarter_start_on} 10:00', 'economics', 'declared', 100, 120, 130, 5, 15, true, null, null)",
        )

    def ask(self, batna: Batna, workspace: Workspace, *arguments: str) -> str:
        assert batna("declined", "--workspace", workspace.root, *arguments) == 0, batna.err
        return batna.out

    def test_none_is_said_in_words(self, scored: Workspace, batna: Batna) -> None:
        write(scored, "insert into marts.data_quality values ('declined_count', true, null, null)")
        assert self.ask(batna, scored) == "None. Nobody has recorded a decline.\n"
        assert self.ask(batna, scored, "--quarter", "2026-Q3") == "None. Nobody has recorded a decline in 2026-Q3.\n"
        assert self.ask(batna, scored, "--format", "json") == "[]\n"

    def test_none_with_what_may_be_some(self, scored: Workspace, batna: Batna) -> None:
        write(scored, "insert into marts.possible_declines values ('x', 'ada'), ('y', 'bo')")
        assert self.ask(batna, scored) == (
            "None. Nobody has recorded a decline. 2 lost deals may be some: review/declines.csv lists them.\n"
        )

    def test_not_measurable_names_what_is_missing(self, scored: Workspace, batna: Batna) -> None:
        write(
            scored,
            "insert into marts.data_quality values ('declined_count', false, 'declines', 'opportunity_id')",
        )
        assert self.ask(batna, scored).startswith("Not measurable. No file of the entity declines was loaded")

    def test_json_has_every_column_of_the_mart(self, scored: Workspace, batna: Batna) -> None:
        self.decline(scored, "x", "2026-07-01")
        self.decline(scored, "y", "2026-10-01")
        register = json.loads(self.ask(batna, scored, "--format", "json"))
        assert [row["opportunity_id"] for row in register] == ["x", "y"]
        assert batna("sql", "from marts.declined_deals order by 1", "--format", "json", "--workspace", scored.root) == 0
        assert register == json.loads(batna.out)

    def test_one_quarter(self, scored: Workspace, batna: Batna) -> None:
        self.decline(scored, "x", "2026-07-01")
        self.decline(scored, "y", "2026-10-01")
        rows = csv.DictReader(io.StringIO(self.ask(batna, scored, "--quarter", "2026-q4", "--format", "csv")))
        assert [row["opportunity_id"] for row in rows] == ["y"]
        assert "2026-10-01  y" in self.ask(batna, scored, "--quarter", "2026-Q4")

    def test_before_a_week_was_scored(self, workspace: Workspace, batna: Batna) -> None:
        (workspace.inbox / "deals.csv").write_text("opportunity_id\na\n")
        assert batna("load", "--workspace", workspace.root) == 0
        assert batna("declined", "--workspace", workspace.root) == 3
        assert (
            "files have been loaded here, and no week has been scored by this version. Run `batna weekly`." in batna.err
        )

    @pytest.mark.parametrize("label", ["2026", "Q3", "2026-Q5", "2026-07", ""])
    def test_a_bad_quarter_is_a_usage_error(self, scored: Workspace, batna: Batna, label: str) -> None:
        assert batna("declined", "--workspace", scored.root, "--quarter", label) == 2
        assert "Write a fiscal year and quarter, such as 2026-Q3" in batna.err

    @pytest.mark.parametrize(
        ("label", "first_month", "start"),
        [
            ("2026-Q1", 1, date(2026, 1, 1)),
            ("2026-Q4", 1, date(2026, 10, 1)),
            ("2026-Q1", 2, date(2025, 2, 1)),
            ("2026-Q4", 2, date(2025, 11, 1)),
            ("2027-Q1", 7, date(2026, 7, 1)),
            ("2026-Q2", 12, date(2026, 3, 1)),
        ],
    )
    def test_a_fiscal_year_is_named_after_the_year_it_ends_in(self, label: str, first_month: int, start: date) -> None:
        span = span_of(label, first_month)
        assert (span.label, span.quarter_start_on) == (label, start)

    def test_a_label_may_be_short(self) -> None:
        assert span_of("2026q3", 1).label == "2026-Q3"
        with pytest.raises(UsageError):
            span_of("26-Q3", 1)


class TestInit:
    def test_makes_a_workspace(self, batna: Batna, tmp_path: Path) -> None:
        assert batna("init", tmp_path / "deep" / "acme") == 0
        made = Workspace(tmp_path / "deep" / "acme")
        assert "# languages" in made.settings_file.read_text()
        assert all(folder.is_dir() for folder in (made.inbox, made.review, made.archive, made.rejects, made.out))

    def test_never_over_another_one(self, batna: Batna, workspace: Workspace) -> None:
        workspace.settings_file.write_text('workspace.name = "Mine"\n')
        assert batna("init", workspace.root) == 2
        assert "this folder is a workspace already" in batna.err
        assert workspace.settings_file.read_text() == 'workspace.name = "Mine"\n'

    def test_not_in_place_of_a_file(self, batna: Batna, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert batna("init", "file") == 2
        assert "this is a file" in batna.err


class TestWhere:
    """Which workspace a command is about."""

    @pytest.mark.parametrize("place", ["after", "before", "environment", "folder"])
    def test_each_way_of_naming_it(
        self, scored: Workspace, batna: Batna, monkeypatch: pytest.MonkeyPatch, place: str
    ) -> None:
        option, command = ("--workspace", str(scored.root)), ("sql", "select 1")
        arguments: tuple[str, ...] = command
        if place == "after":
            arguments = (*command, *option)
        elif place == "before":
            arguments = (*option, *command)
        elif place == "environment":
            monkeypatch.setenv(VARIABLE, str(scored.root))
        else:
            monkeypatch.chdir(scored.root)
        assert batna(*arguments) == 0

    def test_the_nearest_name_counts(self, scored: Workspace, batna: Batna, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(VARIABLE, "/nowhere")
        assert batna("--workspace", "/nowhere/else", "sql", "select 1", "--workspace", scored.root) == 0

    def test_a_folder_without_settings_is_none(self, batna: Batna, tmp_path: Path) -> None:
        assert batna("weekly") == 2
        assert batna.err.startswith(f"{tmp_path}: this folder is no workspace: it has no batna.toml. Run `batna init`")
        assert not list(tmp_path.iterdir()), "nothing is made in a folder that is no workspace"


class TestErrors:
    def test_bad_settings_are_told_with_their_line(self, workspace: Workspace, batna: Batna) -> None:
        workspace.settings_file.write_text("[workspace]\nnam = 3\n")
        assert batna("weekly", "--workspace", workspace.root) == 2
        assert batna.err.startswith(f'{workspace.settings_file}:2: "nam" is no key of [workspace]')

    @pytest.mark.parametrize("arguments", [("nonsense",), ("weekly", "--nonsense"), ("sql",), ("sql", "a", "b")])
    def test_a_wrong_call_is_a_usage_error(
        self, workspace: Workspace, batna: Batna, arguments: tuple[str, ...]
    ) -> None:
        assert batna("--workspace", workspace.root, *arguments) == 2
        assert "Error: " in batna.err or batna.err.startswith("sql: say one query.")

    def test_a_folder_that_may_not_be_written_is_named(
        self, scored: Workspace, batna: Batna, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def closed(*_: Any, **__: Any) -> None:
            raise PermissionError(13, "Permission denied", "new", None, str(scored.out))

        monkeypatch.setattr("jobs.weekly.weekly", closed)
        assert batna("weekly", "--workspace", scored.root) == 1
        assert (
            batna.err
            == f"{scored.out}: may not be used by this user (Permission denied). Let this user read and write there, and run it again.\n"
        )

    def test_a_record_of_runs_that_cannot_be_written_is_named(self, scored: Workspace, batna: Batna) -> None:
        scored.ledger.unlink()
        scored.ledger.mkdir()
        assert batna("weekly", "--workspace", scored.root) == 1
        assert batna.err.startswith(
            f"{scored.ledger}: may not be used by this user (unable to open database file). Let this user"
        )

    @pytest.mark.parametrize("text", ["15.11.2026", "yesterday"])
    def test_a_day_that_is_none_is_told_with_the_form_of_one(self, batna: Batna, text: str) -> None:
        assert batna("backfill", "--from", "2026-11-01", "--to", text) == 2
        assert batna.err == f'--to: "{text}" is not a day. Write it as 2026-01-31.\n'

    def test_an_unexpected_error_is_one_line_and_a_file(
        self, scored: Workspace, batna: Batna, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: Any, **__: Any) -> None:
            raise ZeroDivisionError("by nothing")

        monkeypatch.setattr("jobs.weekly.weekly", broken)
        assert batna("weekly", "--workspace", scored.root) == 1
        said = re.fullmatch(r"batna: unexpected ZeroDivisionError\. The traceback is in (\S+\.txt)\.\n", batna.err)
        assert said
        assert Path(said[1]).parent == scored.work
        assert "by nothing" in Path(said[1]).read_text()

    def test_without_a_workspace_the_traceback_goes_where_temporary_files_go(
        self, batna: Batna, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
        monkeypatch.setattr("jobs.cli.init_workspace", lambda _: 1 / 0)
        assert batna("init", "acme") == 1
        assert len(list(tmp_path.glob("traceback-*.txt"))) == 1

    def test_the_keyboard_ends_it_with_130(self, scored: Workspace) -> None:
        code = (
            "import sys, time; import jobs.stages; from jobs import cli; from tests.fakes import STAGES\n"
            "from dataclasses import replace\n"
            "def build(*_, **__): print('building', flush=True); time.sleep(60)\n"
            "jobs.stages.shipped_stages = lambda: replace(STAGES, build=build)\n"
            "sys.exit(cli.main(['weekly', '--workspace', sys.argv[1]]))\n"
        )
        before = scored.warehouse.read_bytes()
        command = [sys.executable, "-c", code, str(scored.root)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
            assert run.stdout
            assert run.stdout.readline() == "building\n"
            run.send_signal(signal.SIGINT)
            _, said = run.communicate(timeout=60)
        assert run.returncode == 130
        assert "Traceback" not in said
        assert scored.warehouse.read_bytes() == before
        assert list(scored.work.glob("2*")) == []

    def test_a_reader_that_goes_away_is_no_fault(self, scored: Workspace) -> None:
        sql = "select * from range(1000000)"
        command = f"{sys.executable} -m jobs sql '{sql}' --format csv | head -n 2"
        answer = subprocess.run(
            ["bash", "-c", command], cwd=ROOT, env={**os.environ, VARIABLE: str(scored.root)},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert answer.stdout.split() == ["range", "0"]
        assert answer.stderr == ""


class TestOther:
    def test_version(self, batna: Batna) -> None:
        assert batna("version") == 0
        assert re.fullmatch(r"batna \S+, Python 3\.\S+, DuckDB \S+\n", batna.out)

    def test_template(self, batna: Batna) -> None:
        assert batna("template", "declines") == 0
        assert batna.out.startswith("opportunity_id,decided_at,")

    def test_a_template_of_nothing_is_a_usage_error(self, batna: Batna) -> None:
        assert batna("template", "decline") == 2
        assert "declines" in batna.err

    def test_no_command_says_which_there_are(self, batna: Batna) -> None:
        assert batna() == 2
        assert all(f"  {name} " in batna.out + batna.err for name in COMMANDS)

    def test_progress_is_shown_on_a_terminal_and_cleared(self) -> None:
        from jobs.summary import shown_progress

        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        with shown_progress(Terminal()) as progress:
            progress("scores")
        with shown_progress(terminal := Terminal()) as progress:
            progress("x" * 500)
        assert terminal.getvalue().startswith("\r\x1b[2Kx")
        assert terminal.getvalue().endswith("\r\x1b[2K")
        assert len(terminal.getvalue()) < 300


class TestDocumentation:
    """docs/commands.md says what there is, and nothing else."""

    @pytest.fixture
    def page(self) -> str:
        return (shipped.ROOT / "docs" / "commands.md").read_text(encoding="utf-8")

    def test_every_command_and_no_other(self, page: str) -> None:
        known = {
            command.name or command.callback.__name__ for command in cli.app.registered_commands if command.callback
        }
        known |= {group.name for group in cli.app.registered_groups}
        assert set(re.findall(r"^## batna (\w+)", page, re.MULTILINE)) == known == set(COMMANDS)

    @pytest.mark.parametrize("command", [*COMMANDS, *OF_GROUPS])
    def test_every_option(self, batna: Batna, page: str, command: str) -> None:
        assert batna(*command.split(), "--help") == 0
        section = page.partition(f"## batna {command}")[2].partition("\n## ")[0]
        options = set(re.findall(r"--[a-z-]+", batna.out)) - {"--help", "--workspace"}
        assert {option for option in options if option not in section} == set()

    @pytest.mark.parametrize("code", [0, 1, 2, 3, 75, 130])
    def test_every_exit_code(self, page: str, code: int) -> None:
        assert f"| {code} |" in page
