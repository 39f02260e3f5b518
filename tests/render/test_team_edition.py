"""The page that the people of a team get: nothing on it tells a line, a floor, or how far a price is from one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_type_hints

import pytest
from hypothesis import Phase, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from jobs.render.deal_rows import Position
from jobs.render.rows import TeamScorecard
from tests.render.companies import sample
from tests.render.pages import WAREHOUSES, read, render, words
from tests.render.warehouse import AS_OF, Warehouse, deal, money

TEAM = '[reporting]\neditions = ["leader", "team"]\n'
NORTH = "en/team/teams/north-43f853bb.html"

# All that a page may say of a single deal; counted_amount only in sums.
OF_A_DEAL = frozenset((
    "opportunity_id", "opportunity_name", "account_name", "rep_id", "team", "phase", "zone", "is_candidate",
    "close_on", "days_to_close", "counted_amount",
))  # fmt: skip
# What is or tells a line, a floor, a ratio or the loss of one deal, of a team.
NOT_OF_A_TEAM = (
    "buffer_coverage_share", "median_buffer_ratio", "hug_share", "hug_count", "hug_control_share", "lined_won_count",
    "walk_away_preset_share", "margin_protected_amount", "surviving_share", "expected_amount", "top_deal_gap_share",
    "pipeline_cover_ratio", "pipeline_cover_without_top_ratio", "declined_amount", "cut_amount", "candidate_amount",
    "table_amount", "covering_pair_share", "effective_deal_count", "smallest_covering_count", "required_cover_ratio",
    "top_source_share", "missing_amount_share", "win_rate_with_declined", "batna_strength_low", "batna_strength_high",
    "unlogged_share_4q", "last_week_won_share",
)  # fmt: skip
NUMBERS = st.integers(min_value=1, max_value=10**8)


def team_pages(warehouse: Warehouse, target: Path, text: str = TEAM) -> dict[str, str]:
    return {name: source for name, source in render(warehouse, target, text).items() if "/team/" in name}


def large(**changes: Any) -> Warehouse:
    """The sample, whose teams are large enough to have figures."""
    warehouse = sample()
    update(
        warehouse, "team_scorecard", {"rep_count": 6, "quota_missing_rep_count": 0, "counted_won_count": 4} | changes
    )
    return warehouse


def update(warehouse: Warehouse, table: str, values: dict[str, Any], where: str = "true") -> None:
    pairs = ", ".join(f"{name} = ?" for name in values)
    query = f"update scores.{table} set {pairs} where as_of_on = ? and {where}"
    warehouse.connection.execute(query, [*values.values(), AS_OF])


class TestPlace:
    """Where the pages stand, and what they lead to."""

    def test_each_team_has_one_in_a_folder_of_the_edition(self, tmp_path: Path) -> None:
        assert list(team_pages(sample(), tmp_path)) == [NORTH, "en/team/teams/south-0dd2dae4.html"]

    def test_teams_that_may_not_be_shown_have_none(self, tmp_path: Path) -> None:
        text = TEAM + '[people]\nlevel = "team"\n'
        assert team_pages(sample(), tmp_path / "small", text) == {}
        assert len(team_pages(large(), tmp_path / "large", text)) == 2

    @pytest.mark.parametrize("name", WAREHOUSES)
    def test_nothing_leads_elsewhere_and_nobody_is_named(self, name: str, tmp_path: Path) -> None:
        for source in team_pages(WAREHOUSES[name](), tmp_path).values():
            links = [value for tag, key, value in read(source).attributes if key == "href" and tag != "use"]
            assert all(link.startswith("#") for link in links)
            assert not re.search("Jonas|Priya|Chen|Mariya|batna weekly", source)


class TestLines:
    """Whatever lines, floors, prices and losses are, the page is the same byte for byte, while zones are the same."""

    @given(number=NUMBERS, is_large=st.booleans())
    @given_settings(max_examples=6, deadline=None, phases=[Phase.generate])
    def test_of_deals(self, number: int, is_large: bool) -> None:
        def make() -> Warehouse:
            return large() if is_large else sample()

        other = make()
        for place, key in enumerate(f"D{each}" for each in range(1, 8)):
            update(other, "deal_positions", unlike(Position, OF_A_DEAL, number + place), f"opportunity_id = '{key}'")
        with TemporaryDirectory() as folder:
            assert team_pages(other, Path(folder) / "other") == team_pages(make(), Path(folder) / "told")

    @given(number=NUMBERS)
    @given_settings(max_examples=6, deadline=None, phases=[Phase.generate])
    def test_of_teams(self, number: int) -> None:
        kinds = get_type_hints(TeamScorecard)
        other = large()
        update(other, "team_scorecard", {name: value(kinds[name], number) for name in NOT_OF_A_TEAM})
        with TemporaryDirectory() as folder:
            assert team_pages(other, Path(folder) / "other") == team_pages(large(), Path(folder) / "told")

    def test_no_number_of_a_page_is_one_of_a_deal(self, tmp_path: Path) -> None:
        warehouse = large()
        told = {"threshold_amount": "83119.37", "floor_amount": "71237.11", "price_amount": "66731.53",
                "list_amount": "117431.29", "loss_if_gone_amount": "41873.17", "last_buyer_amount": "64111.41"}  # fmt: skip
        update(warehouse, "deal_positions", {name: money(amount) for name, amount in told.items()})
        update(warehouse, "deal_positions", {"buffer_ratio": -0.19716, "surviving_share": 0.62617})
        digits = "|".join(amount[:2] + "[.,]?" + amount[2] for amount in told.values())
        for source in team_pages(warehouse, tmp_path).values():
            assert not re.search(f"{digits}|19[.,]7|62[.,]6|63%", source)
            assert {chart.get("class") for chart in read(source).charts} <= {"g", "parts", "vh"}, (
                "glyphs, and stacks of counts"
            )


def unlike(row_type: type[Any], kept: frozenset[str], number: int) -> dict[str, Any]:
    """Values, made of a number, for every column of a row but these."""
    kinds = get_type_hints(row_type)
    return {field.name: value(kinds[field.name], number) for field in fields(row_type) if field.name not in kept}


def value(kind: Any, number: int) -> Any:
    """A value of a kind of column, made of a number."""
    kinds = getattr(kind, "__args__", (kind,))
    made = {Decimal: Decimal(number) / 7, float: number / 10**7, int: number, bool: bool(number % 2), str: str(number),
            date: date.fromordinal(730_000 + number % 9_999), datetime: datetime(2026, 1, 1)}  # fmt: skip
    return next(made[each] for each in kinds if each in made)


class TestSums:
    """Sums stand there over at least three deals, and else the reason."""

    def test_fewer_than_three_wins_are_not_added_up(self, tmp_path: Path) -> None:
        told = words(team_pages(large(), tmp_path / "four")[NORTH])
        assert "$420K of $600K won; $180K to go in 6 weeks." in told
        few = words(team_pages(large(counted_won_count=2), tmp_path / "two")[NORTH])
        assert "$420K" not in few
        assert "$180K" not in few
        assert "85%" not in few, "of the quota still open, which would tell the same"
        assert "The quota is $600K. What is won of it is left out: fewer than 3 deals stand behind it" in few
        assert "The chance of making it is 8 in 10." in few
        none = words(team_pages(large(counted_won_count=0, won_amount=0), tmp_path / "none")[NORTH])
        assert "$0 of $600K won" in none

    @pytest.mark.parametrize(
        ("zones", "said"),
        [
            (["clear"] * 3 + ["walk"] * 3, ["below the floor 3 deals · $69K", "above the line 3 deals · $60K"]),
            (["clear"] * 3 + ["walk"] * 2, ["below the floor 2 deals above the line 3 deals In all 5 deals · $105K"]),
            (["clear"] * 2, ["above the line 2 deals Money of each kind is left out"]),
        ],
        ids=["enough of each", "too few of one", "too few in all"],
    )  # fmt: skip
    def test_money_of_a_zone(self, zones: list[str], said: list[str], tmp_path: Path) -> None:
        told = words(
            team_pages(with_deals(zones, [money(19_000 + 1_000 * n) for n in range(len(zones))]), tmp_path)[NORTH]
        )
        for sentence in said:
            assert sentence in told
        assert ("sums would tell of single ones" in told) == (min(map(zones.count, zones)) < 3)

    @given(amounts=st.lists(st.integers(min_value=1, max_value=10**6).map(Decimal), min_size=5, max_size=5))
    @given_settings(max_examples=6, deadline=None, phases=[Phase.generate])
    def test_of_single_deals_nothing_is_told_but_the_sum(self, amounts: list[Decimal]) -> None:
        zones = ["clear", "clear", "clear", "walk", "walk"]
        even = [sum(amounts, Decimal(0)) - 4, *[Decimal(1)] * 4]
        with TemporaryDirectory() as folder:
            told = team_pages(with_deals(zones, amounts), Path(folder) / "told")
            assert team_pages(with_deals(zones, even), Path(folder) / "even") == told

    def test_figures_of_fewer_than_five_people_are_left_out_and_that_is_said(self, tmp_path: Path) -> None:
        told = words(team_pages(large(quota_missing_rep_count=2), tmp_path)[NORTH])
        assert "fewer than 5 people with a quota stand behind them" in told
        for said in ("$600K", "in 10", "scorecard", "concessions"):
            assert said not in told.partition("How to read this page")[0]
        assert "2 of 4 open deals have slipped under the price where we said we would walk" in told


def with_deals(zones: Sequence[str], amounts: Sequence[Decimal]) -> Warehouse:
    """The sample with these open deals of team North and no others."""
    warehouse = large()
    warehouse.connection.execute("delete from scores.deal_positions")
    for number, (zone, amount) in enumerate(zip(zones, amounts, strict=True)):
        row = deal(f"D{number}", "R1", f"Deal {number}", zone=zone, amount=amount, counted_amount=amount)
        warehouse.add("scores.deal_positions", **row)
    return warehouse
