"""A real export of Salesforce that lacks a column, with the profile of docs/exports.md and without."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.workspace import Workspace
from tests.acceptance.commands import Ended, batna, counts, new_workspace, rows, says_how_to_mend
from tests.acceptance.real_exports import OUTCOMES, copy, documented, needs_real_exports

pytestmark = needs_real_exports


class TestSalesforceWithoutOwners:
    """36 opportunities, saved again by a spreadsheet, without the column OwnerId."""

    def run(self, tmp_path: Path, settings: str, *others: str) -> tuple[Workspace, Ended]:
        workspace = new_workspace(tmp_path / "acme", settings)
        copy(workspace, "earthfink_sf/Opportunity.csv", *others)
        return workspace, batna("weekly", "--workspace", workspace.root)

    def test_is_refused_with_that_reason(self, tmp_path: Path) -> None:
        workspace, ended = self.run(tmp_path, "")
        assert ended.code == 3
        mend = '[sources.<name>] with extends = "salesforce_opportunity", and give rep_id'
        assert says_how_to_mend(ended, "Opportunity.csv", "lacks the required column rep_id", mend)
        assert "OwnerId" in ended.err
        assert [path.name for path in workspace.inbox.iterdir()] == ["Opportunity.csv"]
        assert not workspace.warehouse.exists()
        assert not any(workspace.out.iterdir())

    @pytest.mark.parametrize(
        "settings",
        [
            pytest.param(None, id="as the documentation says"),
            pytest.param(
                '[sources.crm]\nentity = "opportunities"\nconstants = { rep_id = "me" }\n'
                'columns = { opportunity_id = "Id", stage = "StageName", amount = "Amount", '
                'created_at = "CreatedDate", close_on = "CloseDate", closed_at = "CloseDate", '
                'is_closed = "IsClosed", is_won = "IsWon", probability = "Probability" }\n',
                id="as a profile of its own",
            ),
        ],
    )
    def test_loads_with_one_owner_for_all(self, tmp_path: Path, settings: str | None) -> None:
        workspace, ended = self.run(tmp_path, settings or documented("Salesforce without a column"))
        assert (ended.code, ended.err) == (0, "")
        assert counts(workspace, OUTCOMES) == {"open": 16, "won": 12, "lost": 8}
        assert counts(workspace, "select rep_id, count(*) as n from raw.opportunities group by all") == {"me": 36}
        made = rows(workspace, "select distinct cast(created_at as date) as made from raw.opportunities")
        assert {row["made"] for row in made} == {"2026-02-23", "2026-02-24"}
        assert rows(workspace, "select cast(max(probability) as double) as p from raw.opportunities") == [{"p": 1.0}]

    def test_history_and_accounts_join_in(self, tmp_path: Path) -> None:
        others = ("earthfink_sf/OpportunityHistory.csv", "earthfink_sf/Account.csv")
        workspace, ended = self.run(tmp_path, documented("Salesforce without a column"), *others)
        assert (ended.code, ended.err) == (0, "")
        assert counts(workspace, "select entity, rows_loaded from ops.files") == {
            "opportunities": 36, "opportunity_snapshots": 48, "accounts": 18,
        }  # fmt: skip
        assert counts(workspace, OUTCOMES) == {"open": 16, "won": 12, "lost": 8}
