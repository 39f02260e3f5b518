"""What commands leave in runs.sqlite: one row per run."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

from jobs.ledger import Ledger
from jobs.workspace import Workspace
from tests.commanded import Batna
from tests.fakes import NOON


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
