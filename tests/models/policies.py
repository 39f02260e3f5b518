"""Policies on cost and on list prices, and a cost to hold against them."""

from __future__ import annotations

from tests.models.world import CALENDAR

MARKUP = (
    CALENDAR
    + """
[policy]
margin_basis = "markup_on_cost"
[[policy.cells]]
minimum = 0.20
target = 0.35
"""
)
MARGIN = MARKUP.replace("markup_on_cost", "margin_on_price")
LIST = (
    CALENDAR
    + """
[[policy.cells]]
minimum_price_share = 0.65
target_price_share = 0.80
"""
)
COST = {"direct_cost": 80, "allocated_overhead": 25}
