"""The real export of Meridian, from a new workspace to the pages, with the profiles of docs/exports.md."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from jobs.workspace import Workspace
from tests.acceptance.commands import Ended, counts, new_workspace, read, rows, weekly
from tests.acceptance.real_exports import DATA, FINDINGS, OUTCOMES, copy, documented, empty_boxes, needs_real_exports

pytestmark = needs_real_exports

MERIDIAN_WEEK, MERIDIAN_DAY = "2026-W14", "2026-03-30"


def meridian_week(root: Path, settings: str) -> tuple[Workspace, Ended]:
    workspace = new_workspace(root / "acme", settings)
    copy(workspace, "meridian/deals.csv", "meridian/reps.csv")
    return workspace, weekly(workspace, MERIDIAN_DAY)


@pytest.fixture(scope="module")
def meridian(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace, ended = meridian_week(tmp_path_factory.mktemp("meridian"), documented("One file, two entities"))
    assert (ended.code, ended.err) == (0, "")
    return workspace


@pytest.fixture(scope="module")
def one_date(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The one close date mapped to the expected and to the real closing, of open deals too."""
    settings = documented("One file, two entities").replace("[sources.meridian_deals.only_when]", "")
    workspace, ended = meridian_week(tmp_path_factory.mktemp("one_date"), re.sub(r"closed_at = \{.*\n", "", settings))
    assert (ended.code, ended.err) == (0, "")
    return workspace


class TestMeridian:
    """75 deals, and a rep list that holds the quotas of one quarter."""

    def test_loads_every_deal_and_the_quotas(self, meridian: Workspace) -> None:
        assert counts(meridian, OUTCOMES) == {"open": 40, "won": 27, "lost": 8}
        with (DATA / "meridian" / "reps.csv").open(encoding="utf-8") as file:
            quotas = {row["rep_id"]: int(row["quota_q1_2026"]) for row in csv.DictReader(file)}
        assert counts(meridian, "select rep_id, quota_amount from marts.rep_scorecard") == quotas
        assert rows(meridian, "select 1 as n from marts.rep_scorecard where batna_strength is null") == []
        assert counts(meridian, FINDINGS) == {"loss_reason_unmapped": 7}

    def test_every_page_is_there_and_no_box_is_empty(self, meridian: Workspace) -> None:
        assert len(list((meridian.out / MERIDIAN_WEEK / "reps").iterdir())) == 10
        page = read(meridian, MERIDIAN_WEEK, "index.html")
        assert "8 deals each carry more than half of what their owners can still expect; no move is named" in page
        assert "No deal carries more than half" not in page
        assert empty_boxes(meridian, MERIDIAN_WEEK) == []

    def test_reasons_that_nobody_has_mapped_are_not_a_missing_column(self, meridian: Workspace) -> None:
        assert rows(meridian, "select count(loss_reason) as n from raw.opportunities") == [{"n": 7}]
        missing = "select 1 as n from marts.data_quality where missing_column = 'loss_reason'"
        assert rows(meridian, missing) == []
        assert "reason is on record for 0%" not in read(meridian, MERIDIAN_WEEK, "index.html")
        assert "outcomes.loss_reason" in read(meridian, MERIDIAN_WEEK, "method.html")

    def test_one_date_for_expected_and_real_closing(self, one_date: Workspace) -> None:
        assert counts(one_date, OUTCOMES) == {"open": 40, "won": 27, "lost": 8}

    def test_an_expected_closing_does_not_tell_when_the_file_was_exported(self, one_date: Workspace) -> None:
        assert "state_unknown" not in counts(one_date, FINDINGS)
