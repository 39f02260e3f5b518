"""The conduct of a rep: late changes, pulled dates, contacts at the table, and what pools add up to (03-metrics.md, section 6)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.models.world import World, deal, one, quota, rows, world

CLOSED = {"stage": "Closed Won", "closed_at": "2026-07-20 12:00:00", "close_on": "2026-07-20"}


def request(day: str, answer: str, hours: int, **columns: Any) -> dict[str, Any]:
    """A change asked for at noon and answered so many hours later."""
    answered = f"{day[:8]}{int(day[8:]) + hours // 24:02d} {12 + hours % 24:02d}:00:00"
    return {"requested_at": f"{day} 12:00:00", "kind": "scope", "answer": answer, "answered_at": answered, **columns}


CHANGES = [
    ("accepted within hours", request("2026-07-10", "accepted", 2), (1, 1, 0, 0)),
    ("accepted within 24 hours to the minute", request("2026-07-10", "accepted", 24), (1, 1, 0, 0)),
    ("accepted later", request("2026-07-10", "accepted", 26), (1, 0, 0, 0)),
    ("traded", request("2026-07-10", "traded", 2), (1, 0, 1, 0)),
    ("an alternative was offered", request("2026-07-10", "refused", 2, alternative_offered="less"), (1, 0, 0, 1)),
    ("fourteen days before closing", request("2026-07-06", "refused", 2), (1, 0, 0, 0)),
    ("earlier", request("2026-07-05", "accepted", 2), (0, 0, 0, 0)),
    ("after closing", request("2026-07-21", "accepted", 2), (0, 0, 0, 0)),
]


@pytest.fixture(scope="module")
def changed() -> World:
    """Every case as a rep with one won deal; r9 has a deal at the table whose date moved twice."""
    moved = [("2026-07-05", "2026-09-20", "2026-09-30"), ("2026-07-12", "2026-09-30", "2026-08-20")]
    return world(
        {
            "opportunities": [*(deal(title, rep_id=title, **CLOSED) for title, *_ in CHANGES), deal("d9", rep_id="r9", created_at="2026-07-01 12:00:00")],
            "change_requests": [{"opportunity_id": title} | row for title, row, _ in CHANGES],
            "opportunity_changes": [
                {"opportunity_id": "d9", "changed_at": f"{day} 09:00:00", "field": field, "old_value": old, "new_value": new}
                for day, old, new in moved for field, old, new in (("close_on", old, new), ("rep_id", "r9", "r9"))
            ],
            "contacts": [{"opportunity_id": "d9", "role": "Buyer", "first_seen_at": "2026-06-01 09:00:00"}],
        }
    )  # fmt: skip


@pytest.mark.parametrize(("title", "counts"), [(title, counts) for title, _, counts in CHANGES])
def test_a_late_change_and_its_answer(changed: World, title: str, counts: tuple[int, int, int, int]) -> None:
    found = one(changed, f"select * from marts.rep_conduct where rep_id = '{title}'")
    names = ("late_change_count", "late_accepted_fast_count", "late_traded_count", "late_alternative_count")

    assert tuple(found[name] for name in names) == counts


def test_dates_pulled_in_and_moved_to_the_last_day(changed: World) -> None:
    found = one(changed, "select * from marts.rep_conduct where rep_id = 'r9'")

    assert (found["pulled_date_count"], found["quarter_end_date_count"]) == (1, 1)


def test_deals_at_the_table_that_hang_on_one_contact(changed: World) -> None:
    found = one(changed, "select * from marts.rep_conduct where rep_id = 'r9'")

    assert (found["table_count"], found["contacted_table_count"], found["single_threaded_count"]) == (1, 1, 1)
    assert (found["single_threaded_share"], found["single_threaded_share_high"]) == (1, 1)


def test_a_pool_adds_the_counts_of_its_reps(changed: World) -> None:
    company = one(changed, "select * from marts.team_conduct where group_kind = 'company'")
    reps = rows(changed, "select * from marts.rep_conduct")

    for name in company.keys() & reps[0].keys():
        if name.endswith("_count"):
            told = [row[name] for row in reps if row[name] is not None]
            assert company[name] == (sum(told) if told else None), name


def test_what_nothing_tells_of_is_unknown(changed: World) -> None:
    company = one(changed, "select * from marts.team_conduct where group_kind = 'company'")

    for name in ("fast_concession_count", "unpaid_concession_count", "after_final_count", "readiness_met_count"):
        assert company[name] is None, name
    assert company["signalled_strength"] is None
    assert company["crossing_count"] is None


def test_conduct_of_more_than_five_quarters_ago_is_not_looked_at() -> None:
    old = {**CLOSED, "closed_at": "2025-06-30 12:00:00", "close_on": "2025-06-30", "created_at": "2025-01-10 12:00:00"}
    asked = request("2025-06-25", "accepted", 2) | {"opportunity_id": "d1"}
    built = world({"opportunities": [deal("d1", **old), deal("d2")], "change_requests": [asked]})

    assert one(built, "select * from marts.rep_conduct")["late_change_count"] == 0


@pytest.mark.parametrize(
    ("title", "band", "direction", "expected"),
    [
        ("safe, and fast with concessions", "strong", "above", "strong_reads_weak"),
        ("in need, and slow with them", "weak", "below", "weak_reads_strong"),
        ("safe, and slow with them", "strong", "below", None),
        ("neither safe nor in need", "fair", "above", None),
        ("out of reach is never called weak", "out_of_reach", "below", None),
        ("nothing is said where the band is withheld", None, "above", None),
    ],
)
def test_what_a_buyer_sees_is_held_against_a_strength_that_has_a_word(
    title: str, band: str | None, direction: str, expected: str | None
) -> None:
    built = world({"opportunities": [deal("d1")], "quotas": [quota(100)]})
    built.execute("insert into scores.rep_differences by name select date '2026-08-15' as as_of_on, 'r1' as rep_id, "
                  "'fast_concession' as measure, true as is_reported, ? as direction", [direction])  # fmt: skip
    built.execute("update working.bands set batna_band = ? where book_kind = 'rep'", [band])
    built.forget("working.bands")

    assert one(built, "select signal_disagreement from marts.rep_conduct")["signal_disagreement"] == expected, title


@pytest.mark.parametrize(
    ("title", "handed_over", "conceding"),
    [
        ("before the concession", "2026-07-02 00:00:00", "r1"),
        ("after it", "2026-08-01 00:00:00", "r0"),
        ("nothing tells of another owner", None, "r1"),
    ],
)
def test_a_concession_is_of_the_owner_of_its_moment(title: str, handed_over: str | None, conceding: str) -> None:
    talks = [
        ("2026-07-01 12:00:00", "seller", 100),
        ("2026-07-02 12:00:00", "buyer", 80),
        ("2026-07-03 12:00:00", "seller", 90),
    ]
    moved = {"opportunity_id": "d1", "changed_at": handed_over, "field": "rep_id", "old_value": "r0", "new_value": "r1"}
    built = world(
        {
            "opportunities": [deal("d1")],
            "opportunity_changes": [moved] if handed_over else [],
            "offers": [
                {"opportunity_id": "d1", "offered_at": at, "side": side, "amount": amount} for at, side, amount in talks
            ],
            "quotas": [quota(100, "r0"), quota(100)],
        }
    )
    found = rows(
        built, "select rep_id, concession_count, answer_count from marts.rep_conduct where concession_count > 0"
    )

    assert found == [{"rep_id": conceding, "concession_count": 1, "answer_count": 1}], title
