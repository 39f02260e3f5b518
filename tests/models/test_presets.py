"""Whether a line was set before the talks began, and whether it was lowered since: 03-metrics.md, section 2."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.models.cases import side_by_side, told
from tests.models.policies import COST, MARKUP
from tests.models.world import EVER, World, deal, one, world

POINT = {"opportunity_id": "d1", "threshold_amount": 100}


PRESETS: list[tuple[str, dict[str, Any], dict[str, Any], bool | None]] = [
    (
        "a point set before negotiation began",
        {
            "walk_away_points": [{**POINT, "set_at": "2026-06-01 00:00:00"}],
            "opportunity_changes": [
                {"opportunity_id": "d1", "changed_at": "2026-06-10 00:00:00", "field": "stage", "old_value": "Proposal", "new_value": "Negotiation"}
            ],
        },
        {},
        True,
    ),
    (
        "a point set afterwards",
        {
            "walk_away_points": [{**POINT, "set_at": "2026-06-11 00:00:00"}],
            "opportunity_changes": [
                {"opportunity_id": "d1", "changed_at": "2026-06-10 00:00:00", "field": "stage", "old_value": "Proposal", "new_value": "Negotiation"}
            ],
        },
        {},
        False,
    ),
    (
        "the first buyer offer begins it too",
        {
            "walk_away_points": [{**POINT, "set_at": "2026-06-05 00:00:00"}],
            "offers": [{"opportunity_id": "d1", "offered_at": "2026-06-01 00:00:00", "side": "buyer", "amount": 90}],
        },
        {},
        False,
    ),
    ("the beginning is unknown", {"walk_away_points": [{**POINT, "set_at": "2026-06-11 00:00:00"}]}, {}, None),
    (
        "cost and cell were known before",
        {"offers": [{"opportunity_id": "d1", "offered_at": "2026-06-01 00:00:00", "side": "buyer", "amount": 90}]},
        COST,
        True,
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def begun() -> World:
    cases = {
        title: {"opportunities": [deal("d1", amount=120, **columns)], **tables} for title, tables, columns, _ in PRESETS
    }
    return world(side_by_side(cases), settings=MARKUP)


@pytest.mark.parametrize(("title", "preset"), [(title, preset) for title, *_, preset in PRESETS])
def test_whether_the_line_was_set_before_negotiation(begun: World, title: str, preset: bool | None) -> None:
    assert [row["is_preset"] for row in told(begun, "marts.deal_positions", title)] == [preset]


def test_a_line_lowered_during_negotiation_is_a_finding() -> None:
    built = world(
        {
            "opportunities": [deal("d1", amount=120)],
            "offers": [{"opportunity_id": "d1", "offered_at": "2026-06-01 00:00:00", "side": "buyer", "amount": 90}],
            "walk_away_points": [
                {**POINT, "set_at": "2026-05-20 00:00:00"},
                {**POINT, "set_at": "2026-06-20 00:00:00", "threshold_amount": 92},
            ],
        }
    )

    found = one(built, "select drift_count, drift_amount, lead_days from working.negotiation_starts")
    assert found == {"drift_count": 1, "drift_amount": Decimal(8), "lead_days": 12}
    assert one(built, "select code from marts.findings where code like 'walk%'") == {"code": "walk_away_point_lowered"}


def test_a_point_and_an_offer_without_a_currency_are_in_that_of_the_deal_even_where_it_is_not_told() -> None:
    """Another deal names a currency, so this one's is unknown; its price and its line are comparable all the same."""
    built = world({
        "opportunities": [deal("d1", amount=120), deal("d2", currency="USD")],
        "walk_away_points": [{**POINT, "set_at": "2026-06-01 00:00:00"}],
        "offers": [{"opportunity_id": "d1", "offered_at": "2026-08-01 10:00:00", "side": "seller", "amount": 90}],
    })  # fmt: skip

    assert one(built, "select floor_source, zone from marts.deal_positions where opportunity_id = 'd1'") == {
        "floor_source": "point", "zone": "approval",
    }  # fmt: skip


BID = {"opportunity_id": "d1", "offered_at": "2026-07-25 01:00:00", "side": "buyer", "amount": 90}
TWO_POLICIES = (
    MARKUP
    + """
[[policy.cells]]
valid_from = {later}
minimum = 0.30
target = 0.50
"""
)


@pytest.mark.parametrize(
    ("title", "settings", "tables"),
    [
        ("an earlier policy was some threshold too", TWO_POLICIES.format(later="2026-08-01"), {}),
        ("a cost with its cell was one before the point was set", MARKUP, {"walk_away_points": [{**POINT, "set_at": "2026-08-01 00:00:00"}]}),
    ],
)  # fmt: skip
def test_some_threshold_before_negotiation_is_enough(title: str, settings: str, tables: dict[str, Any]) -> None:
    opportunities = [deal("d1", amount=120, **COST)]
    built = world({"opportunities": opportunities, "offers": [BID], **tables}, settings=settings)

    assert one(built, "select is_preset from marts.deal_positions")["is_preset"] is True, title


@pytest.mark.parametrize(("first_day", "preset"), [(None, True), ("2026-07-01", True), ("2026-08-01", False)])
def test_a_cost_of_the_product_is_a_line_from_its_first_day(first_day: str | None, preset: bool) -> None:
    product = {"product": "P", "valid_from": first_day, "direct_cost": 80, "version_from_at": EVER}
    built = world(
        {"opportunities": [deal("d1", amount=120, product="P")], "offers": [BID], "products": [product]},
        settings=MARKUP,
    )

    assert one(built, "select floor_source, is_preset from marts.deal_positions") == {
        "floor_source": "product_cost", "is_preset": preset,
    }  # fmt: skip


@pytest.mark.parametrize(("zone", "preset"), [("Asia/Tokyo", True), ("America/New_York", False)])
def test_the_first_day_of_a_policy_begins_in_the_zone_of_the_workspace(zone: str, preset: bool) -> None:
    """01:00 UTC on the 25th is the 25th in Tokyo and still the 24th in New York."""
    settings = MARKUP.replace("minimum = 0.20", "valid_from = 2026-07-25\nminimum = 0.20")
    built = world(
        {"opportunities": [deal("d1", amount=120, **COST)], "offers": [BID]},
        settings=settings + f'[workspace]\ntime_zone = "{zone}"\n',
    )

    assert one(built, "select is_preset from marts.deal_positions")["is_preset"] is preset


def test_a_deal_that_was_first_seen_in_negotiation_began_it_at_an_unknown_time() -> None:
    versions = [deal("d1", modified_at="2026-06-01 12:00:00"), deal("d1", amount=120)]
    built = world({
        "opportunities": versions,
        "walk_away_points": [{**POINT, "set_at": "2026-07-01 00:00:00"}],
    })  # fmt: skip

    assert one(built, "select is_preset from marts.deal_positions")["is_preset"] is None
