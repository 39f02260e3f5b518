"""The keys of refused rows name people too, and forget them."""

from __future__ import annotations

import duckdb

from jobs.load import create_raw_tables
from jobs.person.identity import Identity
from jobs.person.warehouse import hide

# title: entity, key before, key after r1 was erased
CASES = {
    "a rep": ("reps", '"r1"', '"erased-1"'),
    "a quota of the rep": ("quotas", '"r1" "2026-10-01"', '"erased-1" "2026-10-01"'),
    "somebody whose id begins likewise": ("quotas", '"r12" "2026-10-01"', '"r12" "2026-10-01"'),
    "a deal of that name": ("opportunities", '"r1"', '"r1"'),
}


def test_a_person_who_is_erased_is_in_no_key_of_a_refused_row() -> None:
    connection = duckdb.connect()
    create_raw_tables(connection)
    for number, (entity, before, _) in enumerate(CASES.values()):
        connection.execute(
            "insert into ops.rejects (file_number, entity, record_number, record_key) values (1, ?, ?, ?)",
            [entity, number, before],
        )
    hide(connection, Identity("r1", (), "erased-1"))
    found = connection.execute("select record_key from ops.rejects order by record_number").fetchall()
    assert dict(zip(CASES, (row[0] for row in found), strict=True)) == {title: case[2] for title, case in CASES.items()}
