"""Deals that eat time: days in negotiation, and what a week of the rep is worth elsewhere (03-metrics.md, section 4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.models.exposed import CLOSED, Rows, priced, won
from tests.models.policies import COST, MARKUP
from tests.models.world import AS_OF, deal, rows, world


def stuck(days: int) -> dict[str, Rows]:
    """Twenty wins that negotiated 10 days, one deal that negotiates since long, and two that are worth more a week."""
    deals = [deal(f"w{n}", **{**COST, **won(200)}, segment="s") for n in range(20)]
    began = [
        {"opportunity_id": f"w{n}", "changed_at": at, "field": "stage", "old_value": old, "new_value": new}
        for n in range(20)
        for at, old, new in (
            ("2026-07-10 12:00:00", "Proposal", "Negotiation"),
            (CLOSED, "Negotiation", "Closed Won"),
        )
    ]
    long = {"opportunity_id": "long", "changed_at": f"2026-08-{15 - days:02d} 12:00:00", "field": "stage",
            "old_value": "Proposal", "new_value": "Negotiation"}  # fmt: skip
    others = [
        deal(name, **COST, amount=300, segment="s", probability=0.5, modified_at="2026-08-14 12:00:00")
        for name in ("o1", "o2")
    ]
    stale = deal("long", **COST, amount=145, segment="s", probability=0.5, modified_at="2026-08-14 12:00:00")
    lives = [
        {"opportunity_id": "long", **priced(146, 145, "2026-08-14 12:00:00")},
        *({"opportunity_id": name, **priced(290, 300, "2026-08-14 12:00:00")} for name in ("o1", "o2")),
    ]
    return {"opportunities": [*deals, stale, *others], "opportunity_changes": [*began, long, *lives]}


@pytest.mark.parametrize(
    ("title", "days", "triggers"), [("longer than nine of ten wins", 13, "time_trap"), ("not yet", 8, None)]
)
def test_a_deal_that_eats_time(title: str, days: int, triggers: str | None) -> None:
    built = world(stuck(days), settings=MARKUP + "[candidates]\nlive_days = 90\n")
    found = rows(built, "select triggers from marts.exposures where opportunity_id = 'long'")

    assert found == ([{"triggers": triggers}] if triggers else []), title


def test_without_a_close_date_no_deal_eats_time() -> None:
    """Nor does it make a week of the others worth more: nobody knows how many weeks remain."""
    tables = stuck(13)
    undated = [
        {**row, "close_on": None} if row["opportunity_id"] in ("o1", "o2") else row for row in tables["opportunities"]
    ]
    built = world({**tables, "opportunities": undated}, settings=MARKUP + "[candidates]\nlive_days = 90\n")

    assert rows(built, "select triggers from marts.exposures where opportunity_id = 'long'") == []


def test_a_win_was_a_time_trap_when_the_week_before_saw_one() -> None:
    told = stuck(13)
    signed = {
        **COST,
        **won(145),
        "closed_at": "2026-08-18 12:00:00",
        "modified_at": "2026-08-18 12:00:00",
        "segment": "s",
    }
    told["opportunities"].append(deal("long", **signed))
    built = world(told, settings=MARKUP + "[candidates]\nlive_days = 90\n", as_of=(AS_OF, AS_OF + timedelta(7)))
    found = rows(
        built,
        "select cast(as_of_on as varchar) as week, triggers, ending, missing_approvals from scores.exposures "
        "where opportunity_id = 'long' order by 1",
    )

    assert [tuple(row.values()) for row in found] == [
        ("2026-08-15", "time_trap", None, "fit:strategic_review"),
        ("2026-08-22", "time_trap", "broken", "fit:strategic_review"),
    ]
