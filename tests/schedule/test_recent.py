"""How old the exports of opportunities are, by what ops.files says of them."""

from __future__ import annotations

import duckdb
import pytest

from jobs.intake import newest_export_on

# entity, arrived_at, exported_at, newest_stamp_at of each file -> the day
CASES = {
    "no file at all": ([], None),
    "only other entities": ([("reps", "2026-11-15", "2026-11-15", None)], None),
    "the export time that it states": ([("opportunities", "2026-11-15", "2026-11-02", "2026-11-01")], "2026-11-02"),
    "its arrival, where only a stamp tells one": (
        [("opportunities", "2026-11-15", "2026-11-01", "2026-11-01")], "2026-11-15",
    ),
    "its arrival, without any stamp": ([("opportunities", "2026-11-15", "2026-11-15", None)], "2026-11-15"),
    "the newest of several": (
        [("opportunities", "2026-11-15", "2026-11-14", None), ("opportunities", "2026-11-16", "2026-11-13", None)],
        "2026-11-14",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "day"), CASES.values(), ids=CASES.keys())
def test_the_newest_export(files: list[tuple[str, ...]], day: str | None) -> None:
    connection = duckdb.connect()
    times = "arrived_at timestamp, exported_at timestamp, newest_stamp_at timestamp"
    connection.execute(f"create schema ops; create table ops.files (entity varchar, {times})")
    if files:
        connection.executemany("insert into ops.files values (?, ?, ?, ?)", files)
    found = newest_export_on(connection)
    assert (found and found.isoformat()) == day
