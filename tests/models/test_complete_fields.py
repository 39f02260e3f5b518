"""A history that holds every change of a field tells of the deals that it does not name; of other fields nothing is carried back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from tests.models.world import CALENDAR, Row, deal, one, quota, rows, world

EARLY, LATE = date(2026, 6, 20), date(2026, 8, 15)
COMPLETE = CALENDAR + '[history]\ncomplete_fields = ["rep_id"]\n'
ROW = {"created_at": "2026-05-10 12:00:00", "modified_at": "2026-08-01 12:00:00"}


def moved(opportunity_id: str, changed_at: str, old: str | None, new: str, field: str = "rep_id") -> dict[str, Any]:
    return {
        "opportunity_id": opportunity_id, "changed_at": changed_at, "field": field, "old_value": old, "new_value": new,
    }  # fmt: skip


BEGUN = moved("other", "2026-03-01 12:00:00", "r8", "r9")


@pytest.mark.parametrize(
    ("title", "settings", "versions", "changes", "early", "late"),
    [
        ("no change: the owner since the creation", COMPLETE, [ROW], [BEGUN], "r1", "r1"),
        ("changed once: the old owner before, the new one after", COMPLETE, [ROW],
         [BEGUN, moved("d1", "2026-07-01 12:00:00", "r2", "r1")], "r2", "r1"),
        ("of a change without an old value nothing is known before", COMPLETE, [ROW],
         [BEGUN, moved("d1", "2026-07-01 12:00:00", None, "r1")], None, "r1"),
        ("field not named: unknown before the row", CALENDAR, [ROW], [BEGUN], None, "r1"),
        ("no history of owners loaded: unknown before the row", COMPLETE, [ROW],
         [moved("other", "2026-03-01 12:00:00", "1", "2", "amount")], None, "r1"),
        ("history that begins after the date: unknown before it", COMPLETE, [ROW],
         [moved("other", "2026-07-01 12:00:00", "r8", "r9")], None, "r1"),
        ("a later row with another owner holds from its own time", COMPLETE,
         [ROW, {**ROW, "modified_at": "2026-08-10 12:00:00", "rep_id": "r3"}], [BEGUN], "r1", "r3"),
        ("a row without an owner never had one", COMPLETE, [{**ROW, "rep_id": None}], [BEGUN], None, None),
    ],
)  # fmt: skip
def test_who_owned_a_deal(
    title: str, settings: str, versions: list[Row], changes: list[Row], early: str | None, late: str | None
) -> None:
    tables: Mapping[str, list[Row]] = {
        "opportunities": [deal("d1", **version) for version in versions],
        "opportunity_changes": changes,
    }
    built = world(tables, settings=settings, as_of=(EARLY, LATE))
    found = rows(built, "select as_of_on, rep_id from staging.deals where opportunity_id = 'd1'")

    assert {row["as_of_on"]: row["rep_id"] for row in found} == {EARLY: early, LATE: late}, title


def test_a_snapshot_that_tells_the_owner_leaves_nothing_to_conclude() -> None:
    """Who owned it before the first snapshot may have been somebody else: the row tells of today's owner alone."""
    snapshot = {"opportunity_id": "d1", "changed_at": "2026-07-01 12:00:00", "stage": "Proposal", "rep_id": "r2"}
    tables: Mapping[str, list[Row]] = {
        "opportunities": [deal("d1", **ROW)], "opportunity_snapshots": [snapshot], "opportunity_changes": [BEGUN],
    }  # fmt: skip

    built = world(tables, settings=COMPLETE, as_of=(EARLY,))
    assert one(built, "select rep_id from staging.deals where opportunity_id = 'd1'") == {"rep_id": None}


def test_only_the_named_field_is_concluded() -> None:
    """Stage and amount of that time are unknown as before, and so is the deal."""
    tables: Mapping[str, list[Row]] = {"opportunities": [deal("d1", **ROW)], "opportunity_changes": [BEGUN]}
    built = world(tables, settings=COMPLETE, as_of=(EARLY,))

    assert one(built, "select rep_id, stage, amount, close_on, is_evidenced from staging.deals") == {
        "rep_id": "r1", "stage": None, "amount": None, "close_on": None, "is_evidenced": False,
    }  # fmt: skip


HELD = {"created_at": "2026-05-10 12:00:00", "modified_at": "2026-08-01 12:00:00"}
LATER = {"version_from_at": "2026-09-01 00:00:00"}


@pytest.mark.parametrize(
    ("title", "unknown", "is_withheld"),
    [
        ("all known", [], False),
        ("one of ten unknown is at the limit", [{"rep_id": None}], False),
        ("two without an owner", [{"rep_id": None}] * 2, True),
        ("two of which nothing is known", [LATER] * 2, True),
        ("a stage that the settings do not name is known", [{"stage": "Haggling"}] * 2, False),
        ("an early deal would not count with an owner either", [{"rep_id": None, "stage": "Prospecting"}] * 2, False),
        ("nor would a renewal", [{**LATER, "deal_type": "Renewal"}] * 2, False),
    ],
)
def test_a_week_without_too_many_deals_has_no_strength(
    title: str, unknown: list[dict[str, Any]], is_withheld: bool
) -> None:
    """Nine known candidates and some unknown ones."""
    deals = [deal(f"d{number}", **HELD) for number in range(9)]
    deals += [deal(f"u{number}", **HELD, **columns) for number, columns in enumerate(unknown)]
    built = world({"opportunities": deals, "quotas": [quota(300), quota(100, period_start_on="2026-10-01")]})

    card = one(built, "select * from marts.rep_scorecard where rep_id = 'r1'")
    assert (card["quota_amount"], card["gap_amount"], card["won_amount"]) == (300, 300, 0)
    assert (card["band_withheld_reason"] == "deals_unknown") == is_withheld, title
    figures = ("attainment_probability", "batna_strength", "batna_strength_low", "batna_strength_high", "batna_basis",
               "surviving_share", "next_quarter_strength", "smallest_covering_count", "covering_pair_share",
               "top_deal_gap_share", "pipeline_cover_ratio", "all_won_misses")  # fmt: skip
    assert {name for name in figures if card[name] is None} == (set(figures) if is_withheld else set())
    company = one(built, "select batna_strength from marts.company_week")
    assert (company["batna_strength"] is None) == is_withheld
    counted = rows(built, "select detail from marts.findings where code = 'deals_unknown'")
    assert counted == ([{"detail": "2"}] if is_withheld else [])
    quality = one(
        built,
        "select is_measurable, missing_entity, missing_column, known_share from marts.data_quality"
        " where measure = 'batna_strength'",
    )
    if is_withheld:
        assert quality == {
            "is_measurable": False, "missing_entity": "opportunity_changes", "missing_column": "field",
            "known_share": 9 / 11,
        }  # fmt: skip
    else:
        assert quality["is_measurable"]
