"""Guards over whole files, and letting one in on purpose (docs/exports.md, What is refused whole)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from jobs.errors import UsageError
from jobs.letting_in import Accept, accept
from tests.load.loading import ARRIVAL, WEEK, Loader, deals, many

MODIFIED = "opportunity_id,rep_id,stage,amount,created_at,modified_at"


def modified(count: int, month: int) -> list[str]:
    """Deals that were all changed in this month."""
    return [f"O{i},r1,Proposal,1.5,2026-01-01,2026-{month:02}-{1 + i:02} 12:00" for i in range(count)]


def changes(prefix: str, count: int) -> str:
    rows = (f"{prefix}{i},2026-03-01 12:00,stage,Proposal" for i in range(count))
    return "\n".join(["opportunity_id,changed_at,field,new_value", *rows]) + "\n"


WITHOUT_AMOUNT = deals(
    *(",".join(r.split(",")[:3] + r.split(",")[4:]) for r in many(10)), header=deals().strip().replace("amount,", "")
)

# title, guard, the files of week 1, the file of week 2, part of the fault, rows that are loaded once it is let in
CASES: list[tuple[str, str, Sequence[str], str, str, int]] = [
    ("a full export lost a third of its records", "shrink", [deals(*many(10))], deals(*many(6)), "lacks 4 of 10 records", 0),
    ("it is empty", "shrink", [deals(*many(10))], deals(), "lacks 10 of 10 records", 0),
    ("no record is known: the export of another system", "org", [deals(*many(10))], deals(*many(10, start=50)), "has none of the 10 records that are known", 10),
    ("changes of deals that nobody knows", "org", [deals(*many(10))], changes("X", 10), "names 10 deals, and none of them is known", 10),
    ("more bad rows than load.max_reject_share", "bad-rows", [], deals(*many(7), "X1,r,,1,2026-01-01,", "X2,r,P,x,2026-01-01,"), "2 of its 9 rows are bad, for example record 9: stage is empty", 7),
    ("its records are as they were before", "stale", [deals(*modified(9, 5), header=MODIFIED)], deals(*modified(9, 4), header=MODIFIED), "it is older than file.csv", 9),
    ("the very bytes of an older file", "stale", [deals(*modified(9, 4), header=MODIFIED), deals(*modified(9, 5), header=MODIFIED)], deals(*modified(9, 4), header=MODIFIED), "it was loaded before, and file.csv, loaded after it, is newer", 9),
    ("a column that was read is missing", "schema", [deals(*many(10))], WITHOUT_AMOUNT, "every value of it would be emptied: amount (from 'amount')", 10),
    ("a column that was read has another name", "schema", [deals(*many(10))], deals(*many(10), header=deals().strip().replace("amount", "amount_usd")), "amount (from 'amount'; renamed to 'amount_usd'?)", 10),
]  # fmt: skip


@pytest.mark.parametrize(
    ("guard", "known", "text", "fault", "loaded"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_a_guard_refuses_and_is_let_pass_on_purpose(
    guard: str, known: Sequence[str], text: str, fault: str, loaded: int, loader: Loader
) -> None:
    for week, before in enumerate(known):
        assert loader.one(before, arrived_at=ARRIVAL + week * WEEK).status == "loaded"
    at = ARRIVAL + len(known) * WEEK
    refused = loader.one(text, arrived_at=at)
    assert refused.status == "refused"
    assert refused.problem is not None
    assert fault in refused.problem
    assert refused.problem.endswith(f"let it in on purpose: --accept {guard}=file.csv.")
    assert loader.values("select count(*) from ops.files") == [len(known)]
    others = [other for other in ("shrink", "stale", "bad-rows", "schema", "org") if other != guard]
    assert loader.one(text, arrived_at=at, accept=others).status == "refused"
    let_in = loader.one(text, arrived_at=at, accept=[guard])
    assert (let_in.status, let_in.rows_loaded, let_in.despite) == ("loaded", loaded, (guard,))
    assert loader.values("select despite from ops.files order by file_number") == [""] * len(known) + [guard]


# title, the file of week 1, the file of week 2
HARMLESS: list[tuple[str, str, str]] = [
    ("the newest records were deleted", deals(*many(10)), deals(*many(8))),
    ("the newest change went with its record", deals(*modified(9, 5), header=MODIFIED), deals(*modified(8, 5), header=MODIFIED)),
    ("an optional column that was always empty is missing", deals(*(r.replace("2026-12-01", "") for r in many(9))), deals(*(r.replace("2026-12-01", "x").removesuffix(",x") for r in many(9)), header=deals().strip().removesuffix(",close_on"))),
    ("changes of a few deals that are not known yet", deals(*many(10)), changes("X", 9)),
    ("changes of some deals that are known", deals(*many(10)), changes("O", 20)),
]  # fmt: skip


@pytest.mark.parametrize(("before", "text"), [case[1:] for case in HARMLESS], ids=[case[0] for case in HARMLESS])
def test_what_no_guard_stops(before: str, text: str, loader: Loader) -> None:
    loader.one(before)
    result = loader.one(text, arrived_at=ARRIVAL + WEEK)
    assert (result.status, result.despite) == ("loaded", ())


def test_a_larger_limit_lets_a_smaller_export_in(loader: Loader) -> None:
    loader.one(deals(*many(10)))
    text = deals(*many(6), "N,r,P,1,2026-11-01,")
    assert loader.one(text, arrived_at=ARRIVAL + WEEK, max_shrink=0.5).rows_gone == 4


def test_what_came_and_what_went_in_the_header_is_told(loader: Loader) -> None:
    header = deals().strip()
    loader.one(deals(*(f"{row},a,b" for row in many(9)), header=f"{header},Territory,Old"), "one.csv")
    named = loader.one(
        deals(*(f"{row},a,b" for row in many(9)), header=f"{header},Territory2,Fresh"),
        "two.csv",
        arrived_at=ARRIVAL + WEEK,
    )
    assert named.notes == (
        "since one.csv, the column 'Fresh' is new; the column 'Territory' is missing; renamed to 'Territory2'?; "
        "the column 'Old' is missing",
    )


def test_the_day_in_the_name_tells_an_older_export(loader: Loader) -> None:
    sources: Mapping[str, object] = {"mine": {"extends": "generic", "entity": "reps", "exported_at": "file name"}}
    reps = "rep_id,rep_name\n" + "".join(f"r{i},Ann {i}\n" for i in range(9))
    loader.one(reps, "reps-2026-11-09.csv", sources=sources)
    older = loader.one(
        reps + "r9,Bo\n", "reps-2026-11-02.csv", sources=sources, arrived_at=ARRIVAL + timedelta(hours=1)
    )
    assert older.status == "refused"
    assert "it is older than reps-2026-11-09.csv" in str(older.problem)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("shrunk=a.csv", "--accept: 'shrunk' is no guard. Name one of shrink, stale, bad-rows, schema, org"),
        ("shrink", "--accept: 'shrink' names no file. Write shrink=FILE"),
    ],
)
def test_what_cannot_be_accepted(text: str, told: str) -> None:
    with pytest.raises(UsageError) as error:
        accept(text)
    assert str(error.value).startswith(told)


def test_what_can_be_accepted() -> None:
    assert accept("stale=a=b.csv") == Accept("stale", "a=b.csv")
