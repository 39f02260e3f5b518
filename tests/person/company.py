"""A small company in a workspace, scored for two weeks, in which one person stands in every place there is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from jobs.workspace import Workspace
from tests.acceptance.commands import new_workspace, put, weekly

WHO, NAME, MAIL = "REP-77", "Ada Lovelace", "ada@example.org"
SETTINGS = """[workspace]
name = "Acme"
time_zone = "UTC"
[reporting]
languages = ["en", "ms"]
editions = ["leader", "rep", "team"]
"""
WEEKS = ("2026-08-09", "2026-08-15")

OPPORTUNITIES = """opportunity_id,opportunity_name,rep_id,stage,amount,created_at,close_on,closed_at,loss_reason,next_step,modified_at
D1,Harbour,REP-77,Negotiation,50,2026-05-01T12:00:00,2026-09-15,,,Ada Lovelace calls Monday,2026-08-01T12:00:00
D2,Quarry,REP-77,Closed Lost,70,2026-05-01T12:00:00,2026-08-01,2026-08-01T12:00:00,,,2026-08-01T12:00:00
D3,Mill,REP-2,Negotiation,60,2026-05-01T12:00:00,2026-09-15,,,,2026-08-01T12:00:00
D4,Bridge,REP-77,Closed Won,40,2026-05-01T12:00:00,2026-08-02,2026-08-02T12:00:00,,,2026-08-02T12:00:00
"""
REPS = """rep_id,rep_name,email,manager_id,team,phone
REP-77,Ada Lovelace,ada@example.org,REP-2,North,+44 1
REP-2,Bo Beck,bo@example.org,REP-77,North,+44 2
"""
FILES = {
    "opportunities.csv": OPPORTUNITIES,
    "reps.csv": REPS,
    "quotas.csv": "rep_id,period_start_on,quota_amount\nREP-77,2026-07-01,100\nREP-2,2026-07-01,100\n",
    "changes.csv": "opportunity_id,changed_at,field,old_value,new_value,changed_by\n"
    "D3,2026-07-01T09:00:00,rep_id,REP-77,REP-2,REP-77\n",
    "declines.csv": "opportunity_id,decided_at,reason,confirmed_by,rationale\n"
    "D2,2026-08-01T10:00:00,risk,Ada Lovelace,too risky for ADA LOVELACE\n",
    "points.csv": "opportunity_id,set_at,threshold_amount,set_by\nD1,2026-05-02T00:00:00,45,ada@example.org\n"
    "D4,2026-05-02T00:00:00,bad,REP-77\nD3,2026-05-02T00:00:00,45,REP-2\nD2,2026-05-02T00:00:00,45,REP-2\n"
    "D2,2026-05-03T00:00:00,45,REP-2\nD2,2026-05-04T00:00:00,45,REP-2\n",
    "corrections.csv": "row_kind,opportunity_id,rep_id,measure,contested_at,contested_by,claim,proposed_value,status\n"
    "scorecard,,REP-77,declined_count,2026-08-03T09:00:00,Ada Lovelace,Ada Lovelace left two,2,open\n",
}  # fmt: skip


def company(root: Path) -> Workspace:
    """The workspace, after its two weeks."""
    workspace = new_workspace(root, SETTINGS)
    put(workspace, FILES)
    for as_of in WEEKS:
        ended = weekly(workspace, as_of)
        assert ended.code == 0, ended.err
    return workspace


def traces(folder: Path, *words: str) -> dict[str, list[str]]:
    """Where these words stand below a folder, capitals aside: in file names, in files, in cells of warehouses."""
    found: dict[str, list[str]] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        texts = [
            path.name,
            *(cells(path) if path.suffix == ".duckdb" else [path.read_text(encoding="utf-8", errors="replace")]),
        ]
        hits = [word for word in words if any(word.lower() in text.lower() for text in texts)]
        if hits:
            found[path.relative_to(folder).as_posix()] = hits
    return found


def cells(path: Path) -> Iterator[str]:
    """Every text in a warehouse, and what its file still holds of earlier ones."""
    yield path.read_bytes().decode("latin-1")
    with duckdb.connect(str(path), read_only=True) as connection:
        for (table,) in connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall():
            yield str(connection.execute(f"select * from {table}").fetchall())
