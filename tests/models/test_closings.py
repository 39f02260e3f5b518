"""Whether a deal is open or closed on a date, where the row and the history both speak: docs/decisions/0021."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.models.world import deal, quota, rows, world

WEEKS = [date(2026, 7, 4), date(2026, 7, 18), date(2026, 8, 1), date(2026, 8, 15), date(2026, 8, 29)]
OPEN, WON, LOST = "Negotiation", "Closed Won", "Closed Lost"


def snapshots(*told: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"opportunity_id": "d1", "changed_at": at, "stage": stage, "amount": 60} for at, stage in told]


def changes(*told: tuple[str, str | None, str]) -> list[dict[str, Any]]:
    return [
        {"opportunity_id": "d1", "changed_at": at, "field": "stage", "old_value": old, "new_value": new}
        for at, old, new in told
    ]


def row(stage: str, closed_on: str | None, modified_at: str, **columns: Any) -> dict[str, Any]:
    dates = {"close_on": closed_on} if closed_on else {}
    return deal("d1", stage=stage, modified_at=f"{modified_at} 12:00:00", **dates, **columns)


OUTCOMES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("the row alone: closed from its day on, whenever it was touched last",
     {"opportunities": [row(WON, "2026-07-10", "2026-08-20")]},
     ["open", "won", "won", "won", "won"]),
    ("a row that says a day on which the history still shows an open stage: closed when the history shows it",
     {"opportunities": [row(WON, "2026-07-10", "2026-08-20")],
      "opportunity_snapshots": snapshots(("2026-06-01", OPEN), ("2026-08-05 14:00:00", WON))},
     ["open", "open", "open", "won", "won"]),
    ("the same by changes of the stage",
     {"opportunities": [row(WON, "2026-07-10", "2026-08-20")],
      "opportunity_changes": changes(("2026-06-01", None, OPEN), ("2026-08-05 14:00:00", OPEN, WON))},
     ["open", "open", "open", "won", "won"]),
    ("a history that ends before the day of the row does not contradict it",
     {"opportunities": [row(WON, "2026-07-10", "2026-08-20")],
      "opportunity_snapshots": snapshots(("2026-06-01", OPEN))},
     ["open", "won", "won", "won", "won"]),
    ("a history that goes on in the closed stage does not contradict it either",
     {"opportunities": [row(WON, "2026-07-10", "2026-08-20")],
      "opportunity_snapshots": snapshots(("2026-07-10 09:00:00", WON), ("2026-08-05", WON))},
     ["open", "won", "won", "won", "won"]),
    ("an open stage after the closing, and no closing after it: the row closes it at its own time",
     {"opportunities": [row(LOST, "2026-07-10", "2026-08-20")],
      "opportunity_snapshots": snapshots(("2026-06-01", OPEN), ("2026-07-25", OPEN))},
     ["open", "open", "open", "open", "lost"]),
    ("a closing, a reopening and a closing that only the history tells, before the one that the row tells",
     {"opportunities": [row(WON, "2026-08-20", "2026-08-21")],
      "opportunity_snapshots": snapshots(
          ("2026-06-01", OPEN), ("2026-07-10", LOST), ("2026-07-25", OPEN), ("2026-08-20 14:00:00", WON))},
     ["open", "lost", "open", "open", "won"]),
    ("a snapshot in a closed stage after the row was exported open",
     {"opportunities": [row(OPEN, None, "2026-06-20")],
      "opportunity_snapshots": snapshots(("2026-07-10", WON))},
     ["open", "won", "won", "won", "won"]),
    ("a snapshot in an open stage after the row was exported closed",
     {"opportunities": [row(LOST, "2026-07-01", "2026-07-02")],
      "opportunity_snapshots": snapshots(("2026-06-01", OPEN), ("2026-07-01 14:00:00", LOST), ("2026-08-05", OPEN))},
     ["lost", "lost", "lost", "open", "open"]),
    ("history out of order, twice and with gaps says the same",
     {"opportunities": [row(OPEN, None, "2026-06-20")],
      "opportunity_snapshots": snapshots(("2026-08-20", WON), ("2026-07-10", LOST), ("2026-08-10", OPEN)),
      "opportunity_changes": changes(("2026-08-10", LOST, OPEN), ("2026-07-10", "Proposal", LOST))},
     ["open", "lost", "lost", "open", "won"]),
    ("versions without old values are read in the order of their times",
     {"opportunities": [row(WON, "2026-08-20", "2026-08-21")],
      "opportunity_changes": changes(("2026-08-20 14:00:00", None, WON), ("2026-07-10", None, LOST), ("2026-07-25", None, OPEN))},
     ["open", "lost", "open", "open", "won"]),
    ("a closed stage that held before the first change closes nothing",
     {"opportunities": [row(OPEN, None, "2026-08-20")],
      "opportunity_changes": changes(("2026-07-10", LOST, OPEN))},
     ["open", "open", "open", "open", "open"]),
    ("a stage that the settings do not name says nothing",
     {"opportunities": [row("Signed", "2026-07-10", "2026-07-11", is_won=True)],
      "opportunity_snapshots": snapshots(("2026-07-10 14:00:00", "Signed"), ("2026-08-05", "Filed"))},
     ["open", "won", "won", "won", "won"]),
]  # fmt: skip


@pytest.mark.parametrize(("tables", "expected"), [case[1:] for case in OUTCOMES], ids=[title for title, *_ in OUTCOMES])
def test_a_deal_is_open_or_closed_as_the_last_word_on_it_says(tables: dict[str, Any], expected: list[str]) -> None:
    built = world({**tables, "quotas": [quota(100)]}, as_of=WEEKS)

    assert [row["outcome"] for row in rows(built, "select outcome from staging.deals order by as_of_on")] == expected


def test_what_the_history_closed_has_the_values_of_its_time_and_no_reason_yet() -> None:
    final = row(LOST, "2026-08-20", "2026-08-21", amount=90, loss_reason="Price", competitor="Acme")
    told = snapshots(("2026-07-10 14:00:00", LOST), ("2026-07-12", LOST), ("2026-07-25", OPEN))
    built = world({"opportunities": [final], "opportunity_snapshots": told}, as_of=[WEEKS[1], WEEKS[4]])
    query = "select outcome, amount, closed_on, loss_reason, competitor from staging.deals order by as_of_on"

    assert [tuple(row.values()) for row in rows(built, query)] == [
        ("lost", 60, date(2026, 7, 10), None, None),
        ("lost", 90, date(2026, 8, 20), "Price", "Acme"),
    ]
