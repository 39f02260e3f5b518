"""Deals that come back after a decline, as recorded or reopened: 03-metrics.md, section 4."""

from __future__ import annotations

from tests.models.declined import DECLINE, DEMAND, LOST, RETURN, register
from tests.models.policies import COST
from tests.models.world import CALENDAR, deal, one, rows, world


def test_a_return_in_another_currency_recovers_nothing_that_could_be_compared() -> None:
    euros = deal("d2", amount=155, currency="EUR", created_at="2026-08-10 00:00:00")
    found = register(
        {
            "opportunities": [deal("d1", amount=160, currency="USD", **COST, **LOST), euros],
            "offers": [DEMAND],
            "declines": [DECLINE],
            "returns": [{**RETURN, "new_opportunity_id": "d2"}],
            "fx_rates": [{"currency": "EUR", "valid_from": "2026-01-01", "rate_to_reporting": 2}],
        }
    )[0]

    assert (found["later_status"], found["returned_amount"], found["recovered_amount"]) == ("open", None, None)


def test_a_second_decline_counts_only_after_a_return() -> None:
    twice = [{**DECLINE, "decided_at": "2026-07-05 12:00:00"}, DECLINE]
    back = [{"opportunity_id": "d1", "returned_at": "2026-07-20 12:00:00", "returned_amount": 50}]
    without = world({"opportunities": [deal("d1", **LOST)], "declines": twice})
    between = world({"opportunities": [deal("d1", **LOST)], "declines": twice, "returns": back})

    assert len(rows(without, "select * from marts.declined_deals")) == 1
    assert one(without, "select code from marts.findings where code like 'decline%'") == {"code": "decline_repeated"}
    assert len(rows(between, "select * from marts.declined_deals")) == 2


def test_the_same_opportunity_reopened_is_a_return() -> None:
    stages = [("2026-08-05 12:00:00", "Closed Lost", 100), ("2026-08-09 12:00:00", "Negotiation", 120)]
    moved = [
        {"opportunity_id": "d1", "changed_at": at, "stage": stage, "amount": amount} for at, stage, amount in stages
    ]
    found = register(
        {"opportunities": [deal("d1", amount=120, modified_at="2026-08-10 12:00:00")], "opportunity_snapshots": moved,
         "declines": [{**DECLINE, "demanded_amount": 100}]}
    )[0]  # fmt: skip

    assert (found["return_source"], found["returned_amount"], found["recovered_amount"]) == (
        "reopened",
        120,
        20,
    )
    assert found["later_status"] == "open"


REOPENED = {"opportunity_id": "d1", "changed_at": "2026-08-09 12:00:00", "stage": "Negotiation", "amount": 120}
CLOSED = {"opportunity_id": "d1", "changed_at": "2026-08-05 12:00:00", "stage": "Closed Lost", "amount": 100}
BACK = deal("d1", amount=120, modified_at="2026-08-10 12:00:00")


def test_what_was_refused_is_the_amount_of_that_day_and_not_the_one_of_the_return() -> None:
    found = register({"opportunities": [BACK], "opportunity_snapshots": [CLOSED, REOPENED], "declines": [DECLINE]})[0]

    assert (found["demanded_amount"], found["returned_amount"], found["recovered_amount"]) == (100, 120, 20)


def test_of_two_declines_that_see_the_same_reopening_one_is_entered() -> None:
    twice = [DECLINE, {**DECLINE, "decided_at": "2026-08-06 12:00:00"}]
    found = register({"opportunities": [BACK], "opportunity_snapshots": [CLOSED, REOPENED], "declines": twice})

    assert [(row["return_source"], row["later_status"]) for row in found] == [("reopened", "open")]


def test_a_reopening_counts_for_a_second_decline_although_the_first_return_was_recorded() -> None:
    first = {**DECLINE, "decided_at": "2026-06-05 12:00:00"}
    back = [{"opportunity_id": "d1", "returned_at": "2026-06-20 12:00:00", "returned_amount": 90}]
    built = world(
        {
            "opportunities": [BACK],
            "opportunity_snapshots": [CLOSED, REOPENED],
            "declines": [first, DECLINE],
            "returns": back,
        }
    )
    found = rows(built, "select return_source from marts.declined_deals order by decided_at")

    assert [row["return_source"] for row in found] == ["recorded", "reopened"]
    assert one(built, "select outcome from staging.deals")["outcome"] == "open"


def test_a_decline_that_the_review_confirmed_may_be_reopened_too() -> None:
    built = world(
        {"opportunities": [deal("d1", **LOST, modified_at="2026-08-05 12:00:00"), BACK],
         "decline_reviews": [{"opportunity_id": "d1", "answer": "we_left"}]}
    )  # fmt: skip

    assert one(built, "select outcome from staging.deals")["outcome"] == "open"
    assert one(built, "select origin, return_source from marts.declined_deals") == {
        "origin": "confirmed", "return_source": "reopened",
    }  # fmt: skip


def test_days_to_a_return_are_days_of_the_workspace() -> None:
    """13:00 UTC on the 12th is the 13th in Auckland, as 12:00 UTC on the 5th is the 6th."""
    back = [{"opportunity_id": "d1", "returned_at": "2026-08-12 13:00:00", "returned_amount": 90}]
    tables = {"opportunities": [deal("d1", **LOST)], "declines": [DECLINE], "returns": back}
    found = register(tables, CALENDAR + '[workspace]\ntime_zone = "Pacific/Auckland"\n')[0]

    assert found["days_to_return"] == 7
