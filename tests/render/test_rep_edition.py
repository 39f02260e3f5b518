"""The page that a rep gets: the own quarter and lines, and nothing that is for leaders alone."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from tests.render.companies import sample
from tests.render.pages import WAREHOUSES, read, render, words
from tests.render.warehouse import AS_OF, Warehouse, accepted, deal, decline, money

REP = '[reporting]\neditions = ["leader", "rep"]\n'
WITH_FLOOR = REP + "rep_floor = true\n"
JONAS, PRIYA = "en/rep/reps/jonas-weber-a791366f.html", "en/rep/reps/priya-nair-d653b016.html"


def rep_pages(warehouse: Warehouse, target: Path, text: str = REP) -> dict[str, str]:
    return {name: source for name, source in render(warehouse, target, text).items() if "/rep/" in name}


def of_size(count: int, without_quota: int = 0) -> Warehouse:
    """The sample, whose team North has so many people, each with a case in every measure that Jonas has one in."""
    warehouse = sample()
    warehouse.connection.execute(
        "update scores.team_scorecard set rep_count = ?, quota_missing_rep_count = ?", [count, without_quota]
    )
    for number in range(10, 9 + count):
        warehouse.add("scores.rep_scorecard", rep_id=f"R{number}", rep_name=f"Colleague {number}", team="North")
        warehouse.add("scores.rep_differences", rep_id=f"R{number}", measure="fast_concession", success_count=1,
                      trial_count=5, team_share=0.3, is_reported=False)  # fmt: skip
    return warehouse


class TestPlace:
    """Where the pages stand, and what leads to and from them."""

    def test_each_rep_has_one_in_a_folder_of_the_edition(self, tmp_path: Path) -> None:
        found = rep_pages(sample(), tmp_path)
        names = ["jonas-weber-a791366f", "priya-nair-d653b016", "chen-wei-021bbd75", "mariya-sokolova-ec7e008b"]
        assert list(found) == [f"en/rep/reps/{name}.html" for name in names]

    def test_without_the_setting_there_is_none(self, tmp_path: Path) -> None:
        assert rep_pages(sample(), tmp_path, "") == {}

    @pytest.mark.parametrize("name", WAREHOUSES)
    def test_pages_of_leaders_stay_as_they_were(self, name: str, tmp_path: Path) -> None:
        alone = render(WAREHOUSES[name](), tmp_path / "alone")
        beside = render(WAREHOUSES[name](), tmp_path / "beside", REP)
        assert {page: source for page, source in beside.items() if "/rep/" not in page} == alone

    @pytest.mark.parametrize("name", WAREHOUSES)
    def test_nothing_leads_to_a_page_that_this_reader_does_not_get(self, name: str, tmp_path: Path) -> None:
        for page, source in rep_pages(WAREHOUSES[name](), tmp_path).items():
            links = [value for tag, key, value in read(source).attributes if key == "href" and tag != "use"]
            assert all(link.startswith("#") for link in links), page
            assert "batna weekly" not in source

    def test_where_people_are_shown_as_teams_there_is_none_and_that_is_said(self, tmp_path: Path) -> None:
        made = render(sample(), tmp_path, REP + '[people]\nlevel = "team"\n')
        assert not any("/rep/" in name for name in made)
        said = "No pages are made for single reps, since people are shown as teams (people.level)."
        assert said in words(made["method.html"])
        assert said not in words(render(sample(), tmp_path / "named", REP)["method.html"])

    def test_under_pseudonyms_it_is_that_of_a_pseudonym(self, tmp_path: Path) -> None:
        found = rep_pages(sample(), tmp_path, REP + '[people]\nlevel = "pseudonym"\n')
        assert "For R-a791366f" in words(found["en/rep/reps/r-a791366f-a791366f.html"])
        assert not any("Jonas" in source for source in found.values())


class TestOwn:
    """What is the reader's own, and what is not."""

    @pytest.mark.parametrize("name", WAREHOUSES)
    def test_nobody_else_is_named(self, name: str, tmp_path: Path) -> None:
        people = {"jonas": "Jonas Weber", "priya": "Priya Nair", "chen": "Chen Wei", "mariya": "Mariya Sokolova"}
        for page, source in rep_pages(WAREHOUSES[name](), tmp_path).items():
            others = [full for first, full in people.items() if not page.startswith(f"en/rep/reps/{first}")]
            assert not [full for full in others if full in source], page

    def test_lines_and_authority_are_told_with_the_sentence_about_people(self, tmp_path: Path) -> None:
        told = words(rep_pages(sample(), tmp_path)[PRIYA])
        assert "Walk-away line $80,000" in told
        assert "Missing: a VP or an executive for the price, with a justification." in told
        assert "This describes deals and quota pressure, not ability." in told
        assert "a buyer who knows the line gets it" in told

    def test_red_flags_and_what_is_said_of_buyers_are_for_leaders(self, tmp_path: Path) -> None:
        warehouse = sample()
        warehouse.add("scores.declined_deals", **decline("X9", "R1", "Opal", reason="red_flag"))
        warehouse.add(
            "scores.should_have_declined",
            **accepted("A9", "R1", "Jade", rep_name="Jonas Weber", triggers="red_flags,term"),
        )
        flagged = {"zone": "clear", "triggers": "red_flags", "flags": "C080"}
        warehouse.add("scores.deal_positions", **deal("D20", "R1", "Onyx", **flagged))
        warehouse.add("scores.deal_moves", opportunity_id="D20", move="walk_closed_door")
        made = render(warehouse, tmp_path, REP)
        own, leaders = words(made[JONAS]), words(made["reps/jonas-weber-a791366f.html"])
        for said in ("red flag", "Red flags", "unreasonable demands", "A new budget"):
            assert said not in own
        assert "red flag" in leaders
        assert "Walk and close the door. The manager has the reason." in own
        assert "Opal Jonas Weber, Nov 11 Other" in own
        assert "Jade Jonas Weber, Oct 30 non-negotiable term" in own


class TestTeam:
    """The team beside the reader, only where it is large enough not to be a few colleagues."""

    @pytest.mark.parametrize(("count", "without_quota"), [(4, 0), (5, 1)])
    def test_of_a_small_one_nothing_is_told(self, count: int, without_quota: int, tmp_path: Path) -> None:
        told = words(rep_pages(of_size(count, without_quota), tmp_path)[JONAS])
        for said in ("the team", "team:", "like the team", "Like the team"):
            assert said not in told.replace("figures of the team", "").replace("behind the team", ""), said
        assert "fewer than 5 people stand behind them, and they would tell of single colleagues" in told
        assert "Within 24 hours 4 of 5" in told, "the own counts stay"

    def test_of_a_large_one_what_enough_people_stand_behind(self, tmp_path: Path) -> None:
        told = words(rep_pages(of_size(5), tmp_path)[JONAS])
        assert "team: 7 in 10" in told
        assert "The rest of the team: 30%." in told
        assert "conceded within 24 hours in 4 of 5, the team in 30%" in told
        assert "Like the team." not in told, "of the other measures the reader alone has a case"
        assert "would tell of single colleagues" not in told


prices = st.integers(min_value=0, max_value=10**7).map(lambda cents: Decimal(cents) / 100)


class TestFloor:
    """Whatever the floors are, a page that may not show them is the same, byte for byte."""

    @given(floors=st.lists(prices, min_size=3, max_size=3))
    @given_settings(max_examples=8, deadline=None, phases=[Phase.generate])
    def test_nothing_depends_on_it(self, floors: list[Decimal]) -> None:
        with TemporaryDirectory() as folder:
            told = rep_pages(sample(), Path(folder) / "told")
            assert rep_pages(with_floors(sample(), floors), Path(folder) / "other") == told

    def test_no_number_of_a_page_is_one(self, tmp_path: Path) -> None:
        warehouse = with_floors(sample(), [money("71237.11"), money("68231.45"), money("69119.93")])
        for page, source in rep_pages(warehouse, tmp_path).items():
            assert not re.search(r"71[.,]?237|68[.,]?231|69[.,]?119|\$71K|\$68K|\$69K", source), page

    def test_the_setting_shows_it(self, tmp_path: Path) -> None:
        told = words(rep_pages(sample(), tmp_path, WITH_FLOOR)[JONAS])
        assert "Floor $70,000 set for this deal" in told
        assert "$66,500 is under the floor of $70,000" in told
        assert "floor $67K" in told


def with_floors(warehouse: Warehouse, floors: list[Decimal]) -> Warehouse:
    """The same week with other floors, and what follows from them; zones, which a page names, stay."""
    positions, declines, accepted_deals = floors
    for table, values in (
        ("deal_positions", {"floor_amount": positions}),
        ("declined_deals", {"floor_amount": declines, "margin_protected_amount": declines / 7,
                            "loss_avoided_amount": declines / 9}),
        ("should_have_declined", {"floor_amount": accepted_deals, "loss_amount": accepted_deals / 11}),
    ):  # fmt: skip
        pairs = ", ".join(f"{name} = ?" for name in values)
        query = f"update scores.{table} set {pairs} where as_of_on = ? and floor_amount is not null"
        warehouse.connection.execute(query, [*values.values(), AS_OF])
    return warehouse
