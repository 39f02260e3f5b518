"""A company of six deals, its exports as they arrive, and every row that is made of them."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import duckdb

from jobs.workspace import Workspace
from tests.acceptance.commands import Ended, batna, put

SETTINGS = '[workspace]\nname = "Acme"\ntime_zone = "Europe/Berlin"\n[fiscal]\nfirst_month = 4\n'
LATER = SETTINGS.replace("first_month = 4", "first_month = 1") + "[load]\nmax_shrink = 0.6\n"
HEADER = "opportunity_id,opportunity_name,rep_id,stage,amount,created_at,close_on,closed_at,loss_reason,modified_at\n"
FIRST = (
    HEADER
    + """D1,Harbour,REP-77,Negotiation,50,2026-05-01T12:00:00,2026-09-15,,,2026-08-01T12:00:00
D2,Quarry,REP-77,Closed Lost,70,2026-05-01T12:00:00,2026-08-01,2026-08-01T12:00:00,,2026-08-01T12:00:00
D3,Mill,REP-2,Negotiation,60,2026-05-01T12:00:00,2026-09-15,,,2026-08-01T12:00:00
D4,Bridge,REP-77,Closed Won,40,2026-05-01T12:00:00,2026-08-02,2026-08-02T12:00:00,,2026-08-02T12:00:00
D5,Pier,REP-2,Negotiation,bad,2026-05-01T12:00:00,2026-09-15,,,2026-08-01T12:00:00
D6,Kiln,REP-2,Qualified,20,2026-05-01T12:00:00,2026-09-15,,,2026-08-01T12:00:00
"""
)
NEXT = (
    HEADER
    + """D1,Harbour,REP-77,Negotiation,45,2026-05-01T12:00:00,2026-09-15,,,2026-08-12T12:00:00
D2,Quarry,REP-77,Closed Lost,70,2026-05-01T12:00:00,2026-08-01,2026-08-01T12:00:00,,2026-08-01T12:00:00
D3,Mill,REP-2,Closed Won,60,2026-05-01T12:00:00,2026-08-11,2026-08-11T09:00:00,,2026-08-11T12:00:00
"""
)
LARGER = NEXT + "".join(line + "\n" for line in FIRST.splitlines() if line[:2] in ("D4", "D6"))
PEOPLE = {
    "reps.csv": "rep_id,rep_name,email,manager_id,team\nREP-77,Ada Lovelace,ada@example.org,REP-2,North\n"
    "REP-2,Bo Beck,bo@example.org,REP-77,North\n",
    "quotas.csv": "rep_id,period_start_on,quota_amount\nREP-77,2026-07-01,100\nREP-2,2026-07-01,100\n",
}
POINTS = "opportunity_id,set_at,threshold_amount,set_by\nD1,2026-05-02T00:00:00,45,Ada Lovelace\nD3,2026-05-02T00:00:00,45,REP-2\n"
CHANGES = "opportunity_id,changed_at,field,old_value,new_value,changed_by\nD3,2026-07-01T09:00:00,rep_id,REP-77,REP-2,REP-77\n"
ANSWERS = "opportunity_id,answer,reason,confirmed_by\nD2,we_left,risk,Ada Lovelace\n"


def zipped(files: Mapping[str, str]) -> bytes:
    content = io.BytesIO()
    with ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def arrive(workspace: Workspace, at: str, files: Mapping[str, str | bytes]) -> None:
    put(workspace, files)
    for name in files:
        seconds = datetime.fromisoformat(at).timestamp()
        os.utime(workspace.inbox / name, (seconds, seconds))


def everything(workspace: Workspace) -> dict[str, list[Any]]:
    """Every row of raw, ops and scores, and of the marts."""
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name in ('raw', 'ops', 'scores') "
            "union all select schema_name || '.' || view_name from duckdb_views() where schema_name = 'marts'"
        ).fetchall()
        return {name: sorted(connection.execute(f"select * from {name}").fetchall(), key=repr) for (name,) in tables}


def rebuild(workspace: Workspace, *options: str, code: int = 0) -> Ended:
    ended = batna("rebuild", "--workspace", workspace.root, *options)
    assert ended.code == code, ended.err
    return ended


def archived(workspace: Workspace, name: str) -> Path:
    [path] = workspace.archive.glob(f"*-{name}")
    return path
