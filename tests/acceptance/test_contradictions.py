"""Evidence that contradicts itself: each a finding with the ids on the method page and in marts.findings, with what it does to the measure."""

from __future__ import annotations

from typing import Any

import pytest

from jobs.workspace import Workspace
from tests.acceptance.commands import batna, new_workspace, put, read, rows, weekly

WEEK, DAY = "2026-W46", "2026-11-15"
SETTINGS = """
[policy]
margin_basis = "markup_on_cost"
[[policy.cells]]
minimum = 0.20
target = 0.35
"""

# Cost 105: floor 126, threshold 141.75. Every deal has a twin without the contradiction.
DEALS = """opportunity_id,opportunity_name,rep_id,stage,amount,currency,created_at,close_on,closed_at,list_amount,direct_cost,allocated_overhead
late,Late,ann,Won,130,USD,2026-08-01,,2026-10-10,200,80,25
timely,Timely,ann,Won,130,USD,2026-08-01,,2026-10-10,200,80,25
gone,Gone,ann,Lost,150,USD,2026-08-01,,2026-10-10,200,80,25
asked,Asked,ann,Lost,150,USD,2026-08-01,,2026-10-10,200,80,25
won,Won,ann,Won,150,USD,2026-08-01,,2026-10-10,200,80,25
left,Left,ann,Lost,150,USD,2026-08-01,,2026-10-12,200,80,25
twice,Twice,ann,Lost,150,USD,2026-08-01,,2026-10-20,200,80,25
early,Early,ann,Lost,150,USD,2026-08-01,,2026-10-12,200,80,25
back,Back,ann,Negotiation,150,USD,2026-08-01,2026-12-01,,200,80,25
high,High,ann,Negotiation,150,USD,2026-08-01,2026-12-01,,150,80,25
dated,Dated,ann,Negotiation,150,USD,2026-08-01,2026-12-01,,200,80,25
other,Other,ann,Negotiation,150,USD,2026-08-01,2026-12-01,,200,80,25
"""
OFFERS = """opportunity_id,offered_at,side,amount,currency
gone,2026-10-20 10:00,buyer,100,USD
asked,2026-10-05 10:00,buyer,100,USD
"""
APPROVALS = """opportunity_id,kind,role,requested_at,decision,decided_at,justification
late,price,vp,2026-10-01 10:00,approved,2026-10-12 10:00,entry
timely,price,vp,2026-10-01 10:00,approved,2026-10-09 10:00,entry
"""
DECLINES = """opportunity_id,decided_at,kind,reason,demanded_amount,currency
won,2026-10-12 10:00,real,economics,100,USD
left,2026-10-12 10:00,real,economics,100,USD
twice,2026-10-15 10:00,real,economics,110,USD
twice,2026-10-20 10:00,real,economics,90,USD
early,2026-10-12 10:00,real,economics,100,USD
back,2026-10-12 10:00,real,economics,100,USD
"""
RETURNS = """opportunity_id,returned_at,returned_amount
early,2026-10-08 10:00,140
back,2026-10-30 10:00,140
"""
POINTS = "opportunity_id,set_at,threshold_amount,currency\n"
FIRST_POINTS = POINTS + "other,2026-11-05 10:00,145,USD\nhigh,2026-11-05 10:00,160,USD\n"
LATER_POINTS = POINTS + "dated,2026-10-01 10:00,155,USD\n"

FINDINGS = [
    ("approval_after_closing", {"late"}),
    ("offer_after_closing", {"gone"}),
    ("decline_of_won_deal", {"won"}),
    ("threshold_above_list", {"high"}),
    ("decline_repeated", {"twice"}),
    ("return_before_decline", {"early"}),
    ("walk_away_point_back_dated", {"dated"}),
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = new_workspace(tmp_path_factory.mktemp("contradictions") / "acme", SETTINGS)
    put(workspace, {"walk_away_points.csv": FIRST_POINTS, "deals.csv": DEALS})
    assert batna("load", "--workspace", workspace.root).code == 0
    put(
        workspace,
        {
            "later.csv": LATER_POINTS, "offers.csv": OFFERS, "approvals.csv": APPROVALS, "declines.csv": DECLINES,
            "returns.csv": RETURNS, "quotas.csv": "rep_id,period_start_on,quota_amount\nann,2026-10-01,1000\n",
        },
    )  # fmt: skip
    ended = weekly(workspace, DAY)
    assert (ended.code, ended.err) == (0, "")
    return workspace


def ids(workspace: Workspace, select: str) -> set[str]:
    return {row["opportunity_id"] for row in rows(workspace, select)}


def one(workspace: Workspace, select: str) -> dict[str, Any]:
    [row] = rows(workspace, select)
    return row


@pytest.mark.parametrize(("code", "deals"), FINDINGS)
def test_it_is_counted_with_the_ids_of_the_deals(told: Workspace, code: str, deals: set[str]) -> None:
    page = read(told, WEEK, "method.html")

    assert ids(told, f"select opportunity_id from marts.findings where code = '{code}'") == deals
    assert all(deal in page for deal in deals)


def test_every_row_of_it_was_kept(told: Workspace) -> None:
    counted = {
        entity: one(told, f"select count(*) as n from raw.{entity}")["n"]
        for entity in ("offers", "approvals", "declines", "returns", "walk_away_points")
    }

    assert counted == {"offers": 2, "approvals": 2, "declines": 6, "returns": 2, "walk_away_points": 3}


def test_an_approval_after_the_closing_excuses_nothing(told: Workspace) -> None:
    signed = "select opportunity_id, missing_approvals from marts.should_have_declined"
    endings = rows(
        told, "select opportunity_id, ending from marts.exposures where opportunity_id in ('late', 'timely')"
    )

    assert rows(told, signed) == [{"opportunity_id": "late", "missing_approvals": "price:vp"}]
    assert {row["opportunity_id"]: row["ending"] for row in endings} == {"late": "broken", "timely": "excused"}


def test_an_offer_after_the_deal_was_lost_is_no_demand_at_the_table(told: Workspace) -> None:
    assert ids(told, "select opportunity_id from marts.exposures where opportunity_id in ('gone', 'asked')") == {
        "asked"
    }


def test_a_declined_deal_that_was_won_is_won(told: Workspace) -> None:
    assert ids(told, "select opportunity_id from marts.declined_deals where opportunity_id in ('won', 'left')") == {
        "left"
    }
    assert one(told, "select outcome from staging.deals where opportunity_id = 'won'") == {"outcome": "won"}
    assert one(told, "select won_count from marts.company_week") == {"won_count": 3}


def test_a_threshold_above_the_list_price_holds_as_it_stands(told: Workspace) -> None:
    line = "select threshold_amount, list_amount, zone from marts.deal_positions where opportunity_id = 'high'"

    assert one(told, line) == {"threshold_amount": 160, "list_amount": 150, "zone": "approval"}


def test_of_two_declines_without_a_return_the_first_counts(told: Workspace) -> None:
    register = "select demanded_amount, cast(decided_at as date) as day from marts.declined_deals where opportunity_id = 'twice'"

    assert one(told, register) == {"demanded_amount": 110, "day": "2026-10-15"}


def test_a_return_before_its_decline_takes_none_off(told: Workspace) -> None:
    outcomes = rows(told, "select opportunity_id, outcome from staging.deals where opportunity_id in ('early', 'back')")
    returned = "select opportunity_id, returned_at is not null as came_back from marts.declined_deals where opportunity_id in ('early', 'back')"

    assert {row["opportunity_id"]: row["outcome"] for row in outcomes} == {"early": "declined", "back": "open"}
    assert {row["opportunity_id"]: row["came_back"] for row in rows(told, returned)} == {"early": False, "back": True}
    assert one(told, "select returned_count from marts.company_week") == {"returned_count": 1}


def test_a_point_that_looks_back_dated_is_used_and_told(told: Workspace) -> None:
    line = "select threshold_amount, floor_source from marts.deal_positions where opportunity_id = 'dated'"

    assert one(told, line) == {"threshold_amount": 155, "floor_source": "point"}
    assert "other" not in ids(
        told, "select opportunity_id from marts.findings where code = 'walk_away_point_back_dated'"
    )
