"""Floors, thresholds and zones: 03-metrics.md, sections 2 and 10."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from tests.models.cases import side_by_side, told
from tests.models.policies import COST, LIST, MARGIN, MARKUP
from tests.models.world import CALENDAR, World, deal, one, rows, world


def position(settings: str, tables: dict[str, Any] | None = None, **columns: Any) -> dict[str, Any]:
    built = world({"opportunities": [deal("d1", **columns)], **(tables or {})}, settings=settings)
    return one(built, "select * from marts.deal_positions")


def of_case(built: World, case: str) -> dict[str, Any]:
    [found] = told(built, "marts.deal_positions", case)
    return found


PRICES = [
    ("125.99", "walk", -0.1112),
    ("126.00", "approval", -0.1111),
    ("140", "approval", -0.0123),
    ("141.74", "approval", -0.0001),
    ("141.75", "clear", 0.0),
    ("145", "clear", 0.0229),
    ("155", "clear", 0.0935),
]


@pytest.fixture(scope="module")
def priced() -> World:
    cases = {price: {"opportunities": [deal("d1", amount=price, **COST)]} for price, *_ in PRICES}
    return world(side_by_side(cases), settings=MARKUP)


@pytest.mark.parametrize(("price", "zone", "buffer_ratio"), PRICES)
def test_a_price_against_cost_105_with_20_and_35_percent_markup(
    priced: World, price: str, zone: str, buffer_ratio: float
) -> None:
    found = of_case(priced, price)

    assert (found["floor_amount"], found["threshold_amount"]) == (Decimal(126), Decimal("141.75"))
    assert (found["zone"], round(found["buffer_ratio"], 4)) == (zone, buffer_ratio)
    assert found["floor_source"] == "cost"


def test_the_same_percentages_as_margin_on_price_give_another_line() -> None:
    found = position(MARGIN, amount=155, **COST)

    assert (found["floor_amount"], round(found["threshold_amount"], 2)) == (
        Decimal("131.25"),
        Decimal("161.54"),
    )
    assert found["zone"] == "approval"


def test_a_margin_on_price_is_compared_without_rounding() -> None:
    settings = MARGIN.replace("0.35", "0.30").replace("0.20", "0.10")
    exact = position(settings, amount=150, direct_cost=105, allocated_overhead=0)
    short = position(settings, amount="149.9999", direct_cost=105, allocated_overhead=0)

    assert (exact["zone"], short["zone"]) == ("clear", "approval")


SOURCES: list[tuple[str, str, dict[str, Any], dict[str, Any], str | None, Any, Any]] = [
    (
        "a walk-away point wins over costs, the latest one set",
        MARKUP,
        {
            "walk_away_points": [
                {
                    "opportunity_id": "d1",
                    "set_at": "2026-06-01 00:00:00",
                    "floor_amount": 90,
                    "threshold_amount": 95,
                },
                {
                    "opportunity_id": "d1",
                    "set_at": "2026-07-01 00:00:00",
                    "floor_amount": 91,
                    "threshold_amount": 96,
                },
                {
                    "opportunity_id": "d1",
                    "set_at": "2026-09-01 00:00:00",
                    "floor_amount": 1,
                    "threshold_amount": 2,
                },
            ]
        },
        COST,
        "point",
        91,
        96,
    ),
    (
        "a threshold may stand without a floor",
        MARKUP,
        {
            "walk_away_points": [
                {"opportunity_id": "d1", "set_at": "2026-06-01 00:00:00", "threshold_amount": 95},
            ]
        },
        COST,
        "point",
        None,
        95,
    ),
    (
        "without own cost the product's cost is used",
        MARKUP,
        {"products": [{"product": "Rig", "list_amount": 200, "direct_cost": 100}]},
        {"product": "Rig"},
        "product_cost",
        120,
        135,
    ),
    ("without costs the list policy is used", LIST, {}, {"list_amount": 200}, "list", 130, 160),
    (
        "the product's list price stands in for the deal's",
        LIST,
        {"products": [{"product": "Rig", "list_amount": 100, "direct_cost": None}]},
        {"product": "Rig"},
        "list",
        65,
        80,
    ),
    ("with neither there is no line", LIST, {}, {}, None, None, None),
    ("costs without a margin basis give no line", LIST, {}, COST, None, None, None),
]


@cache
def lined(settings: str) -> World:
    cases = {
        title: {"opportunities": [deal("d1", amount=100, **columns)], **tables}
        for title, policy, tables, columns, *_ in SOURCES
        if policy == settings
    }
    return world(side_by_side(cases), settings=settings)


@pytest.mark.parametrize(
    ("title", "settings", "source", "floor", "threshold"), [(*case[:2], *case[4:]) for case in SOURCES]
)
def test_where_the_line_comes_from(
    title: str,
    settings: str,
    source: str | None,
    floor: Any,
    threshold: Any,
) -> None:
    found = of_case(lined(settings), title)

    assert (found["floor_source"], found["floor_amount"], found["threshold_amount"]) == (
        source,
        floor,
        threshold,
    ), title
    assert (found["zone"] is None) == (threshold is None), title


def test_below_a_threshold_without_a_floor_is_approval() -> None:
    points = [{"opportunity_id": "d1", "set_at": "2026-06-01 00:00:00", "threshold_amount": 95}]

    assert position(CALENDAR, {"walk_away_points": points}, amount=1)["zone"] == "approval"


CELLS = (
    CALENDAR
    + """
[policy]
margin_basis = "markup_on_cost"
[[policy.cells]]
minimum = 0.10
target = 0.20
[[policy.cells]]
segment = "enterprise"
min_amount = 0
max_amount = 1000
minimum = 0.30
target = 0.40
[[policy.cells]]
segment = "enterprise"
min_amount = 1000
minimum = 0.50
target = 0.60
[[policy.cells]]
segment = "enterprise"
min_amount = 1000
minimum = 0.70
target = 0.80
valid_from = 2026-08-01
"""
)


CELL_CASES: list[tuple[str, dict[str, Any], int]] = [
    ("no segment: the general cell", {}, 120),
    ("a named segment wins", {"segment": "enterprise", "list_amount": 999}, 140),
    (
        "a band includes its lower end; a later policy replaces an earlier one",
        {"segment": "enterprise", "list_amount": 1000},
        180,
    ),
    ("another segment falls to the general cell", {"segment": "smb", "list_amount": 1000}, 120),
]


@pytest.fixture(scope="module")
def celled() -> World:
    cases = {title: {"opportunities": [deal("d1", direct_cost=100, **columns)]} for title, columns, _ in CELL_CASES}
    return world(side_by_side(cases), settings=CELLS)


@pytest.mark.parametrize(("title", "threshold"), [(title, threshold) for title, _, threshold in CELL_CASES])
def test_which_policy_cell_applies(celled: World, title: str, threshold: int) -> None:
    assert of_case(celled, title)["threshold_amount"] == threshold


def test_a_closed_deal_keeps_the_policy_of_its_closing() -> None:
    won = deal(
        "d1",
        segment="enterprise",
        list_amount=1000,
        direct_cost=100,
        amount=170,
        stage="Closed Won",
        closed_at="2026-07-20 12:00:00",
    )
    built = world({"opportunities": [won]}, settings=CELLS)

    assert one(built, "select threshold_amount, zone from staging.deals") == {
        "threshold_amount": Decimal(160), "zone": "clear",
    }  # fmt: skip


def test_the_price_of_an_open_deal_is_its_latest_seller_offer() -> None:
    offers = [
        {"opportunity_id": "d1", "offered_at": "2026-08-01 10:00:00", "side": "seller", "amount": 150},
        {"opportunity_id": "d1", "offered_at": "2026-08-02 10:00:00", "side": "buyer", "amount": 120},
        {"opportunity_id": "d1", "offered_at": "2026-08-03 10:00:00", "side": "seller", "amount": 140},
        {"opportunity_id": "d1", "offered_at": "2026-08-20 10:00:00", "side": "seller", "amount": 100},
    ]
    built = world({"opportunities": [deal("d1", amount=155, **COST)], "offers": offers}, settings=MARKUP)

    assert one(built, "select price_amount, zone, missing_approvals from marts.deal_positions") == {
        "price_amount": Decimal(140), "zone": "approval", "missing_approvals": "price:vp",
    }  # fmt: skip
    assert [found["code"] for found in rows(built, "select code from marts.findings")].count(
        "price_differs_from_amount"
    ) == 1


CORRIDORS = [
    ("halfway between the line and list", 183.5, 0.5),
    ("list is the line", 141.75, None),
    ("list is below the line", 120, None),
    ("no list", None, None),
]


@pytest.fixture(scope="module")
def listed() -> World:
    cases = {
        title: {"opportunities": [deal("d1", amount=162.625, list_amount=list_amount, **COST)]}
        for title, list_amount, _ in CORRIDORS
    }
    return world(side_by_side(cases), settings=MARKUP)


@pytest.mark.parametrize(("title", "share"), [(title, share) for title, _, share in CORRIDORS])
def test_where_a_price_stands_between_line_and_list(listed: World, title: str, share: float | None) -> None:
    assert of_case(listed, title)["corridor_share"] == share
