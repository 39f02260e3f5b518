"""BATNA strength and the drivers beside it: 03-metrics.md, sections 3 and 10."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jobs.weeks import start_of
from tests.models.cases import side_by_side, told
from tests.models.world import CALENDAR, World, deal, one, quota, rows, world


def card(deals: list[dict[str, Any]], quotas: list[dict[str, Any]], **options: Any) -> dict[str, Any]:
    built = world({"opportunities": deals, "quotas": quotas}, **options)
    return one(built, "select * from marts.rep_scorecard where rep_id = 'r1'")


def halves(count: int = 5, **columns: Any) -> list[dict[str, Any]]:
    return [deal(f"d{number}", probability=0.5, **columns) for number in range(count)]


def test_five_even_deals_of_which_any_two_make_the_quarter() -> None:
    found = card(halves(), [quota(100)])

    assert (found["attainment_probability"], found["batna_strength"]) == (0.8125, 68.75)
    assert (found["covering_pair_share"], found["smallest_covering_count"]) == (1.0, 2)
    assert (found["batna_basis"], found["is_exact"], found["qualified_count"]) == ("table", True, 5)


def test_each_deal_shows_the_quarter_without_it_and_with_it_won() -> None:
    built = world({"opportunities": halves(), "quotas": [quota(100)]})
    found = rows(built, "select * from marts.deal_positions")

    assert {(p["attainment_without_probability"], p["attainment_if_won_probability"]) for p in found} == {
        (0.6875, 0.9375)
    }
    assert {p["loss_if_gone_amount"] for p in found} == {Decimal("7.8125")}
    assert {round(p["surviving_share"], 6) for p in found} == {round(81.25 / 89.0625, 6)}
    assert {p["comparable_count"] for p in found} == {4}


def test_one_deal_that_everything_hangs_on() -> None:
    found = card(halves(1, amount=100), [quota(100)])

    assert (found["attainment_probability"], found["batna_strength"], found["surviving_share"]) == (0.5, 0, 0)


COUNTED: list[tuple[str, list[dict[str, Any]], list[dict[str, Any]], dict[str, Any]]] = [
    (
        "a quarter that is made",
        [*halves(2), deal("w", stage="Closed Won", amount=120, closed_at="2026-07-20 12:00:00")],
        [quota(100)],
        {"attainment_probability": 1, "batna_strength": 100, "surviving_share": 1, "gap_amount": -20,
         "smallest_covering_count": 0, "covering_pair_share": 1, "pipeline_cover_ratio": None, "top_deal_gap_share": None},
    ),
    ("no candidate", [deal("d1", stage="Prospecting", probability=0.5)], [quota(100)],
     {"batna_basis": "none", "batna_strength": 0, "attainment_probability": 0, "surviving_share": None, "qualified_count": 0}),
    ("none at the table: all candidates", halves(stage="Proposal"), [quota(100)],
     {"batna_basis": "pipeline", "batna_strength": 68.75, "table_count": 0, "buffer_coverage_share": None}),
    ("no quota", halves(), [], {"batna_strength": None, "quota_amount": None, "attainment_probability": None, "has_quota": False}),
    ("a quota of nothing is no quota", halves(), [quota(0)], {"batna_strength": None, "quota_amount": None}),
    ("a quota in a currency without a rate", halves(), [quota(100, currency="JPY")], {"batna_strength": None}),
    ("months make a quarter", halves(), [quota(30, period="month"), quota(70, period="month", period_start_on="2026-08-01")],
     {"quota_amount": 100, "batna_strength": 68.75}),
    ("a year is four quarters", halves(), [quota(400, period="year", period_start_on="2026-01-01")], {"quota_amount": 100}),
    ("probabilities of 0 and 1 are held to .01 and .99", [deal("d1", amount=100, probability=1), deal("d2", amount=1, probability=0)],
     [quota(100)], {"attainment_probability": 0.99}),
    ("negative amounts and missing ones do not count", [*halves(2), deal("n", amount=-5), deal("m", amount=None)], [quota(100)],
     {"qualified_count": 2, "missing_amount_count": 2, "attainment_probability": 0.25}),
    ("a renewal does not count", [*halves(1), deal("r", deal_type="Renewal", probability=0.5)], [quota(50)], {"qualified_count": 1}),
    ("a deal 15 days overdue does not count, one 14 days overdue does",
     [*halves(1, close_on="2026-07-31"), deal("d9", close_on="2026-08-01", probability=0.5)], [quota(50)], {"qualified_count": 1}),
    ("nothing can be won after the last day", halves(close_on="2026-06-30"), [quota(100, period_start_on="2026-04-01")],
     {}),
]  # fmt: skip


@pytest.fixture(scope="module")
def counted() -> World:
    cases = {title: {"opportunities": deals, "quotas": quotas} for title, deals, quotas, _ in COUNTED}
    return world(side_by_side(cases))


@pytest.mark.parametrize(("title", "expected"), [(title, expected) for title, *_, expected in COUNTED])
def test_what_counts(counted: World, title: str, expected: dict[str, Any]) -> None:
    [found] = told(counted, "marts.rep_scorecard", title, "rep_id")

    assert {name: found[name] for name in expected} == expected


def test_on_the_last_day_of_the_quarter_every_probability_is_zero() -> None:
    found = card(halves(close_on="2026-09-30"), [quota(100)], as_of=[date(2026, 9, 30)])

    assert (found["attainment_probability"], found["weeks_left"]) == (0, 0)


SOURCES: list[tuple[str, dict[str, Any], float, str]] = [
    ("the CRM's own, inside the quarter", {"probability": 0.3}, 0.3, "crm_capped"),
    ("overdue counts as inside", {"probability": 0.3, "close_on": "2026-08-10"}, 0.3, "crm_capped"),
    ("outside the quarter", {"probability": 0.3, "close_on": "2026-10-01"}, 0.05, "crm_capped"),
    ("the phase's default, inside", {}, 0.55, "phase_default"),
    ("the phase's default, outside", {"close_on": "2026-10-01"}, 0.10, "phase_default"),
]


@pytest.fixture(scope="module")
def sourced() -> World:
    cases = {
        title: {"opportunities": [deal("d1", **columns)], "quotas": [quota(100)]} for title, columns, *_ in SOURCES
    }
    return world(side_by_side(cases))


@pytest.mark.parametrize(("title", "probability", "source"), [(case[0], *case[2:]) for case in SOURCES])
def test_where_a_probability_comes_from(sourced: World, title: str, probability: float, source: str) -> None:
    [found] = told(sourced, "marts.deal_positions", title)

    assert (found["win_probability"], found["probability_source"]) == (probability, source)


def history(opportunity_id: str, *stages: tuple[str, str]) -> list[dict[str, Any]]:
    return [
        {"opportunity_id": opportunity_id, "changed_at": f"{day} 09:00:00", "stage": stage, "amount": 50}
        for day, stage in stages
    ]


def test_a_probability_is_capped_by_what_the_phase_ever_won() -> None:
    closed = [
        deal(
            f"c{number}",
            stage="Closed Won" if number < 10 else "Closed Lost",
            closed_at="2026-05-20 12:00:00",
        )
        for number in range(100)
    ]
    seen = [row for number in range(100) for row in history(f"c{number}", ("2026-05-02", "Negotiation"))]
    built = world({"opportunities": [deal("d1", probability=0.9), *closed], "opportunity_snapshots": seen})

    assert one(built, "select win_probability from staging.open_deals") == {"win_probability": 0.1}


def test_a_deal_without_a_sign_of_life_for_sixty_days_does_not_count() -> None:
    moved = [*history("d1", ("2026-05-02", "Negotiation")), *history("d2", ("2026-07-02", "Negotiation"))]
    built = world({"opportunities": [deal("d1"), deal("d2")], "opportunity_snapshots": moved})
    found = rows(built, "select opportunity_id, candidate_reason from marts.deal_positions order by 1")

    assert [p["candidate_reason"] for p in found] == ["not_live", None]


def test_a_pushed_date_is_no_sign_of_life() -> None:
    moved = [
        {
            "opportunity_id": "d1",
            "changed_at": f"{day} 09:00:00",
            "stage": "Negotiation",
            "amount": 50,
            "close_on": close_on,
        }
        for day, close_on in (("2026-05-02", "2026-06-30"), ("2026-08-01", "2026-09-15"))
    ]
    built = world({"opportunities": [deal("d1")], "opportunity_snapshots": moved})
    found = one(built, "select candidate_reason, push_count, push_days from marts.deal_positions")

    assert found == {"candidate_reason": "not_live", "push_count": 1, "push_days": 77}


def test_a_shared_deal_is_counted_once_for_the_team_and_in_shares_for_its_reps() -> None:
    built = world(
        {
            "opportunities": [deal("d1", amount=100, probability=0.5)],
            "quotas": [quota(60), quota(40, "r2")],
            "credits": [
                {"opportunity_id": "d1", "rep_id": "r1", "share": 0.6},
                {"opportunity_id": "d1", "rep_id": "r2", "share": 0.4},
            ],
        }
    )
    found = {row["book_id"]: row["amount"] for row in rows(built, "select book_id, amount from scores.book_deals")}

    assert found == {"r1": 60, "r2": 40, "unassigned": 100, "company": 100}
    assert one(built, "select attainment_probability from marts.company_week")["attainment_probability"] == 0.5


def test_deals_of_reps_without_a_quota_stay_outside_the_team() -> None:
    built = world(
        {
            "opportunities": [*halves(), deal("x", rep_id="r2", amount=1000, probability=0.9)],
            "quotas": [quota(100)],
        }
    )
    team = one(built, "select * from marts.team_scorecard")

    assert (team["batna_strength"], team["rep_count"], team["quota_missing_rep_count"]) == (68.75, 2, 1)


def test_a_team_says_how_many_deals_its_won_money_is_of() -> None:
    day = {"stage": "Closed Won", "closed_at": "2026-07-20 12:00:00"}
    won = [deal("w1", amount=10, **day), deal("w2", amount=10, **day), deal("w3", rep_id="r2", amount=1000, **day),
           deal("w4", amount=10, deal_type="Renewal", **day)]  # fmt: skip
    query = "select won_amount, won_count, counted_won_count from marts.team_scorecard"

    with_quota = one(world({"opportunities": won, "quotas": [quota(100)]}), query)
    assert with_quota == {"won_amount": 20, "won_count": 4, "counted_won_count": 2}
    without = one(world({"opportunities": won}), query)
    assert without == {"won_amount": 1020, "won_count": 4, "counted_won_count": 3}


def test_a_new_reps_band_is_withheld_for_ramping() -> None:
    reps = [{"rep_id": "r1", "rep_name": "Ann", "started_on": "2026-04-01", "team": "North"}]
    built = world({"opportunities": halves(), "quotas": [quota(100)], "reps": reps})
    found = one(built, "select rep_name, team, batna_band, band_withheld_reason from marts.rep_scorecard")

    assert found == {
        "rep_name": "Ann",
        "team": "North",
        "batna_band": None,
        "band_withheld_reason": "ramping",
    }


def test_money_without_a_rate_is_counted_and_never_added() -> None:
    found = card([*halves(2, currency="USD"), deal("j", currency="JPY", amount=5000)], [quota(50)])

    assert (found["qualified_count"], found["candidate_amount"]) == (2, 100)


def test_money_is_added_up_at_the_rate_of_its_day() -> None:
    rates = [
        {"currency": "EUR", "valid_from": "2026-01-01", "rate_to_reporting": 1.5},
        {"currency": "EUR", "valid_from": "2026-08-01", "rate_to_reporting": 2},
    ]
    won = deal("w", currency="EUR", amount=10, stage="Closed Won", closed_at="2026-07-20 12:00:00")
    built = world({"opportunities": [*halves(2, currency="EUR"), won], "quotas": [quota(100)], "fx_rates": rates})
    found = one(built, "select won_amount, candidate_amount from marts.rep_scorecard")

    assert found == {"won_amount": 15, "candidate_amount": 200}


def test_with_a_common_factor_the_quarter_without_a_deal_is_less_certain() -> None:
    plain = card(halves(), [quota(100)])
    common = card(halves(), [quota(100)], settings=CALENDAR.replace("correlation = 0", "correlation = 0.3"))

    assert common["attainment_probability"] < plain["attainment_probability"]


def test_no_pipeline_covers_nothing_of_the_gap_and_one_deal_nothing_without_itself() -> None:
    names = ("pipeline_cover_ratio", "pipeline_cover_without_top_ratio")
    nothing = card([deal("d1", stage="Prospecting")], [quota(100)])
    single = card([deal("d1")], [quota(100)])

    assert [nothing[name] for name in names] == [0, 0]
    assert [single[name] for name in names] == [0.275, 0]


def test_a_corrected_quota_replaces_the_one_before_whatever_its_period() -> None:
    corrected = quota(30, period="month", version_from_at="2026-08-01 00:00:00")
    found = card(halves(), [quota(400, period="quarter"), corrected])

    assert found["quota_amount"] == 30


QUOTAS: list[tuple[str, list[dict[str, Any]], Any]] = [
    ("none at all", [], 120),
    ("a quota of nothing", [quota(0)], 120),
    ("a quota that cannot be converted stays unknown", [quota(5, currency="JPY")], None),
    ("a quota of one's own", [quota(100)], 100),
]


@pytest.fixture(scope="module")
def fallen_back() -> World:
    cases = {title: {"opportunities": halves(), "quotas": quotas} for title, quotas, _ in QUOTAS}
    return world(side_by_side(cases), settings=CALENDAR + "[quota]\nfallback = 120\n")


@pytest.mark.parametrize(("title", "expected"), [(title, expected) for title, _, expected in QUOTAS])
def test_the_quota_of_the_settings_stands_in_for_none(fallen_back: World, title: str, expected: Any) -> None:
    assert [row["quota_amount"] for row in told(fallen_back, "marts.rep_scorecard", title, "rep_id")] == [expected]


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/New_York"])
def test_sixty_days_without_a_sign_are_as_long_in_every_zone(zone: str) -> None:
    settings = CALENDAR + f'[workspace]\ntime_zone = "{zone}"\n'
    end = start_of(date(2026, 8, 16), ZoneInfo(zone))
    offers = [
        {"opportunity_id": name, "offered_at": end - timedelta(hours=hours), "side": "seller", "amount": 50}
        for name, hours in (("sixty days", 60 * 24), ("an hour more", 60 * 24 + 1))
    ]
    deals = [deal(offer["opportunity_id"]) for offer in offers]
    built = world({"opportunities": deals, "offers": offers}, settings=settings)

    live = rows(built, "select opportunity_id from marts.deal_positions where is_candidate")
    assert live == [{"opportunity_id": "sixty days"}]
