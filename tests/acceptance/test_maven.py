"""The real export of Maven, from a new workspace to the pages, with the profile of docs/exports.md and with an outsider's."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from benchmarks.calibration import Calibration, calibrated
from jobs.workspace import Workspace
from tests.acceptance.commands import Ended, batna, counts, new_workspace, put, read, rows, says_how_to_mend, weekly
from tests.acceptance.real_exports import DATA, FINDINGS, OUTCOMES, copy, documented, empty_boxes, needs_real_exports

pytestmark = needs_real_exports

MAVEN_WEEK, MAVEN_DAY = "2017-W52", "2017-12-31"


def quotas_of_all_agents() -> str:
    with (DATA / "maven_crm" / "sales_teams.csv").open(encoding="utf-8") as file:
        agents = [row["sales_agent"] for row in csv.DictReader(file)]
    return "rep_id,period_start_on,quota_amount\n" + "".join(f"{agent},2017-10-01,100000\n" for agent in agents)


@pytest.fixture(scope="module")
def maven(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = new_workspace(tmp_path_factory.mktemp("maven") / "acme", documented("Worked example"))
    files = ("sales_pipeline.csv", "accounts.csv", "products.csv", "sales_teams.csv")
    copy(workspace, *(f"maven_crm/{name}" for name in files))
    put(workspace, {"quotas.csv": quotas_of_all_agents()})
    ended = weekly(workspace, MAVEN_DAY)
    assert (ended.code, ended.err) == (0, "")
    return workspace


class TestMaven:
    """8,800 deals of a CRM that nobody has a profile for: no offers, no costs, no reasons, open deals without amount."""

    def test_loads_every_deal(self, maven: Workspace) -> None:
        loaded = "select file_name, rows_loaded from ops.files where rows_refused = 0 and rows_in = rows_loaded"
        assert counts(maven, loaded) == {
            "sales_pipeline.csv": 8800, "accounts.csv": 85, "products.csv": 7, "sales_teams.csv": 35, "quotas.csv": 35,
        }  # fmt: skip
        assert counts(maven, OUTCOMES) == {"open": 2089, "won": 4238, "lost": 2473}
        assert not any(maven.inbox.iterdir())
        assert not any(maven.rejects.iterdir())

    def test_every_rep_who_owns_a_deal_has_a_scorecard_and_a_page(self, maven: Workspace) -> None:
        without = (
            "select distinct rep_id from raw.opportunities "
            "where rep_id not in (select rep_id from marts.rep_scorecard where quota_amount = 100000)"
        )
        assert rows(maven, without) == []
        owners = rows(maven, "select count(distinct rep_id) as n from raw.opportunities")[0]["n"]
        assert owners == 30
        assert len(list((maven.out / MAVEN_WEEK / "reps").iterdir())) >= owners

    def test_the_method_page_names_what_is_missing(self, maven: Workspace) -> None:
        page = read(maven, MAVEN_WEEK, "method.html")
        for missing in (
            "declines declines opportunity_id",
            "deals signed below the floor walk_away_points floor_amount",
            "our offers offers amount",
        ):
            assert missing in page
        measures = counts(maven, "select measure, is_measurable from marts.data_quality")
        assert measures["declined_count"] is False
        declined = rows(maven, "select distinct declined_count from marts.rep_scorecard")
        assert declined == [{"declined_count": None}], "not measurable is never zero"

    def test_declined_says_so_too(self, maven: Workspace) -> None:
        ended = batna("declined", "--workspace", maven.root)
        assert ended.code == 0
        assert ended.out.startswith("Not measurable. No file of the entity declines was loaded")
        assert batna("declined", "--format", "json", "--workspace", maven.root).out == "[]\n"
        assert "Nobody has written it down" in read(maven, MAVEN_WEEK, "index.html")

    def test_the_first_page_is_worth_reading(self, maven: Workspace) -> None:
        page = read(maven, MAVEN_WEEK, "index.html")
        assert "of 2,089 open deals" in page
        assert "None of 2,089 open deals counts yet" in page
        assert empty_boxes(maven, MAVEN_WEEK) == []

    def test_the_first_page_counts_every_open_deal_without_an_amount(self, maven: Workspace) -> None:
        assert counts(maven, FINDINGS)["open_amount_missing"] == 2089
        assert "2,089 of 2,089 open deals have no amount" in read(maven, MAVEN_WEEK, "index.html")


class TestMavenByAnOutsider:
    """The same deals under the shortest profile that somebody writes who has read only the header."""

    PROFILE = """
[sources.crm]
entity = "opportunities"

[sources.crm.columns]
opportunity_id = "opportunity_id"
rep_id = "sales_agent"
stage = "deal_stage"
created_at = "engage_date"
close_on = "close_date"
closed_at = "close_date"
amount = "close_value"
"""

    def run(self, tmp_path: Path, settings: str) -> tuple[Workspace, Ended]:
        workspace = new_workspace(tmp_path / "acme", settings)
        copy(workspace, "maven_crm/sales_pipeline.csv")
        return workspace, weekly(workspace, MAVEN_DAY)

    def test_the_data_decides_the_formats(self, tmp_path: Path) -> None:
        workspace, ended = self.run(tmp_path, self.PROFILE)
        assert (ended.code, ended.err) == (0, "")
        assert counts(workspace, OUTCOMES) == {"open": 2089, "won": 4238, "lost": 2473}
        first = (
            "select cast(created_at as date) as made, close_on from raw.opportunities where opportunity_id = '1C1I7A6R'"
        )
        assert rows(workspace, first) == [{"made": "2016-10-20", "close_on": "2017-03-01"}]
        assert rows(workspace, "select 1 as n from marts.rep_scorecard where batna_strength is not null") == []
        assert counts(workspace, FINDINGS)["rep_without_quota"] == 30

    def test_without_a_profile_the_place_for_one_is_named(self, tmp_path: Path) -> None:
        workspace, ended = self.run(tmp_path, "")
        assert ended.code == 3
        mend = f"add a profile under [sources.<name>] in {workspace.settings_file}"
        assert says_how_to_mend(ended, "sales_pipeline.csv", "no profile fits its header (opportunity_id, sales_", mend)
        assert [path.name for path in workspace.inbox.iterdir()] == ["sales_pipeline.csv"]

    @pytest.mark.parametrize(
        ("old", "new", "code", "fault", "mend"),
        [
            ('rep_id = "sales_agent"\n', "", 3, "lacks the required column rep_id", "[sources.crm.columns]"),
            ('"deal_stage"', '"stage"', 3, "reads it from stage; nearest header: deal_stage", "[sources.crm.columns]"),
            ("created_at", "created_on", 2, "'created_on' is not known here", "'created_at'"),
            ('entity = "opportunities"', 'entity = "opportunity"', 2, "'opportunity' is no entity", "'opportunities'"),
        ],
    )
    def test_a_fault_in_the_profile_is_told(
        self, tmp_path: Path, old: str, new: str, code: int, fault: str, mend: str
    ) -> None:
        workspace, ended = self.run(tmp_path, self.PROFILE.replace(old, new))
        assert ended.code == code
        place = "sales_pipeline.csv" if code == 3 else str(workspace.settings_file)
        assert says_how_to_mend(ended, place, fault, mend)

    def test_dates_in_a_wrong_order_name_the_setting(self, tmp_path: Path) -> None:
        _, ended = self.run(tmp_path, self.PROFILE + '[sources.crm.formats]\ndate_order = "mdy"\n')
        assert ended.code == 3
        assert says_how_to_mend(ended, "sales_pipeline.csv", "'20-10-2016'", "date_order")


@pytest.fixture(scope="module")
def calibration(tmp_path_factory: pytest.TempPathFactory) -> Calibration:
    return calibrated(DATA / "maven_crm", tmp_path_factory.mktemp("calibrated") / "acme", first_week="2017-12-24")


class TestMavenBackfilled:
    """Past weeks of a CRM without any history: chances are learnt from earlier quarters, and are worth what they can be worth."""

    def test_chances_are_learnt_and_tested_on_finished_quarters(self, calibration: Calibration) -> None:
        assert {row[0] for row in calibration.bins} == {"0-1", "2-4", "5-8", "9-13"}
        assert all(row[-1] <= 2 for row in calibration.bins), "the second and the third quarter of 2017"

    def test_they_are_not_brilliant(self, calibration: Calibration) -> None:
        """The final close date, carried back, would show: nothing else tells when a deal is won."""
        assert [row[0] for row in calibration.summary if abs(row[3]) > 0.1] == []

    def test_nobody_has_a_candidate_of_whom_nothing_was_known(self, calibration: Calibration) -> None:
        weeks, positions, candidates = calibration.weeks
        assert (int(weeks), candidates) == (2, 0)
        assert positions > 2 * 2089
