"""Exposures of what is known: of what the workspace never told, of talks that began again, on the date that is scored."""

from __future__ import annotations

import pytest

from tests.models.exposed import BEFORE, Rows, bid, won
from tests.models.policies import COST, MARKUP
from tests.models.world import deal, one, quota, rows, world


@pytest.mark.parametrize(
    ("title", "told", "known"),
    [
        ("opportunities alone", {}, set()),
        ("red flags", {"red_flags": [{"opportunity_id": "x", "flag": "C080"}]}, {"exposure_count", "broken_count", "unknown_count"}),
        ("approvals", {"approvals": [{"opportunity_id": "x", "kind": "price", "role": "vp", "decision": "pending"}]}, {"excused_count"}),
        ("declines", {"declines": [{"opportunity_id": "x", "decided_at": BEFORE, "reason": "risk"}]}, {"held_count"}),
    ],
)  # fmt: skip
def test_what_the_workspace_never_told_is_unknown_and_not_zero(
    title: str, told: dict[str, Rows], known: set[str]
) -> None:
    built = world({"opportunities": [deal("d1")], "quotas": [quota(100)], **told})
    names = (
        "exposure_count",
        "held_count",
        "excused_count",
        "broken_count",
        "unknown_count",
        "held_share",
        "unlogged_share",
    )
    card = one(built, f"select {', '.join(names)} from marts.rep_scorecard")
    reasons = {row["measure"]: row["is_measurable"] for row in rows(built, "select * from marts.data_quality")}

    assert {name for name in names if card[name] is not None} == known, title
    assert [reasons[name] for name in ("exposure_count", "excused_count", "broken_count")] == [
        name in known for name in ("exposure_count", "excused_count", "broken_count")
    ]


def test_a_return_begins_new_talks() -> None:
    """Declined at 130 in the quarter before, back, and won at 160: what was demanded before is over."""
    built = world(
        {
            "opportunities": [deal("d1", **{**COST, **won()})],
            "offers": [{"opportunity_id": "d1", **bid(130, "2026-05-20 12:00:00")}],
            "declines": [{"opportunity_id": "d1", "decided_at": "2026-06-01 12:00:00", "reason": "economics"}],
            "returns": [{"opportunity_id": "d1", "returned_at": "2026-06-20 12:00:00"}],
        },
        settings=MARKUP,
    )
    found = rows(built, "select cast(quarter_start_on as varchar) as quarter, ending, end_kind from marts.exposures")

    assert found == [{"quarter": "2026-04-01", "ending": "held", "end_kind": "declined"}]
    assert one(built, "select held_count, held_4q_count from marts.company_week") == {
        "held_count": 0,
        "held_4q_count": 1,
    }


def test_an_exposure_is_of_the_date_that_is_scored() -> None:
    """A demand of next week is not known today."""
    tables = {
        "opportunities": [deal("d1", **COST, amount=160)],
        "offers": [{"opportunity_id": "d1", **bid(130, "2026-08-20 12:00:00")}],
    }
    built = world(tables, settings=MARKUP)

    assert rows(built, "select * from marts.exposures") == []
