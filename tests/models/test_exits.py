"""What came of exits: when we left, who came back, what approvals and warnings were worth. 03-metrics.md, sections 4 and 5."""

from __future__ import annotations

from typing import Any

import pytest

from tests.models.exposed import CLOSED, LOST, approval, bid, won
from tests.models.policies import COST, MARKUP
from tests.models.world import World, deal, one, quota, rows, world

Rows = list[dict[str, Any]]
LEFT = "2026-07-20 12:00:00"
SETTINGS = MARKUP + '[outcomes.loss_reason]\n"We left" = "declined"\n[fit]\nindustries = ["Retail"]\n'


def decline(name: str, **columns: Any) -> dict[str, Any]:
    return {"opportunity_id": name, "decided_at": LEFT, "reason": "economics", "demanded_amount": 130, **columns}


DECLINES = [
    decline("d1", exit_type="open_door", reentry_conditions="a budget", escalated_to="VP"),
    decline("d2", exit_type="open_door"),
    decline("d3", exit_type="closed_door", escalated_to="VP", escalation_outcome="Saved"),
    decline("d4", exit_type="closed_door", reason="misfit", referred_to="Others Ltd"),
]


def tables() -> dict[str, Rows]:
    """r1 has made his quota on July 10, r2 has not; d1 to d4 were declined on July 20 and l1 was lost."""
    return {
        "opportunities": [
            deal("early", **{**COST, **won(500), "closed_at": "2026-07-10 12:00:00"}, account_id="a9"),
            deal("d1", **COST, **LOST, account_id="a1", deal_type="New", product="p"),
            deal("d2", **COST, **LOST, account_id="a2", deal_type="New", rep_id="r2"),
            deal("d3", **COST, **LOST, account_id="a3", rep_id="r2"),
            deal("d4", **COST, **LOST, account_id="a4", rep_id="r2", deal_type="New"),
            deal("back", **{**COST, **won(150), "closed_at": "2026-08-10 12:00:00"}, created_at="2026-07-25 12:00:00", account_id="a1"),
            deal("alike", amount=140, created_at="2026-07-30 12:00:00", account_id="a2", deal_type="New"),
            deal("renewal", amount=140, created_at="2026-07-30 12:00:00", account_id="a4", deal_type="New Renewal"),
            deal("small", amount=10, created_at="2026-07-30 12:00:00", account_id="a4", deal_type="New"),
            deal("l1", **COST, **LOST, account_id="a5", deal_type="New"),
            deal("l2", **COST, **LOST, account_id="a6", deal_type="New"),
            deal("after", amount=60, created_at="2026-07-25 12:00:00", account_id="a5", deal_type="New"),
        ],
        "accounts": [{"account_id": "a3", "is_strategic": True}],
        "quotas": [quota(400), quota(400, "r2")],
        "opportunity_changes": [
            {"opportunity_id": "d1", "changed_at": "2026-07-01 12:00:00", "field": "stage", "old_value": "Proposal", "new_value": "Negotiation"}
        ],
        "declines": DECLINES,
        "returns": [
            {"opportunity_id": "d1", "returned_at": "2026-07-25 12:00:00", "new_opportunity_id": "back", "returned_amount": 150,
             "what_changed": "budget", "conditions_met": True}
        ],
        "offers": [
            {"opportunity_id": "back", **bid(170, "2026-07-26 12:00:00", "seller")},
            {"opportunity_id": "back", **bid(150, "2026-07-28 12:00:00", "seller")},
        ],
        "activities": [
            {"opportunity_id": "d2", "occurred_at": "2026-08-01 12:00:00", "kind": "call", "side": "seller"},
            {"account_id": "a2", "occurred_at": "2026-08-02 12:00:00", "kind": "mail", "side": "seller"},
            {"account_id": "a2", "occurred_at": "2026-07-02 12:00:00", "kind": "mail", "side": "seller"},
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def built() -> World:
    return world(tables(), settings=SETTINGS)


CIRCUMSTANCES = (
    ("made before quota or after", "is_under_quota", [False, True, True, True]),
    ("the phase we left it in", "phase_at_decline", ["negotiation", None, None, None]),
    ("days in the stage", "stage_age_days", [19, None, None, None]),
    ("an open door says on which terms", "has_reentry_conditions", [True, False, False, False]),
    ("a closed door is for misfit or red flags", "is_closed_door_consistent", [None, None, False, True]),
    ("escalation is due for strategic accounts", "escalation_due", [False, False, True, False]),
    ("and was it done", "is_escalated", [True, False, True, False]),
    ("won later or told so: saved", "is_saved", [True, None, True, None]),
    ("sent to somebody else", "is_referred", [False, False, False, True]),
    ("what had changed at the return", "what_changed", ["budget", None, None, None]),
    ("a concession within a week of the return", "is_conceded_at_return", [True, None, None, None]),
    ("touches after an open door", "touch_count", [0, 2, None, None]),
    ("a door is stale only after ninety days", "is_stale", [None, False, None, None]),
)


@pytest.mark.parametrize(("title", "column", "wanted"), CIRCUMSTANCES, ids=[case[0] for case in CIRCUMSTANCES])
def test_how_a_decline_was_made_and_kept(built: World, title: str, column: str, wanted: list[Any]) -> None:
    found = rows(built, f"select {column} as it from marts.declined_deals order by opportunity_id")

    assert [row["it"] for row in found] == wanted, title


def test_every_decline_stands_once_in_each_dimension(built: World) -> None:
    counts = rows(built, "select dimension, sum(declined_count) as n from marts.decline_mix group by dimension")
    reasons = rows(built, "select code, declined_count from marts.decline_mix where dimension = 'reason' order by code")

    assert {row["dimension"]: row["n"] for row in counts} == dict.fromkeys(
        ("reason", "zone", "phase", "stage_age", "exit_type", "quota"), 4
    )
    assert [tuple(row.values()) for row in reasons] == [("economics", 3), ("misfit", 1)]


@pytest.mark.parametrize(
    ("basis", "exit_type", "days", "ended", "returned"),
    [
        ("recorded", "all", 7, 4, 1),
        ("recorded", "open_door", 7, 2, 1),
        ("recorded", "closed_door", 7, 2, 0),
        ("guess", "all", 7, 4, 0),
        ("lost_guess", "all", 7, 2, 1),
    ],
)
def test_return_rates(built: World, basis: str, exit_type: str, days: int, ended: int, returned: int) -> None:
    found = one(
        built,
        "select ended_count, returned_count, return_rate, return_rate_low, return_rate_high from marts.return_rates "
        f"where basis = '{basis}' and exit_type = '{exit_type}' and window_days = {days}",
    )

    assert (found["ended_count"], found["returned_count"]) == (ended, returned)
    assert found["return_rate_low"] <= found["return_rate"] == returned / ended <= found["return_rate_high"]


def test_a_window_that_has_not_passed_yet_tells_nothing(built: World) -> None:
    found = rows(built, "select distinct window_days from marts.return_rates order by 1")

    assert [row["window_days"] for row in found] == [7]


def test_a_new_deal_that_looks_alike_is_listed_and_not_counted(built: World) -> None:
    """Not the renewal, nor the small one, nor the return that is on record already."""
    found = rows(built, "select opportunity_id, new_opportunity_id, days_to_return from marts.possible_returns")

    assert found == [{"opportunity_id": "d2", "new_opportunity_id": "alike", "days_to_return": 10}]


MAPPED = {"loss_reason": "We left", **LOST}


def test_a_mapped_decline_that_is_opened_again_has_returned() -> None:
    lines = [
        deal("d1", **COST, **MAPPED, amount=100, modified_at=CLOSED),
        deal("d1", **COST, amount=120, modified_at="2026-08-05 12:00:00"),
    ]
    built = world({"opportunities": lines, "quotas": [quota(100)]}, settings=SETTINGS)
    found = one(built, "select * from marts.declined_deals")

    assert (found["origin"], found["return_source"], found["days_to_return"]) == ("mapped", "reopened", 16)
    assert (found["demanded_amount"], found["returned_amount"], found["recovered_amount"]) == (100, 120, 20)
    assert (found["floor_amount"], found["zone_at_decline"]) == (126, "walk")
    assert one(built, "select outcome from staging.deals") == {"outcome": "open"}
    assert one(built, "select declined_count, held_count from marts.rep_scorecard") == {
        "declined_count": 1,
        "held_count": 1,
    }


def test_a_mapped_reason_that_was_corrected_is_no_decline() -> None:
    lines = [
        deal("d1", **COST, **MAPPED, modified_at=CLOSED),
        deal("d1", **COST, **{**MAPPED, "loss_reason": "Price"}, modified_at="2026-08-05 12:00:00"),
    ]

    assert rows(world({"opportunities": lines}, settings=SETTINGS), "select * from marts.declined_deals") == []


def test_approval_rates_of_each_role() -> None:
    asked = [
        approval("price", "vp", requested_at="2026-07-01 00:00:00"),
        approval("price", "vp", requested_at="2026-07-02 00:00:00", decided_at="2026-07-25 00:00:00"),
        approval("price", "vp", requested_at="2026-07-03 00:00:00", justification=""),
        approval("price", "vp", requested_at="2026-07-04 00:00:00", decision="refused"),
        approval("price", "vp", requested_at="2026-07-05 00:00:00", decision="pending", decided_at=None),
        approval("price", "vp", requested_at="2026-04-05 00:00:00"),
        approval("price", "vp", requested_at="2025-04-05 00:00:00"),
        approval("price", "legal", requested_at="2026-07-05 00:00:00"),
    ]
    built = world(
        {"opportunities": [deal("d1", **{**COST, **won(130)})], "approvals": [{"opportunity_id": "d1", **row} for row in asked]},
        settings=MARKUP,
    )  # fmt: skip
    found = rows(built, "select * from marts.approval_rates order by period, role")
    names = ("period", "role", "requested_count", "approved_count", "refused_count", "pending_count", "late_count", "unjustified_count", "wrong_role_count")  # fmt: skip

    assert [tuple(row[name] for name in names) for row in found] == [
        ("4q", "vp", 1, 1, 0, 0, 0, 0, 0),
        ("quarter", "legal", 1, 1, 0, 0, 0, 0, 1),
        ("quarter", "vp", 5, 3, 1, 1, 1, 1, 0),
    ]
    assert found[2]["approval_rate"] == 0.75
    assert found[2]["approval_rate_low"] < 0.75 < found[2]["approval_rate_high"]


def test_what_warnings_were_worth() -> None:
    """Four wins: two with a flag (one churned), one of a misfit (churned), one with nothing (renewed)."""
    deals = [
        deal(name, **{**COST, **won(200), "account_id": account})
        for name, account in (("f1", "fit"), ("f2", "fit"), ("m1", "bank"), ("n1", "fit"))
    ]
    statuses = (("f1", "churned"), ("f2", "renewed"), ("m1", "churned"), ("n1", "renewed"))
    built = world(
        {"opportunities": deals,
         "accounts": [{"account_id": "fit", "industry": "Retail"}, {"account_id": "bank", "industry": "Banking"}],
         "red_flags": [{"opportunity_id": "f1", "flag": "C081", "observed_at": "2026-07-01 00:00:00"},
                       {"opportunity_id": "f2", "flag": "C081", "observed_at": "2026-07-01 00:00:00"},
                       {"opportunity_id": "n1", "flag": "C082", "observed_at": "2026-08-01 00:00:00"}],
         "outcomes": [{"opportunity_id": name, "as_of_on": "2026-08-10", "status": status, "realised_margin_amount": 50,
                       "support_cost_amount": 20} for name, status in statuses]},
        settings=SETTINGS,
    )  # fmt: skip
    found = rows(built, "select * from marts.flag_precision")
    counts = {(row["sign_kind"], row["code"]): (row["told_count"], row["churned_count"]) for row in found}

    assert counts == {
        ("all", "all"): (4, 2), ("all", "no_sign"): (1, 0), ("red_flag", "any"): (2, 1), ("red_flag", "C081"): (2, 1),
        ("fit", "fit"): (3, 1), ("fit", "misfit"): (1, 1), ("accepted_trigger", "any"): (1, 1), ("accepted_trigger", "misfit"): (1, 1),
    }  # fmt: skip
    assert [row["mean_margin_share"] for row in found] == pytest.approx([0.25] * len(found))
    assert [row["mean_support_share"] for row in found] == pytest.approx([0.1] * len(found))


def test_the_next_deal_after_an_exception() -> None:
    """Two accounts got an exception and one did not; what each asked for first the next time, of a list price of 200."""
    first = [("e1", "x", 130), ("e2", "y", 130), ("c1", "z", 160)]
    deals = [deal(name, **{**COST, **won(amount), "account_id": account}) for name, account, amount in first]
    later = [
        deal(f"next {name}", amount=180, list_amount=200, created_at="2026-08-01 12:00:00", account_id=account)
        for name, account, _ in first
    ]
    bids = [("next e1", 100), ("next e2", 120), ("next c1", 170)]
    built = world(
        {"opportunities": [*deals, *later],
         "offers": [{"opportunity_id": name, **bid(amount, "2026-08-05 12:00:00")} for name, amount in bids]},
        settings=MARKUP,
    )  # fmt: skip
    found = rows(built, "select * from marts.precedents where measure = 'opening_demand_share' order by after_kind")

    assert [(row["after_kind"], row["next_deal_count"], row["known_count"]) for row in found] == [
        ("clear", 1, 1),
        ("exception", 2, 2),
    ]
    assert [round(row["value_mean"], 4) for row in found] == [0.85, 0.55]
    # t(0.95, 1) = 6.3138; standard deviation 0.0707 of two, standard error 0.05
    assert (found[1]["value_low"], found[1]["value_high"]) == pytest.approx((0.55 - 0.3157, 0.55 + 0.3157), abs=1e-4)
    assert (found[0]["value_low"], found[0]["value_high"]) == (None, None)
