"""The register of declines in the demo: one thing, whoever asks for it, and the answers that come back."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from jobs.render.formats import compact_value
from jobs.workspace import Workspace
from tests.acceptance.commands import batna, read, rows, weekly
from tests.acceptance.exports import DAY, WEEK, records


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("demo") / "batna-demo"
    ended = batna("demo", root)
    assert (ended.code, ended.err) == (0, "")
    assert Path(ended.out.splitlines()[-1]).is_file()
    return Workspace(root)


class TestDeclines:
    """The demo: the register is one thing, whoever asks for it."""

    def test_the_command_the_mart_and_the_page_say_the_same(self, demo: Workspace) -> None:
        ended = batna("declined", "--format", "json", "--workspace", demo.root)
        assert ended.code == 0
        register = json.loads(ended.out)
        mart = rows(demo, "select * from marts.declined_deals")
        assert sorted(register, key=str) == sorted(mart, key=str)
        starts = date(2026, 11, 1).isoformat()
        this = [row for row in register if row["quarter_start_on"] == starts]
        before = [row for row in register if "2025-11-01" <= row["quarter_start_on"] < starts]
        page = read(demo, WEEK, "declined.html")
        demanded = compact_value(sum(row["demanded_amount"] or 0 for row in this))
        assert (
            f"We declined {len(this)} deals this quarter, at demanded prices of €{demanded / 1000:f}".rstrip("0")
            in page
        )
        back = sum(row["returned_at"] is not None for row in before)
        assert f"In the four quarters before there were {len(before)} at" in page
        assert f"of which {back} came back" in page
        verified = [row for row in this if row["is_verified"]]
        assert f"{len(verified)} of {len(this)} are verified" in page
        for row in this:
            assert row["opportunity_name"] in page

    def test_answers_come_back_and_are_not_asked_again(self, demo: Workspace) -> None:
        asked = records(demo.review / "declines.csv")
        answers = ("we_left", "We left", "they_left", "void", "perhaps")
        ids = [row["opportunity_id"] for row in asked[: len(answers)]]
        for row, answer in zip(asked, answers, strict=False):
            row |= {"answer": answer, "reason": "economics" if answer == "we_left" else "", "confirmed_by": "Ann"}
        with (demo.inbox / "declines.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, asked[0])
            writer.writeheader()
            writer.writerows(asked)
        before = rows(demo, "select count(*) as n from marts.declined_deals")[0]["n"]
        ended = weekly(demo, DAY, "--restate")
        assert (ended.code, ended.err) == (0, "")
        confirmed = "select opportunity_id, reason, confirmed_by from marts.declined_deals where origin = 'confirmed'"
        assert sorted(rows(demo, confirmed), key=lambda row: ids.index(row["opportunity_id"])) == [
            {"opportunity_id": ids[0], "reason": "economics", "confirmed_by": "Ann"},
            {"opportunity_id": ids[1], "reason": "other", "confirmed_by": "Ann"},
        ]
        assert rows(demo, "select count(*) as n from marts.declined_deals")[0]["n"] == before + 2
        still = {row["opportunity_id"] for row in records(demo.review / "declines.csv")}
        assert still & set(ids) == {ids[4]}, "only what could not be read is asked again"
        assert "answer: 'perhaps' is not one of we_left, they_left, void" in (demo.rejects / "declines.csv").read_text()
