"""Nothing that comes later changes how a deal stood on an old date (03-metrics.md, section 0)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.models.world import rows, world

DAYS = (date(2026, 7, 11), date(2026, 8, 15))
END = datetime(2026, 8, 16)
BEGIN = datetime(2026, 5, 1)
STAGES = ("Prospecting", "Proposal", "Negotiation", "Closed Won", "Closed Lost")

Rows = list[dict[str, Any]]


def times(first: datetime, days: int) -> st.SearchStrategy[datetime]:
    return st.integers(0, days * 24).map(lambda hours: first + timedelta(hours=hours))


def told(first: datetime, days: int) -> st.SearchStrategy[Rows]:
    """Some moments at which a deal was told of, each with a whole state."""
    moment = st.fixed_dictionaries(
        {
            "at": times(first, days),
            "stage": st.sampled_from(STAGES),
            "amount": st.integers(1, 200),
            "rep_id": st.sampled_from(("r1", "r2")),
        }
    )
    return st.lists(moment, max_size=4)


def history(opportunity_id: str, moments: Rows) -> Rows:
    return [{"opportunity_id": opportunity_id, "changed_at": each["at"], **without(each, "at")} for each in moments]


def versions(opportunity_id: str, moments: Rows) -> Rows:
    return [
        {
            "opportunity_id": opportunity_id,
            "created_at": BEGIN,
            "modified_at": each["at"],
            "closed_at": each["at"] if each["stage"].startswith("Closed") else None,
            **without(each, "at"),
        }
        for each in sorted(moments, key=lambda each: each["at"])
    ]


def without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def deals(tables: dict[str, Rows]) -> Rows:
    return rows(world(tables, as_of=DAYS), "select * from staging.deals order by as_of_on, opportunity_id")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(early=told(BEGIN, 100), exported=told(BEGIN, 100), late=told(END, 60), latest=told(END, 60), order=st.randoms())
def test_a_later_export_never_changes_an_old_week(
    early: Rows, exported: Rows, late: Rows, latest: Rows, order: Any
) -> None:
    """History and rows of after the date, in any order and twice, leave every column of the deal as it was."""
    first = versions("d1", exported) or versions(
        "d1", [{"at": BEGIN, "stage": "Proposal", "amount": 9, "rep_id": "r1"}]
    )
    before = {"opportunities": first, "opportunity_snapshots": history("d1", early)}
    later = [*history("d1", early), *history("d1", late)]
    order.shuffle(later)
    after = {"opportunities": [*first, *versions("d1", latest)], "opportunity_snapshots": later}

    assert deals(after) == deals(before)
