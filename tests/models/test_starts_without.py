"""What the quarter without a deal was when its negotiation began: 03-metrics.md, sections 6 and 7."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jobs.build import build
from jobs.settings import parse_settings
from tests.models.world import CALENDAR, World, deal, one, quota, world

# Of d2 nothing is told in past weeks; here that withholds no week.
SETTINGS = CALENDAR + "max_unknown_share = 1\n"
WEEKS = [date(2026, 7, 5), date(2026, 7, 12), date(2026, 7, 19), date(2026, 8, 2)]


def moved(negotiation: str | None) -> list[dict[str, Any]]:
    """The deal is in evaluation from June on, and in negotiation from a day on."""
    stages = [("2026-06-10", "Proposal"), *([(negotiation, "Negotiation")] if negotiation else [])]
    return [
        {"opportunity_id": "d1", "changed_at": f"{day} 09:00:00", "stage": stage, "rep_id": "r1", "amount": 60}
        for day, stage in stages
    ]


def built(negotiation: str | None, **options: Any) -> World:
    deals = [deal("d1", amount=60, probability=0.5), deal("d2", amount=60, probability=0.4)]
    tables = {"opportunities": deals, "quotas": [quota(60)], "opportunity_snapshots": moved(negotiation)}
    return world(tables, settings=SETTINGS, **options)


START = "select without_probability_at_start as without, scored_on from working.starts_without"


@pytest.mark.parametrize(
    ("title", "negotiation", "weeks", "scored_on"),
    [
        ("the week before the start", "2026-07-15", WEEKS, date(2026, 7, 12)),
        ("the week that ends on the day of the start", "2026-07-12", WEEKS, date(2026, 7, 12)),
        ("thirteen days before is near enough", "2026-07-18", [date(2026, 7, 5), date(2026, 8, 2)], date(2026, 7, 5)),
        ("fourteen days before is not", "2026-07-19", [date(2026, 7, 5), date(2026, 8, 2)], None),
        ("no week was scored before", "2026-07-04", WEEKS, None),
    ],
)
def test_the_week_that_is_read(title: str, negotiation: str, weeks: list[date], scored_on: date | None) -> None:
    found = one(built(negotiation, as_of=weeks), f"{START} where as_of_on = '2026-08-02' and opportunity_id = 'd1'")

    assert found["scored_on"] == scored_on, title
    assert (found["without"] is None) == (scored_on is None)


def test_an_unknown_start_has_no_row() -> None:
    found = one(
        built(None, as_of=WEEKS), "select count(*) as rows from working.starts_without where opportunity_id = 'd1'"
    )

    assert found == {"rows": 0}


def test_a_week_scored_later_is_not_seen() -> None:
    """An old week, run again, reads what it could read then."""
    connection = built("2026-07-15", as_of=[WEEKS[0], WEEKS[3]])
    settings = parse_settings(SETTINGS)
    build(connection.whole(), settings, [WEEKS[1]])
    build(connection.whole(), settings, [WEEKS[3]])

    assert one(connection, f"{START} where opportunity_id = 'd1'")["scored_on"] == WEEKS[0]
