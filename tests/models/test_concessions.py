"""Concessions: from offers, else from amounts; shape, speed, price, readiness (03-metrics.md, section 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.models.world import CALENDAR, deal, one, rows, world

Told = Mapping[str, Mapping[str, Any]]
START = datetime(2026, 7, 1, 9)


def seller(day: int, amount: float, hour: int = 0, **columns: Any) -> dict[str, Any]:
    """Our offer so many days and hours after the first."""
    return {"opportunity_id": "d1", "offered_at": START + timedelta(days=day, hours=hour), "side": "seller", "amount": amount, **columns}  # fmt: skip


def buyer(day: int, amount: float, hour: int = 0) -> dict[str, Any]:
    """The buyer's demand so many days and hours after our first offer."""
    return {**seller(day, amount, hour), "side": "buyer"}


def concessions(offers: Sequence[dict[str, Any]], tables: dict[str, Any] | None = None, **columns: Any) -> Any:
    built = world({"opportunities": [deal("d1", **columns)], "offers": offers, **(tables or {})})
    return one(built, "select * from marts.concessions")


def asks(*amounts: float) -> list[dict[str, Any]]:
    return [seller(day, amount) for day, amount in enumerate(amounts)]


STEPS = [
    ("one offer concedes nothing", asks(100), 0, None, None),
    ("an offer as high as before is no concession", asks(100, 100), 0, None, None),
    ("a higher offer is none", asks(100, 110), 0, None, None),
    ("one step", asks(100, 90), 1, "single", None),
    ("two steps have no shape", asks(100, 90, 85), 2, None, 0.5),
    ("smaller and smaller", asks(100, 90, 85, 83), 3, "decreasing", 0.45),
    ("within 10 % of each other", asks(100, 90, 80, 69), 3, "flat", 1.05),
    ("larger and larger", asks(100, 98, 93, 83), 3, "increasing", 2.25),
    ("now smaller, now larger", asks(100, 90, 88, 78), 3, "mixed", 2.6),
    ("a hold between is no step", asks(100, 90, 90, 85, 83), 3, "decreasing", 0.45),
]


@pytest.mark.parametrize(("title", "count", "shape", "mean_step_ratio"), [(case[0], *case[2:]) for case in STEPS])
def test_steps_and_their_shape(
    told: Told, title: str, count: int, shape: str | None, mean_step_ratio: float | None
) -> None:
    found = told[title]

    assert (found["concession_source"], found["concession_count"], found["shape"]) == ("offers", count, shape)
    assert found["mean_step_ratio"] == (None if mean_step_ratio is None else pytest.approx(mean_step_ratio))


ANSWERS = [
        ("within hours of the demand", [seller(0, 140), buyer(1, 100), seller(1, 120, 5)], 5.0, 1, 0.5),
        ("the day after", [seller(0, 140), buyer(1, 100), seller(2, 130, 1)], 25.0, 0, 0.25),
        ("within 24 hours to the minute", [seller(0, 140), buyer(1, 100), seller(2, 130)], 24.0, 1, 0.25),
        ("unasked: it answers nothing", [seller(0, 140), seller(1, 130)], None, 0, None),
        ("unasked again: the demand was answered", [seller(0, 140), buyer(1, 100), seller(1, 130, 1), seller(3, 120)], 1.0, 1, 0.25),
        ("the offer says what it answers", [seller(0, 140), buyer(1, 100), buyer(2, 110), seller(3, 130, in_reply_to_at=START + timedelta(days=1))], 48.0, 0, 1 / 3),
        ("a demand above our offer leaves no gap", [seller(0, 140), buyer(1, 150), seller(2, 130)], 24.0, 1, None),
]  # fmt: skip


@pytest.mark.parametrize(("title", "hours", "fast", "gap_share"), [(case[0], *case[2:]) for case in ANSWERS])
def test_how_fast_and_how_much_of_the_gap(
    told: Told, title: str, hours: float | None, fast: int, gap_share: float | None
) -> None:
    found = told[title]

    assert (found["median_hours_to_concede"], found["fast_concession_count"]) == (hours, fast)
    assert found["first_concession_gap_share"] == (None if gap_share is None else pytest.approx(gap_share))


def test_what_was_got_in_return_is_told_by_the_offer() -> None:
    offers = [seller(0, 140), seller(1, 130, lever="price"), seller(2, 120, lever="term", traded_for="prepayment")]
    found = concessions(offers)

    assert (found["unpaid_concession_share"], found["price_only_concession_share"]) == (0.5, 0.5)


def test_where_no_offer_says_it_nothing_is_known() -> None:
    found = concessions(asks(140, 130))

    assert found["unpaid_concession_share"] is None
    assert found["price_only_concession_share"] is None
    assert found["after_final_count"] is None


def test_a_final_offer_that_was_not_final() -> None:
    finals = [False, True, False, False]
    found = concessions([offer | {"is_final": final} for offer, final in zip(asks(9, 8, 7, 6), finals, strict=True)])

    assert (found["after_final_count"], found["final_offer_count"]) == (2, 1)


def test_the_opening_lies_between_threshold_and_list() -> None:
    point = {"opportunity_id": "d1", "set_at": "2026-06-01 00:00:00", "threshold_amount": 100}
    found = concessions(asks(130, 120), {"walk_away_points": [point]}, list_amount=140)

    assert found["opening_position_share"] == pytest.approx(0.75)


def change(day: str, field: str, old: str, new: str) -> dict[str, Any]:
    return {"opportunity_id": "d1", "changed_at": f"{day} 09:00:00", "field": field, "old_value": old, "new_value": new}


STAGES = [change("2026-07-10", "stage", "Qualified", "Negotiation")]


EARLY = [
    ("in negotiation", 10, [], "negotiation", False),
    ("before negotiation", 5, [], "qualified", True),
    ("before negotiation, a showstopper was flagged", 5, ["2026-07-03 09:00:00"], "qualified", False),
    ("the showstopper came after", 5, ["2026-07-08 09:00:00"], "qualified", True),
]


@pytest.mark.parametrize(("title", "phase", "is_early"), [(case[0], *case[3:]) for case in EARLY])
def test_negotiate_late(told: Told, title: str, phase: str, is_early: bool) -> None:
    assert (told[title]["first_concession_phase"], told[title]["is_early"]) == (phase, is_early)


def test_without_history_the_phase_of_a_concession_is_unknown(told: Told) -> None:
    assert (told["one step"]["first_concession_phase"], told["one step"]["is_early"]) == (None, None)


AMOUNTS = [change("2026-07-05", "amount", "100", "90"), change("2026-07-12", "amount", "90", "70")]


def test_without_offers_the_cut_of_an_amount_is_a_concession() -> None:
    built = world({"opportunities": [deal("d1", amount=70)], "opportunity_changes": [*STAGES, *AMOUNTS]})
    found = one(built, "select * from marts.concessions")

    assert (found["concession_source"], found["concession_count"], found["mean_step_ratio"]) == ("amounts", 2, 2)
    assert (found["first_concession_phase"], found["is_early"]) == ("qualified", True)
    assert (found["median_hours_to_concede"], found["unpaid_concession_share"]) == (None, None)
    assert (found["conceded_amount"], found["conceded_share"]) == (30, pytest.approx(0.3))


def test_our_own_versions_tell_of_a_cut_too() -> None:
    versions = [
        deal("d1", amount=100, modified_at="2026-07-01 12:00:00"),
        deal("d1", amount=80, modified_at="2026-08-01 12:00:00"),
    ]
    found = one(world({"opportunities": versions}), "select * from marts.concessions")

    assert (found["concession_source"], found["concession_count"]) == ("amounts", 1)


def test_offers_are_believed_before_amounts() -> None:
    found = concessions(asks(100, 95), {"opportunity_changes": AMOUNTS}, amount=70)

    assert (found["concession_source"], found["concession_count"]) == ("offers", 1)


def test_an_offer_made_after_the_closing_is_no_concession() -> None:
    closed = {"stage": "Closed Won", "closed_at": "2026-07-02 00:00:00", "is_won": True}
    found = concessions([seller(0, 100), seller(3, 90)], **closed)

    assert found["concession_count"] == 0


def test_a_week_knows_only_the_offers_made_by_then() -> None:
    built = world({"opportunities": [deal("d1")], "offers": [seller(0, 100), seller(60, 90)]}, settings=CALENDAR)

    assert one(built, "select * from marts.concessions")["concession_count"] == 0


def test_readiness_is_what_was_met_before_the_first_concession() -> None:
    items = {"sold_first": "2026-06-01 09:00:00", "timeline": "2026-07-20 09:00:00", "needs_uncovered": None}
    listed = [{"opportunity_id": "d1", "item": item, "met_at": met_at} for item, met_at in items.items()]
    found = concessions(asks(100, 90), {"readiness": listed})

    assert (found["readiness_met_count"], found["readiness_known_count"]) == (1, 3)


CONTACTS = [
    ("one person only", ["Buyer"], 1, True),
    ("two people", ["Buyer", "Champion"], 2, False),
    ("nobody is known", [], None, None),
]


@pytest.mark.parametrize(("title", "contact_count", "is_single"), [(case[0], *case[2:]) for case in CONTACTS])
def test_single_threaded(told: Told, title: str, contact_count: int | None, is_single: bool | None) -> None:
    assert (told[title]["contact_count"], told[title]["is_single_threaded"]) == (contact_count, is_single)


@pytest.fixture(scope="module")
def told() -> Told:
    """Every case above as a deal of one workspace, by title."""
    offers = {title: offers for title, offers, *_ in [*STEPS, *ANSWERS]}
    offers |= {title: [seller(0, 100), seller(day, 90)] for title, day, *_ in EARLY}
    offers |= {title: asks(100) for title, *_ in CONTACTS}
    flags = [{"opportunity_id": title, "flag": "showstopper", "observed_at": at} for title, _, days, *_ in EARLY for at in days]  # fmt: skip
    people = [{"opportunity_id": title, "role": role, "first_seen_at": START} for title, roles, *_ in CONTACTS for role in roles]  # fmt: skip
    tables = {
        "opportunities": [deal(title) for title in offers],
        "offers": [row | {"opportunity_id": title} for title, made in offers.items() for row in made],
        "opportunity_changes": [row | {"opportunity_id": title} for title, *_ in EARLY for row in STAGES],
        "red_flags": flags,
        "contacts": people,
    }
    return {row["opportunity_id"]: row for row in rows(world(tables), "select * from marts.concessions")}


def test_a_deal_of_which_nothing_is_told_has_no_row() -> None:
    assert rows(world({"opportunities": [deal("d1")]}), "select * from marts.concessions") == []


def test_a_run_keeps_the_concessions_of_its_last_week() -> None:
    tables = {"opportunities": [deal("d1")], "offers": asks(100, 90)}
    built = world(tables, as_of=[date(2026, 8, 1), date(2026, 8, 8)])

    assert [row["as_of_on"] for row in rows(built, "select as_of_on from scores.concessions")] == [date(2026, 8, 8)]
    assert one(built, "select * from marts.concessions")["concession_count"] == 1
