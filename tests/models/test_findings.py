"""Bad input that is loaded is counted, with ids, and named: each finding has one cause."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.models.cases import side_by_side
from tests.models.policies import COST
from tests.models.world import AS_OF, CALENDAR, deal, one, quota, rows, world

WON = {"stage": "Closed Won", "closed_at": "2026-07-20 12:00:00"}
FINE = {"quotas": [quota(100)]}
CONTEST = {"row_kind": "scorecard", "rep_id": "r1", "contested_at": "2026-08-01 10:00:00", "status": "open"}


FAULTS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("open_amount_missing", {"amount": None}, {}),
    ("amount_not_positive", {"amount": -5}, {}),
    ("closed_before_created", {"close_on": "2026-04-30"}, {}),
    ("stage_unmapped", {"stage": "Haggling"}, {}),
    ("created_at_missing", {"created_at": None}, {}),
    ("close_on_missing", {"close_on": None}, {}),
    ("state_unknown", {"version_from_at": "2026-09-01 00:00:00"}, {}),
    ("owner_missing", {"rep_id": None}, {}),
    ("owner_unknown", {}, {"reps": [{"rep_id": "r2", "rep_name": "Bo"}]}),
    ("probability_certain", {"probability": 1}, {}),
    ("probability_certain", {"probability": 0}, {}),
    ("currency_without_rate", {"currency": "JPY"}, {}),
    ("currency_not_iso", {"currency": "EURO"}, {"fx_rates": []}),
    ("offer_not_positive", {}, {"offers": [{"opportunity_id": "d1", "offered_at": "2026-08-01 10:00:00", "side": "seller", "amount": -40}]}),
    ("contest_of_unknown_measure", {}, {"corrections": [{**CONTEST, "measure": "number of declines"}]}),
    ("closed_without_result", {"stage": "Done", "is_closed": True, "closed_at": "2026-07-20 12:00:00"}, {}),
    ("closed_without_date", {"stage": "Closed Won", "close_on": None}, {}),
    ("won_without_amount", {**WON, "amount": None}, {}),
    ("threshold_above_list", {"list_amount": 60}, {"walk_away_points": [{"opportunity_id": "d1", "set_at": "2026-06-01 00:00:00", "threshold_amount": 61}]}),
    ("floor_above_threshold", {}, {"walk_away_points": [{"opportunity_id": "d1", "set_at": "2026-06-01 00:00:00", "threshold_amount": 40, "floor_amount": 41}]}),
    ("cost_without_margin_basis", COST, {}),
    ("declined_but_open", {}, {"declines": [{"opportunity_id": "d1", "decided_at": "2026-08-01 00:00:00", "reason": "risk"}]}),
    ("decline_of_won_deal", WON, {"declines": [{"opportunity_id": "d1", "decided_at": "2026-08-01 00:00:00", "reason": "risk"}]}),
    ("decline_of_unknown_deal", {}, {"declines": [{"opportunity_id": "nowhere", "decided_at": "2026-08-01 00:00:00", "reason": "risk"}]}),
    ("tactical_without_move", {"created_at": "2026-05-01 12:00:00"}, {"declines": [{"opportunity_id": "d1", "decided_at": "2026-06-01 00:00:00", "reason": "other", "kind": "tactical"}]}),
    ("line_not_credible", {"currency": "USD"}, {"walk_away_points": [{"opportunity_id": "d1", "set_at": "2026-06-01 00:00:00", "threshold_amount": 20}],
                                                "offers": [{"opportunity_id": "d1", "offered_at": "2026-08-10 10:00:00", "side": "seller", "amount": 50}]}),
]  # fmt: skip


@pytest.fixture(scope="module")
def faulty() -> list[dict[str, Any]]:
    """The findings of all of them, each fault with a deal and a rep of its own."""
    cases = {
        f"{code}-{number}": {"opportunities": [deal("d1", **columns)], **FINE, **tables}
        for number, (code, columns, tables) in enumerate(FAULTS)
    }
    return rows(world(side_by_side(cases)), "select * from marts.findings")


@pytest.mark.parametrize(("number", "code"), [(number, fault[0]) for number, fault in enumerate(FAULTS)])
def test_each_fault_is_one_finding(faulty: list[dict[str, Any]], number: int, code: str) -> None:
    case = f"{code}-{number}"
    found = [row for row in faulty if row["code"] == code and (row["opportunity_id"] or row["rep_id"]).startswith(case)]

    assert len(found) == 1, code


def test_a_currency_that_is_none_is_found_wherever_it_stands() -> None:
    about = {"opportunity_id": "d1"}
    rate = {"valid_from": "2026-01-01", "rate_to_reporting": 2}
    built = world({
        "opportunities": [deal("d1", currency="USD")],
        "offers": [{**about, "offered_at": "2026-08-01 10:00:00", "side": "buyer", "amount": 40, "currency": "EURO"}],
        "declines": [{**about, "decided_at": "2026-08-01 10:00:00", "kind": "tactical", "currency": "$"}],
        "walk_away_points": [{**about, "set_at": "2026-06-01 00:00:00", "threshold_amount": 41, "currency": "Euro"}],
        "quotas": [quota(100, currency="US$")],
        "fx_rates": [{**rate, "currency": "EURO"}, {**rate, "currency": "EUR"}],
    })  # fmt: skip
    found = rows(built, "select * from marts.findings where code = 'currency_not_iso' order by detail")

    assert [(row["opportunity_id"], row["rep_id"], row["detail"]) for row in found] == [
        ("d1", "r1", "declines,$"),
        (None, None, "fx_rates,EURO"),
        ("d1", "r1", "offers,EURO"),
        (None, "r1", "quotas,US$"),
        ("d1", "r1", "walk_away_points,Euro"),
    ]


def test_an_offer_of_less_than_nothing_changes_no_price() -> None:
    offers = [{"opportunity_id": "d1", "offered_at": "2026-08-01 10:00:00", "side": "seller"}]
    built = world({"opportunities": [deal("d1", amount=50)], **FINE, "offers": [{**offers[0], "amount": -40}]})

    assert one(built, "select price_amount from marts.deal_positions") == {"price_amount": 50}


@pytest.mark.parametrize("as_of", [AS_OF, date(2026, 9, 26)], ids=["before its day", "after it"])
def test_a_decline_that_foretells_is_found(as_of: date) -> None:
    decided = {
        "long after": "2026-09-20 00:00:00", "the day after": "2026-08-11 00:00:00",
        "a date alone, of the very day": "2026-08-10 23:59:59.999999", "before": "2026-08-05 10:00:00",
    }  # fmt: skip
    tables = {
        "opportunities": [deal(name, rep_id=name) for name in decided],
        "declines": [{"opportunity_id": name, "decided_at": at, "reason": "risk"} for name, at in decided.items()],
    }
    built = world(tables, as_of=[as_of], arrived_at="2026-08-10 12:00:00")
    found = rows(
        built, "select opportunity_id, rep_id from marts.findings where code = 'decline_in_future' order by all"
    )

    assert found == [{"opportunity_id": name, "rep_id": name} for name in ("long after", "the day after")]


def test_a_contest_may_name_what_the_row_shows() -> None:
    named = [("scorecard", "declined_count"), ("scorecard", "concession_count"), ("decline", "Reason "), ("position", None),
             ("accepted", "loss_amount"), ("accepted", "declined_count")]  # fmt: skip
    contests = [{**CONTEST, "row_kind": kind, "opportunity_id": "d1", "measure": measure} for kind, measure in named]
    built = world({"opportunities": [deal("d1")], **FINE, "corrections": contests})
    found = rows(built, "select opportunity_id, detail from marts.findings where code = 'contest_of_unknown_measure'")

    assert found == [{"opportunity_id": "d1", "detail": "accepted"}]


def test_a_clean_workspace_has_no_findings() -> None:
    built = world({"opportunities": [deal("d1", probability=0.5), deal("d2", **WON)], **FINE})

    assert rows(built, "select * from marts.findings") == []


@pytest.mark.parametrize(
    ("code", "quotas"),
    [
        ("rep_without_quota", []),
        ("rep_without_quota", [quota(0)]),
        ("quota_currency_without_rate", [quota(5, currency="JPY")]),
    ],
)
def test_a_rep_who_cannot_be_scored_is_a_finding(code: str, quotas: list[dict[str, Any]]) -> None:
    built = world({"opportunities": [deal("d1")], "quotas": quotas})

    assert [
        row["code"]
        for row in rows(built, "select * from marts.findings where rep_id = 'r1' and opportunity_id is null")
    ] == [code]


def test_a_currency_that_is_told_elsewhere_is_missing_here() -> None:
    built = world({"opportunities": [deal("d1"), deal("d2", currency="USD")], **FINE})

    assert [
        row["opportunity_id"] for row in rows(built, "select * from marts.findings where code = 'currency_missing'")
    ] == ["d1"]


def test_what_cannot_be_measured_names_the_column_that_would_make_it_so() -> None:
    built = world({"opportunities": [deal("d1")]})
    found = {row["measure"]: row for row in rows(built, "select * from marts.data_quality")}

    assert (found["batna_strength"]["is_measurable"], found["batna_strength"]["missing_entity"]) == (
        False,
        "quotas",
    )
    assert (found["declined_count"]["missing_entity"], found["declined_count"]["reason"]) == (
        "declines",
        "missing",
    )
    assert (found["held_share"]["missing_entity"], found["held_share"]["reason"]) == ("offers", "missing")
    assert CALENDAR
