"""Quarter end, expected discounts, crossings, discounts that were not needed (03-metrics.md, section 6)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.models.world import CALENDAR, World, deal, one, quota, rows, world

FEW = "\n[discounts]\nmin_deals = 2\n"
POINT = {"set_at": "2026-05-02 00:00:00", "threshold_amount": 80}


def won(opportunity_id: str, amount: float, closed_on: str = "2026-07-20", **columns: Any) -> dict[str, Any]:
    """A won deal of rep r1 with a list amount of 100."""
    closing = {"stage": "Closed Won", "closed_at": f"{closed_on} 12:00:00", "close_on": closed_on}
    return deal(opportunity_id, amount=amount, list_amount=100, **closing, **columns)


def test_expected_is_what_the_segment_and_size_usually_have() -> None:
    deals = [
        won("d1", 90),
        won("d2", 80, "2026-07-02"),
        won("d3", 50, segment="retail"),
        won("d4", 70, segment="retail"),
    ]
    built = world({"opportunities": deals}, settings=CALENDAR + FEW)
    found = rows(built, "select * from marts.quarter_end order by week_number")

    assert [row["week_number"] for row in found] == [1, 3]
    assert [row["discount_ratio"] for row in found] == pytest.approx([0.2, 0.3])
    assert [row["expected_discount_ratio"] for row in found] == pytest.approx([0.15, (0.15 + 0.4 + 0.4) / 3])


@pytest.mark.parametrize(
    ("title", "min_deals", "source", "expected"),
    [
        ("enough in the cell", 1, "cell", 0.5),
        ("else the segment", 2, "segment", 1 - 1050 / 20100),
        ("else all", 3, "company", 1 - 1150 / 20200),
    ],
)
def test_a_thin_cell_takes_the_next_larger_pool(title: str, min_deals: int, source: str, expected: float) -> None:
    other = won("d2", 1000, segment="a") | {"list_amount": 20000}
    built = world(
        {"opportunities": [won("d1", 50, segment="a"), other, won("d3", 100, segment="b")]},
        settings=CALENDAR + f"\n[discounts]\nmin_deals = {min_deals}\n",
    )
    cell = one(built, "select * from working.expected_discounts where segment = 'a' and size_band = 1")

    assert (cell["expected_source"], cell["expected_discount_ratio"]) == (source, pytest.approx(expected)), title


def test_too_few_wins_give_no_expectation() -> None:
    built = world({"opportunities": [won("d1", 90)]})

    assert one(built, "select * from marts.quarter_end")["expected_discount_ratio"] is None
    assert rows(built, "select * from marts.unneeded_discounts") == []


CROSSINGS = [
    ("the deal that reaches the quota, below its threshold", [60, 70], 120, 1),
    ("it reaches it to the cent", [60, 70], 130, 1),
    ("the quota was made before", [90, 70], 90, 0),
    ("the quota is still open", [60, 70], 131, 0),
    ("a deal above its threshold crossed", [70, 90], 120, 0),
    ("nobody told a quota of this rep", [60, 70], None, 0),
]


@pytest.fixture(scope="module")
def crossed() -> World:
    """Every case as a rep who won two deals of July, one after the other."""
    deals = [
        won(f"{title} {place}", amount, f"2026-07-{10 * place}", rep_id=title)
        for title, amounts, *_ in CROSSINGS for place, amount in enumerate(amounts, start=1)
    ]  # fmt: skip
    points = [POINT | {"opportunity_id": row["opportunity_id"]} for row in deals]
    quotas = [quota(amount, rep_id=title) for title, _, amount, _ in CROSSINGS if amount]
    return world({"opportunities": deals, "walk_away_points": points, "quotas": quotas})


@pytest.mark.parametrize(("title", "crossings"), [(case[0], case[3]) for case in CROSSINGS])
def test_a_crossing_is_the_deal_below_its_threshold_that_carried_the_rep_over_quota(
    crossed: World, title: str, crossings: int
) -> None:
    query = "select count(*) as n from working.won_prices where is_below_threshold and is_crossing and rep_id = ?"

    assert crossed.execute(query, [title]).fetchone() == (crossings,)


def test_crossings_are_counted_by_week(crossed: World) -> None:
    found = rows(crossed, "select week_number, crossing_count from marts.quarter_end order by week_number")

    assert found == [{"week_number": 2, "crossing_count": 0}, {"week_number": 3, "crossing_count": 2}]


def test_without_quotas_crossings_are_unknown() -> None:
    built = world({"opportunities": [won("d1", 70)], "walk_away_points": [POINT | {"opportunity_id": "d1"}]})

    assert one(built, "select * from marts.quarter_end")["crossing_count"] is None


def test_a_quarter_of_an_earlier_year_quota_is_crossed_too() -> None:
    early = won("d1", 70, "2026-02-10", created_at="2026-01-05 12:00:00")
    points = [POINT | {"opportunity_id": "d1", "set_at": "2026-01-06 00:00:00"}]
    year = {"rep_id": "r1", "period_start_on": "2026-01-01", "period": "year", "quota_amount": 280}
    built = world({"opportunities": [early], "walk_away_points": points, "quotas": [year]})

    assert one(built, "select * from marts.quarter_end")["crossing_count"] == 1


def scored(built: World, opportunity_id: str) -> dict[str, Any]:
    return one(built, f"select * from marts.unneeded_discounts where opportunity_id = '{opportunity_id}'")


STARTED = {"opportunity_id": "d1", "offered_at": "2026-07-08 09:00:00", "side": "buyer", "amount": 60}


@pytest.mark.parametrize(
    ("title", "quota_amount", "weeks", "unneeded", "pressure"),
    [
        ("a safe quarter: it was not needed", 1, [date(2026, 7, 6)], 1, 0),
        ("under pressure", 100000, [date(2026, 7, 6)], 0, 1),
        ("no week was scored at the start", 1, [], None, None),
        ("the week was scored too long before", 1, [date(2026, 6, 24)], None, None),
    ],
)
def test_a_discount_below_the_expected_price_is_judged_by_how_safe_the_quarter_was(
    title: str, quota_amount: float, weeks: list[date], unneeded: int | None, pressure: int | None
) -> None:
    others = [won("d2", 100, "2026-07-02"), won("d3", 85, "2026-07-02")]
    seen = {"opportunity_id": "d1", "amount": 75, "close_on": "2026-07-20", "rep_id": "r1"}
    snapshots = [
        seen | {"changed_at": "2026-05-10 12:00:00", "stage": "Prospecting"},
        seen | {"changed_at": "2026-06-20 12:00:00", "stage": "Qualified"},
    ]
    tables = {
        "opportunities": [won("d1", 75), *others],
        "opportunity_snapshots": snapshots,
        "offers": [STARTED],
        "quotas": [quota(quota_amount), quota(quota_amount, period_start_on="2026-04-01")],
    }
    settings = CALENDAR + "\n[discounts]\nmin_deals = 3\n"
    built = world(tables, settings=settings, as_of=[*weeks, date(2026, 8, 15)])
    found = scored(built, "d1")

    assert round(found["expected_price_amount"], 2) == Decimal("86.67")
    assert found["discount_amount"] == found["expected_price_amount"] - 75
    for name, share in (("unneeded", unneeded), ("pressure", pressure)):
        assert found[f"{name}_discount_amount"] == (None if share is None else share * found["discount_amount"]), title


def test_the_lines_of_the_process() -> None:
    lost = deal("d3", stage="Closed Lost", closed_at="2026-07-21 12:00:00", close_on="2026-07-21")
    last = won("d2", 60, "2026-06-30", rep_id="r2")
    offers = [
        {"opportunity_id": "d1", "offered_at": datetime(2026, 7, day), "side": "seller", "amount": amount}
        for day, amount in ((1, 100), (2, 95), (3, 90))
    ]
    built = world({"opportunities": [won("d1", 90), last, lost], "offers": offers})
    before, running = rows(built, "select * from marts.process_lines order by quarter_start_on")

    assert (running["decided_count"], running["won_count"], running["bids_per_win_ratio"]) == (2, 1, 2)
    assert (running["median_cycle_days"], running["discount_ratio"]) == (80, pytest.approx(0.1))
    assert (running["priced_count"], running["concession_count"], running["concessions_per_deal_ratio"]) == (1, 2, 2)
    assert (running["rep_count"], running["won_per_rep_amount"]) == (1, 90)
    assert (before["quarter_end_amount_share"], before["last_day_amount_share"], before["last_day_won_count"]) == (1, 1, 1)  # fmt: skip
