"""Two exports, one loaded and one that waits, and what a workspace holds after any kind of trouble."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from jobs.workspace import Workspace
from tests.acceptance.commands import batna, new_workspace, put

ROOT = Path(__file__).parent.parent
HEADER = "opportunity_id,opportunity_name,rep_id,stage,amount,created_at,close_on,modified_at\n"
CHANGES = "opportunity_id,changed_at,field,new_value\n"
ARRIVED = datetime(2026, 11, 16, 6).timestamp()


def export(week: int, count: int = 400) -> dict[str, str]:
    """A full export with one bad row, and an increment. In the second week a tenth of the deals have changed."""
    deals = [
        f"D{i},Deal {i},r{i % 7},Negotiation,{i + (week if i % 10 == 0 else 0)}.5,2026-01-01,2026-12-01,"
        f"2026-0{week + 1 if i % 10 == 0 else 1}-02T12:00:00"
        for i in range(count)
    ]
    deals.append("BAD,Bad,r1,Negotiation,much,2026-01-01,2026-12-01,2026-01-02T12:00:00")
    changes = [f"D{i},2026-0{week}-0{1 + i % 9}T12:00:00,stage,Proposal" for i in range(count)]
    return {"deals.csv": HEADER + "\n".join(deals) + "\n", "changes.csv": CHANGES + "\n".join(changes) + "\n"}


def half_loaded(root: Path) -> Workspace:
    """A workspace in which the first week is loaded and the second one waits."""
    workspace = new_workspace(root, '[workspace]\nname = "Acme"\ntime_zone = "UTC"\n')
    for week in (1, 2):
        put(workspace, export(week))
        for name in export(week):
            os.utime(workspace.inbox / name, (ARRIVED + week, ARRIVED + week))
        if week == 1:
            assert batna("load", "--workspace", workspace.root).code == 0
    return workspace


def load(workspace: Workspace, *, before: Callable[[], Any] | None = None) -> subprocess.CompletedProcess[str]:
    """`batna load` in a process of its own; `before` runs in it first."""
    command = [sys.executable, "-m", "jobs", "load", "--workspace", str(workspace.root)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, preexec_fn=before, env=environment, capture_output=True, text=True, check=False)


def rows(workspace: Workspace) -> dict[str, list[Any]]:
    """Every row that was loaded, and what is said of the files."""
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name in ('raw', 'ops')"
        ).fetchall()
        return {name: sorted(connection.execute(f"select * from {name}").fetchall(), key=repr) for (name,) in tables}


def exports(workspace: Workspace) -> Counter[str]:
    """How often the bytes of each export are in the inbox or the archive, together."""
    files = [*workspace.inbox.glob("*.csv"), *workspace.archive.glob("0*.csv")]
    return Counter(sha256(path.read_bytes()).hexdigest() for path in files)
