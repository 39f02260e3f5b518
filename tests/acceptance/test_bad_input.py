"""What is wrong in files and settings: refused with the place, the fault and the mend; and what is put right later."""

from __future__ import annotations

import gzip
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from jobs.lock import held
from jobs.workspace import Workspace
from tests.acceptance.commands import Ended, batna, new_workspace, put, rows, says_how_to_mend, weekly
from tests.acceptance.exports import DAY, GOOD, HEADER, QUOTAS, REPS, deals


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return new_workspace(tmp_path / "acme")


class TestRefused:
    """Nothing is published, every file stays where it was, and the message says what to do."""

    def refused(self, workspace: Workspace, *options: str) -> Ended:
        before = sorted(path.name for path in workspace.inbox.iterdir())
        ended = weekly(workspace, DAY, *options)
        assert ended.code == 3
        assert not workspace.warehouse.exists()
        assert not any(workspace.out.iterdir())
        assert sorted(path.name for path in workspace.inbox.iterdir()) == before
        return ended

    def test_an_empty_inbox_in_a_new_workspace(self, workspace: Workspace) -> None:
        ended = self.refused(workspace)
        fault = "no opportunities have been loaded yet"
        assert says_how_to_mend(ended, str(workspace.inbox), fault, "Put an export of opportunities there")

    @pytest.mark.parametrize("content", [deals(), "rep_id,rep_name\nann,Ann\n"])
    def test_files_without_an_opportunity(self, workspace: Workspace, content: str) -> None:
        put(workspace, {"file.csv": content})
        ended = self.refused(workspace)
        fault = "no opportunities have been loaded yet"
        assert says_how_to_mend(ended, str(workspace.inbox), fault, "Put an export of opportunities there")

    @pytest.mark.parametrize(
        ("name", "content", "fault", "mend"),
        [
            ("empty.csv", b"", "it is empty", "Export it again"),
            ("zeros.csv", b"\0" * 999, "it has no header", "Export it again"),
            (
                "half.csv.gz",
                gzip.compress(deals(*GOOD).encode() * 99)[:200],
                "it is truncated",
                "Copy or export it again",
            ),
            ("quote.csv", b'rep_id,rep_name\na,"never closed\n', "a quote is never closed", "Copy or export it again"),
            ("half.zip", b"PK\x03\x04half", "truncated or damaged archive", "Copy, export or download it again"),
            (
                "rows.jsonl",
                b'{"opportunity_id": "a"}\n{"oppor',
                "its last record breaks off",
                "Copy or export it again",
            ),
            ("junk.csv", bytes(range(256)) * 9, "no profile fits its header", "Add a profile under [sources.<name>]"),
            ("long.csv", b"x" * 5_000_000, "header", "Export it again"),
        ],
    )
    def test_a_file_that_cannot_be_read(
        self, workspace: Workspace, name: str, content: bytes, fault: str, mend: str
    ) -> None:
        put(workspace, {"deals.csv": deals(*GOOD), name: content})
        assert says_how_to_mend(self.refused(workspace), name, fault, mend)

    def test_a_file_that_cannot_be_opened(self, workspace: Workspace) -> None:
        put(workspace, {"deals.csv": deals(*GOOD)})
        (workspace.inbox / "gone.csv").symlink_to(workspace.root / "nowhere" / "gone.csv")
        assert "gone.csv" in self.refused(workspace).err

    def test_a_wrong_header(self, workspace: Workspace) -> None:
        put(workspace, {"deals.csv": deals(*GOOD, header=HEADER.replace("stage", "stagee"))})
        ended = self.refused(workspace)
        fault = "lacks the required column stage of opportunities (profile generic reads it from stage; nearest header: stagee)"
        assert says_how_to_mend(ended, "deals.csv", fault, "Add the column to the export")

    def test_a_header_that_nothing_knows(self, workspace: Workspace) -> None:
        put(workspace, {"deals.csv": "deal,owner,status\n1,2,3\n"})
        fault = "no profile fits its header (deal, owner, status)"
        mend = f"add a profile under [sources.<name>] in {workspace.settings_file}"
        assert says_how_to_mend(self.refused(workspace), "deals.csv", fault, mend)

    def test_two_files_that_claim_one_entity_with_different_profiles(self, workspace: Workspace) -> None:
        workspace.settings_file.write_text(
            '[sources.mine]\nentity = "opportunities"\n'
            'columns = { opportunity_id = "deal no", rep_id = "owner", stage = "step", created_at = "made" }\n'
        )
        put(workspace, {"deals.csv": deals(*GOOD), "mine.csv": "deal no,owner,step,made\nz,ann,Proposal,2026-08-01\n"})
        ended = self.refused(workspace)
        fault = "opportunities already come from another profile (mine, file mine.csv); this file fits profile generic"
        assert says_how_to_mend(ended, "deals.csv", fault, "id_prefix")

    def test_too_many_bad_rows_are_shown_with_their_reasons(self, workspace: Workspace) -> None:
        bad = "bad,X,ann,Negotiation,1e400,USD,2026-08-01,2026-12-01,,.5"
        put(workspace, {"deals.csv": deals(*GOOD, bad)})
        ended = self.refused(workspace)
        fault = "1 of its 3 rows is bad, for example record 4: amount: '1e400' is no number that fits"
        assert says_how_to_mend(ended, "deals.csv", fault, "Mend the export")

    def test_the_others_go_on_when_told(self, workspace: Workspace) -> None:
        put(workspace, {"deals.csv": deals(*GOOD), "junk.csv": "x\n"})
        ended = weekly(workspace, DAY, "--despite-refused")
        assert ended.code == 0
        assert "1 taken, 1 refused" in ended.out
        assert [path.name for path in workspace.inbox.iterdir()] == ["junk.csv"]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Ended]:
    """A week without quotas; then the quotas, and the same week again."""
    workspace = new_workspace(tmp_path_factory.mktemp("first") / "acme")
    put(workspace, {"deals.csv": deals(*GOOD), "reps.csv": REPS})
    assert weekly(workspace, DAY).code == 0
    put(workspace, {"quotas.csv": QUOTAS})
    return workspace, weekly(workspace, DAY)


class TestWhatArrivesLater:
    """A first week, and then what a user puts right."""

    def test_a_week_that_does_not_see_a_new_file_says_so(self, first: tuple[Workspace, Ended]) -> None:
        workspace, again = first
        assert again.code == 0
        if (
            rows(workspace, "select quota_amount from marts.rep_scorecard where rep_id = 'ann'")[0]["quota_amount"]
            is None
        ):
            assert "--restate" in again.out + again.err

    def test_a_corrected_quota_counts_once_the_week_is_restated(self, first: tuple[Workspace, Ended]) -> None:
        workspace, _ = first
        put(workspace, {"quotas.csv": QUOTAS.replace("10000", "12000")})
        assert weekly(workspace, DAY, "--restate").code == 0
        quota = rows(workspace, "select quota_amount from marts.rep_scorecard where rep_id = 'ann'")
        assert quota == [{"quota_amount": 12000}]


class TestExitCodes:
    def test_of_usage_and_settings(self, workspace: Workspace) -> None:
        assert batna("version").code == 0
        assert weekly(workspace, "15.11.2026").code == 2
        assert batna("wekly").code == 2
        assert batna("declined", "--quarter", "Q3", "--workspace", workspace.root).code == 2
        assert batna("template", "declined").code == 2
        assert batna("init", workspace.root).code == 2
        ended = batna("weekly", "--workspace", workspace.root / "nowhere")
        assert ended.code == 2
        assert says_how_to_mend(ended, "nowhere", "no batna.toml", "batna init")

    def test_an_unknown_key_is_named_with_its_line_and_the_nearest(self, workspace: Workspace) -> None:
        workspace.settings_file.write_text('[workspace]\nname = "Acme"\n\n[batna]\ncorelation = 0.1\n')
        ended = weekly(workspace, DAY)
        assert ended.code == 2
        place = f"{workspace.settings_file}:5"
        assert says_how_to_mend(ended, place, '"corelation" is no key of [batna]', "correlation")

    def test_an_unknown_key_of_a_profile_is_named_with_its_line(self, workspace: Workspace) -> None:
        workspace.settings_file.write_text('[sources.mine]\nentity = "opportunities"\nformat = { decimal = "," }\n')
        ended = weekly(workspace, DAY)
        assert ended.code == 2
        assert says_how_to_mend(ended, f"{workspace.settings_file}:3", "'format' is not known here", "'formats'")

    def test_of_a_wrong_statement_and_of_nothing_published(self, workspace: Workspace) -> None:
        assert batna("sql", "select 1", "--workspace", workspace.root).code == 3
        with closing(duckdb.connect(str(workspace.warehouse))) as connection:
            connection.execute("create table t as select 1 as n")
        assert batna("sql", "select n from t", "--workspace", workspace.root).code == 0
        for statement in ("selekt 1", "drop table t", "select * from read_text('/etc/passwd')"):
            ended = batna("sql", statement, "--workspace", workspace.root)
            assert (ended.code, "raceback" in ended.err) == (1, False)

    def test_of_a_workspace_in_use(self, workspace: Workspace) -> None:
        with held(workspace, "weekly", datetime.now(UTC)):
            ended = weekly(workspace, DAY)
        assert ended.code == 75
        assert says_how_to_mend(
            ended, str(workspace.root), "another run holds this workspace", "Wait until it has ended"
        )

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_of_a_date_that_cannot_be_scored(self, workspace: Workspace, day: str) -> None:
        put(workspace, {"deals.csv": deals(*GOOD)})
        assert weekly(workspace, day).code == 2
