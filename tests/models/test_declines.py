"""The register of declines: 03-metrics.md, sections 1 and 4."""

from __future__ import annotations

from typing import Any

import pytest

from tests.models.cases import side_by_side, told
from tests.models.declined import DECLINE, DEMAND, LOST, MAPPED, RETURN, register
from tests.models.policies import COST, MARKUP
from tests.models.world import World, deal, one, quota, rows, world

WORKED = {**DECLINE, "kind": "real", "rationale": "under the line", "confirmed_by": "VP", "communicated_at": "2026-08-05 13:00:00",
          "exit_type": "open_door", "lesson": "ask for budget first"}  # fmt: skip


def test_the_worked_example_of_the_text() -> None:
    """140 demanded on a floor of 126 and a threshold of 141.75; the buyer returns at 155."""
    found = register(
        {
            "opportunities": [
                deal("d1", amount=160, **COST, **LOST),
                deal("d2", amount=155, created_at="2026-08-10 00:00:00"),
            ],
            "offers": [DEMAND],
            "declines": [WORKED],
            "returns": [
                {
                    "opportunity_id": "d1",
                    "returned_at": "2026-08-12 10:00:00",
                    "new_opportunity_id": "d2",
                    "returned_amount": 155,
                }
            ],
        }
    )[0]

    assert (found["demanded_amount"], found["zone_at_decline"], found["origin"]) == (
        140,
        "approval",
        "declared",
    )
    assert (found["loss_avoided_amount"], found["margin_protected_amount"]) == (0, 0)
    assert (found["contribution_given_up_amount"], found["recovered_amount"]) == (60, 15)
    assert round(found["return_uplift_ratio"], 4) == round(155 / 140 - 1, 4)
    assert (found["is_verified"], found["is_good_decline"], found["checklist_count"]) == (True, True, 5)
    assert (found["later_status"], found["days_to_return"]) == ("open", 7)


DONE = [
    ("below cost: a loss avoided, and the whole margin to the floor protected", 90, 15, 21, 10),
    ("between cost and floor", 120, 0, 6, 40),
    ("above the floor nothing is protected", 140, 0, 0, 60),
]


@pytest.fixture(scope="module")
def done() -> World:
    cases = {
        title: {"opportunities": [deal("d1", **COST, **LOST)], "declines": [{**DECLINE, "demanded_amount": demanded}]}
        for title, demanded, *_ in DONE
    }
    return world(side_by_side(cases), settings=MARKUP)


@pytest.mark.parametrize(("title", "demanded", "avoided", "protected", "given_up"), DONE)
def test_what_a_decline_did(
    done: World, title: str, demanded: int, avoided: int, protected: int, given_up: int
) -> None:
    [found] = told(done, "marts.declined_deals", title)

    names = ("loss_avoided_amount", "margin_protected_amount", "contribution_given_up_amount")
    assert found["demanded_amount"] == demanded
    assert tuple(found[name] for name in names) == (avoided, protected, given_up)
    assert found["is_verified"] is False


SLA = {"opportunity_id": "d1", "requested_at": "2026-08-03 12:00:00", "term": "sla", "value": "100 %"}
FEW = {"opportunity_id": "d1", "offered_at": "2026-08-02 10:00:00", "side": "buyer"}


GOOD: list[tuple[str, dict[str, Any], bool]] = [
    ("the price was under the line", {"offers": [{**FEW, "amount": 140}]}, True),
    ("the price was good, and a term was not", {"offers": [{**FEW, "amount": 160}], "term_requests": [SLA]}, True),
    ("the price was good, and nothing else spoke against it", {"offers": [{**FEW, "amount": 160}]}, False),
    ("a term that was asked for after we had left is no reason",
     {"offers": [{**FEW, "amount": 160}], "term_requests": [{**SLA, "requested_at": "2026-08-06 12:00:00"}]}, False),
]  # fmt: skip


@pytest.fixture(scope="module")
def worked() -> World:
    cases = {
        title: {"opportunities": [deal("d1", amount=160, **COST, **LOST)], "declines": [WORKED], **tables}
        for title, tables, _ in GOOD
    }
    return world(side_by_side(cases), settings=MARKUP)


@pytest.mark.parametrize(("title", "good"), [(title, good) for title, _, good in GOOD])
def test_a_good_decline_had_a_reason_of_any_kind(worked: World, title: str, good: bool) -> None:
    assert [row["is_good_decline"] for row in told(worked, "marts.declined_deals", title)] == [good]


AGAIN = {**DECLINE, "decided_at": "2026-08-12 12:00:00"}

REFUSED: list[tuple[str, dict[str, Any], int]] = [
    ("what was demanded", {"declines": [{**DECLINE, "demanded_amount": 130}]}, 130),
    ("in another currency it is passed over", {"declines": [{**DECLINE, "demanded_amount": 130, "currency": "EUR"}]}, 140),
    ("of the last decline, not of an earlier one",
     {"declines": [{**DECLINE, "demanded_amount": 130}, AGAIN], "returns": [RETURN]}, 140),
]  # fmt: skip


@pytest.fixture(scope="module")
def refused() -> World:
    lost = deal("d1", amount=160, currency="USD", **COST, **LOST)
    cases = {title: {"opportunities": [lost], "offers": [DEMAND], **tables} for title, tables, _ in REFUSED}
    return world(side_by_side(cases), settings=MARKUP)


@pytest.mark.parametrize(("title", "price"), [(title, price) for title, _, price in REFUSED])
def test_the_price_of_a_declined_deal(refused: World, title: str, price: int) -> None:
    [found] = told(refused, "staging.deals", title)

    assert (found["outcome"], found["price_amount"]) == ("declined", price)


def test_with_a_floor_alone_the_floor_protects() -> None:
    points = [
        {
            "opportunity_id": "d1",
            "set_at": "2026-06-01 00:00:00",
            "floor_amount": 100,
            "threshold_amount": 120,
        }
    ]
    found = register(
        {
            "opportunities": [deal("d1", **LOST)],
            "walk_away_points": points,
            "declines": [{**DECLINE, "demanded_amount": 90}],
        }
    )[0]

    assert (found["margin_protected_amount"], found["loss_avoided_amount"]) == (10, None)


def test_a_lost_deal_is_never_a_decline() -> None:
    built = world({"opportunities": [deal("d1", loss_reason="Price", **LOST)], "quotas": [quota(1)]})

    assert rows(built, "select * from marts.declined_deals") == []
    assert one(built, "select declined_count, declined_amount, returned_count from marts.rep_scorecard") == {
        "declined_count": None, "declined_amount": None, "returned_count": None,
    }  # fmt: skip


def test_once_declines_are_told_none_is_zero() -> None:
    built = world({"opportunities": [deal("d1", **LOST), deal("d2", rep_id="r2")], "declines": [DECLINE]})
    found = rows(built, "select rep_id, declined_count, returned_count from marts.rep_scorecard order by 1")

    assert [(row["rep_id"], row["declined_count"], row["returned_count"]) for row in found] == [
        ("r1", 1, 0),
        ("r2", 0, 0),
    ]


def test_a_mapped_reason_makes_a_decline() -> None:
    found = register({"opportunities": [deal("d1", amount=70, loss_reason="Poor fit, we declined", **LOST)]}, MAPPED)

    assert [(row["origin"], row["demanded_amount"], row["is_good_decline"]) for row in found] == [("mapped", 70, False)]


def test_a_confirmed_decline_says_so() -> None:
    answers = [{"opportunity_id": "d1", "answer": "we_left", "reason": "misfit", "confirmed_by": "CRO"}]
    found = register({"opportunities": [deal("d1", **LOST)], "decline_reviews": answers})

    assert [(row["origin"], row["reason"], row["confirmed_by"]) for row in found] == [("confirmed", "misfit", "CRO")]


def test_a_decline_counts_in_the_win_rate_before_the_crm_has_closed_it() -> None:
    won = deal("d2", stage="Closed Won", closed_at="2026-07-20 12:00:00")
    built = world({"opportunities": [deal("d1"), won], "declines": [DECLINE], "quotas": [quota(100)]})
    card = one(
        built, "select declined_count, win_rate, win_rate_with_declined, open_quota_share from marts.rep_scorecard"
    )

    assert card == {"declined_count": 1, "win_rate": 1, "win_rate_with_declined": 0.5, "open_quota_share": 0.5}
