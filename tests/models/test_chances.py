"""The learnt chance of an open deal, and what stands in for one that the finished quarters refuted: 03-metrics.md, sections 3 and 7."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.models.partial import built, insert, opened
from tests.models.test_learning import SMALL, SNAPSHOTS, seen
from tests.models.world import AS_OF, rows

OPEN = {
    "as_of_on": AS_OF,
    "rep_id": "r1",
    "segment": "smb",
    "phase_order": 3,
    "close_on": date(2026, 9, 15),
    "outcome": "open",
}
SKILLS = "create table working.skills (last_file_number integer, quarter_start_on date, segment varchar, weeks_left_band varchar, skill_high double)"


def chance(
    skills: list[tuple[str | None, str | None, float | None]], as_of: date = AS_OF, **columns: Any
) -> dict[str, Any]:
    """The learnt chance of one open deal: six weeks are left; half of ten deals in its cell were won, a fifth of its band."""
    connection = opened(SMALL, [as_of])
    connection.execute(SNAPSHOTS)
    snapshots = [
        *(row for n in range(10) for row in seen(f"a{n}", 5, won=n < 5, rep_id=None)),
        *(row for n in range(40) for row in seen(f"b{n}", 5, won=n < 5, rep_id=None, phase_order=2)),
    ]
    insert(connection, "working.snapshots", {name: [row[name] for row in snapshots] for name in snapshots[0]})
    connection.execute(SKILLS)
    for segment, band, high in skills:
        insert(connection, "working.skills", {
            "last_file_number": 0, "quarter_start_on": date(2026, 7, 1), "segment": [segment], "weeks_left_band": band, "skill_high": high,
        })  # fmt: skip
    connection.execute(
        "create table staging.deals (as_of_on date, opportunity_id varchar, rep_id varchar, segment varchar, stage varchar, phase_order integer,"
        " close_on date, outcome varchar)"
    )
    insert(connection, "staging.deals", {"opportunity_id": ["d1"], **OPEN, "as_of_on": as_of, **columns})
    given = ["working.snapshots", "working.skills", "staging.deals"]
    found = rows(
        built(connection, ["working.learnt_probabilities"], given=given), "select * from working.learnt_probabilities"
    )
    return found[0] if found else {}


PHASE = (5 + 20 * 0.2) / (10 + 20)
SEGMENT = (5 + 20 * PHASE) / (10 + 20)
INSIDE = (5 + 20 * SEGMENT) / (10 + 20)
REFUTED: list[tuple[str, list[tuple[str | None, str | None, float | None]], str, float]] = [
    ("tested, and not refuted", [(None, None, 0.2), ("smb", "5-8", 0.1)], "learnt", INSIDE),
    ("the test leaves room for skill", [(None, None, 0.0)], "learnt", INSIDE),
    ("worse than the base rate as a whole", [(None, None, -0.01)], "base_rate", 0.2),
    ("worse than the base rate in its segment and band", [(None, None, 0.2), ("smb", "5-8", -0.01)], "base_rate", 0.2),
    ("worse elsewhere", [(None, None, 0.2), ("smb", "2-4", -0.01), ("mid", "5-8", -0.01)], "learnt", INSIDE),
    ("no interval", [(None, None, None)], "learnt_untested", INSIDE),
    ("no quarter to test on", [], "learnt_untested", INSIDE),
]


@pytest.mark.parametrize(("title", "skills", "source", "probability"), REFUTED, ids=[case[0] for case in REFUTED])
def test_a_chance_that_is_refuted_is_the_base_rate_of_its_weeks_left(
    title: str, skills: list[tuple[str | None, str | None, float | None]], source: str, probability: float
) -> None:
    found = chance(skills)
    deviation = None if source == "base_rate" else pytest.approx((INSIDE * (1 - INSIDE) / 31) ** 0.5)

    assert (found["learnt_source"], found["learnt_probability"]) == (source, pytest.approx(probability)), title
    assert found["learnt_deviation"] == deviation
    assert found["learnt_cell"] == (None if source == "base_rate" else "smb|3|5-8|inside")


def test_in_a_band_in_which_no_deal_was_seen_a_refuted_chance_is_the_rate_of_all_deals() -> None:
    """Two weeks are left, and every deal of the finished quarters was seen with five."""
    late = date(2026, 9, 12)

    assert chance([(None, None, 0.2)], late)["learnt_source"] == "learnt"
    found = chance([(None, None, -0.01)], late)
    assert (found["learnt_source"], found["learnt_probability"]) == ("base_rate", pytest.approx(0.2))


@pytest.mark.parametrize(
    ("title", "columns", "cell", "probability"),
    [
        ("the close date inside the quarter", {}, "smb|3|5-8|inside", INSIDE),
        ("a cell without a deal: its segment and phase", {"close_on": None}, "smb|3|*|*", SEGMENT),
        ("a segment without a deal: its phase", {"segment": "new"}, "*|3|*|*", PHASE),
        ("a phase without a deal: all deals", {"phase_order": 1}, "*|1|*|*", 0.2),
    ],
)
def test_what_a_deal_falls_back_to(title: str, columns: dict[str, Any], cell: str, probability: float) -> None:
    found = chance([], **columns)

    assert (found["learnt_cell"], found["learnt_probability"]) == (cell, pytest.approx(probability)), title


@pytest.mark.parametrize("columns", [{"phase_order": 0}, {"phase_order": None}, {"phase_order": 4}])
def test_a_deal_in_no_phase_that_counts_has_no_learnt_chance(columns: dict[str, Any]) -> None:
    assert chance([], **columns) == {}
