"""From when a version is evidence (docs/architecture.md, raw)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.load.loading import ARRIVAL, WEEK, Loader, deals

EVER = datetime(1900, 1, 1)
MODIFIED = "opportunity_id,rep_id,stage,amount,created_at,modified_at"


def noon(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12)


# title, entity's file: header, row of week 1, row of week 2; version_from_at of each version kept
CASES: list[tuple[str, str, str, str, list[datetime]]] = [
    ("a deal: its own change", MODIFIED, "O1,r,P,1.5,2026-01-01 12:00,2026-02-01 12:00", "O1,r,P,2.5,2026-01-01 12:00,2026-11-20 12:00", [noon(2, 1), noon(11, 20)]),
    ("a deal: the newest stamp of the file, then the arrival", deals().strip(), "O1,r,P,1.5,2026-01-01 12:00,", "O1,r,P,2.5,2026-01-01 12:00,", [noon(1, 1), ARRIVAL + WEEK]),
    ("a deal that changed without saying so", MODIFIED, "O1,r,P,1.5,2026-01-01 12:00,2026-02-01 12:00", "O1,r,P,2.5,2026-01-01 12:00,2026-02-01 12:00", [noon(2, 1), ARRIVAL + WEEK]),
    ("an older state of a deal takes its place in the past", MODIFIED, "O1,r,P,1.5,2026-01-01 12:00,2026-03-01 12:00", "O1,r,Q,1.5,2026-01-01 12:00,2026-02-01 12:00", [noon(2, 1), noon(3, 1)]),
    ("a rep: ever, in the weeks that see the file", "rep_id,rep_name,team", "r1,Ann,North", "r1,Ann,South", [EVER, EVER]),
    ("a quota: ever, in the weeks that see the file", "rep_id,period_start_on,quota_amount", "r1,2026-10-01,5", "r1,2026-10-01,6", [EVER, EVER]),
    ("an offer: when it was made", "opportunity_id,offered_at,side,amount", "O1,2026-03-01 12:00,seller,5", "O1,2026-04-01 12:00,seller,4", [noon(3, 1), noon(4, 1)]),
    ("an offer put right: the arrival", "opportunity_id,offered_at,side,amount", "O1,2026-03-01 12:00,seller,5", "O1,2026-03-01 12:00,seller,4", [noon(3, 1), ARRIVAL + WEEK]),
    ("an approval: asked for, then decided", "opportunity_id,kind,role,requested_at,decision,decided_at", "O1,price,vp,2026-03-01 12:00,pending,", "O1,price,vp,2026-03-01 12:00,approved,2026-03-05 12:00", [noon(3, 1), noon(3, 5)]),
    ("an approval nobody dated the request of: decided", "opportunity_id,kind,role,decision,decided_at", "O1,price,vp,refused,2026-03-05 12:00", "O1,price,vp,approved,2026-03-07 12:00", [noon(3, 5), noon(3, 7)]),
    ("readiness: known from ever, then met", "opportunity_id,item,met_at", "O1,timeline,", "O1,timeline,2026-03-05 12:00", [EVER, noon(3, 5)]),
    ("an outcome: the end of its day", "opportunity_id,as_of_on,status", "O1,2026-03-05,renewed", "O1,2026-03-05,churned", [datetime(2026, 3, 5, 23, 59, 59, 999999), ARRIVAL + WEEK]),
    ("a red flag without a time: ever", "opportunity_id,flag,reported_by", "O1,C081,Ann", "O1,C081,Bob", [EVER, ARRIVAL + WEEK]),
]  # fmt: skip


@pytest.mark.parametrize(("header", "first", "second", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_from_when_versions_are_evidence(
    header: str, first: str, second: str, expected: list[datetime], loader: Loader
) -> None:
    entity = loader.one(f"{header}\n{first}\n").entity
    loader.one(f"{header}\n{second}\n", arrived_at=ARRIVAL + WEEK, accept=["stale"])
    assert loader.values(f"select version_from_at from raw.{entity} order by 1") == expected


def test_a_future_time_of_its_own_is_no_evidence(loader: Loader) -> None:
    header = "opportunity_id,term,requested_at,value,decided_at\n"
    loader.one(header + "O1,sla,2026-03-01 12:00,a,\n")
    loader.one(header + "O1,sla,2026-03-01 12:00,b,2027-01-01 12:00\n", arrived_at=ARRIVAL + WEEK)
    assert loader.values("select version_from_at from raw.term_requests order by 1") == [noon(3, 1), ARRIVAL + WEEK]


def test_the_three_times_of_an_export(loader: Loader) -> None:
    """Exported: the newest stamp that is not after the arrival; later than the export before, else the arrival."""
    for text, at in [
        (deals("O1,r,P,1.5,2026-01-01 12:00,", "O2,r,P,1.5,2027-01-01 12:00,"), ARRIVAL),
        (deals("O1,r,P,2.5,2026-01-01 12:00,", "O2,r,P,1.5,2027-01-01 12:00,"), ARRIVAL + WEEK),
    ]:
        loader.one(text, arrived_at=at)
    query = "select exported_at, newest_stamp_at, arrived_at from ops.files order by file_number"
    assert loader.rows(query) == [(noon(1, 1), noon(1, 1), ARRIVAL), (ARRIVAL + WEEK, noon(1, 1), ARRIVAL + WEEK)]


@pytest.mark.parametrize(
    ("told", "name", "expected"),
    [
        (datetime(2026, 11, 10, 9, 30), "deals.csv", datetime(2026, 11, 10, 8, 30)),
        ("file name", "deals-2026-11-10.csv", datetime(2026, 11, 10, 22, 59, 59, 999999)),
        ("file name", "all_deals_20261110-2.csv", datetime(2026, 11, 10, 22, 59, 59, 999999)),
        ("file name", "deals-2027-11-10.csv", ARRIVAL),
        ("file name", "deals.csv", noon(1, 1)),
    ],
)  # fmt: skip
def test_the_profile_may_tell_when_an_export_was_made(told: Any, name: str, expected: datetime, loader: Loader) -> None:
    loader.zone = "Europe/Berlin"
    sources = {"mine": {"extends": "generic", "entity": "opportunities", "time_zone": "UTC", "exported_at": told}}
    loader.one(deals("O1,r,P,1.5,2026-01-01 12:00,"), name, sources=sources)
    assert loader.values("select exported_at from ops.files") == [expected]
    assert loader.values("select version_from_at from raw.opportunities") == [expected]


def test_gone_is_later_than_the_last_version(loader: Loader) -> None:
    rows = [f"O{i},r,P,1.5,2026-01-01 12:00,2026-02-0{i + 1} 12:00" for i in range(5)]
    loader.one(deals(*rows, header=MODIFIED))
    loader.one(deals(*rows[:4], header=MODIFIED), arrived_at=ARRIVAL + WEEK)
    query = (
        "select is_gone, version_from_at, record_number from raw.opportunities where opportunity_id = 'O4' order by 2"
    )
    assert loader.rows(query) == [(False, noon(2, 5), 6), (True, ARRIVAL + WEEK, 0)]
