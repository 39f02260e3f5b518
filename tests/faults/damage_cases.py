"""Warehouses, ledgers and records that are damaged, gone, held by another program, or of another version."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb

from jobs.load.entities import FORMAT
from jobs.workspace import Workspace
from tests.faults.fault import Fault, damaged_block, garbage, half, head, spoilt
from tests.faults.scene import WEEK, start

SQL = ("sql", "select count(*) as deals from raw.opportunities")
BACK = "`batna rollback --to last`; files that were loaded since lie in `inbox/` again, and the next run loads them"
AGAIN = "`batna rebuild` makes it again from the archive"
LEDGER = (
    "Put it back from a copy; or move it away: the next run begins a new one, without the record of runs and deliveries"
)
COPY = "Put the file back from a copy"
ROLLED, REBUILT = (("rollback", "--to", "last"), WEEK), (("rebuild",), WEEK)
HOLD = "import sys, duckdb; kept = duckdb.connect(sys.argv[1]); print('holds', flush=True); sys.stdin.read()"


@contextmanager
def held_open(workspace: Workspace) -> Iterator[None]:
    """Another program has the warehouse open for writing, until it is closed."""
    line = [sys.executable, "-c", HOLD, str(workspace.warehouse)]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin
        assert other.stdout
        assert other.stdout.readline() == "holds\n"
        yield
        other.stdin.close()


@contextmanager
def of_a_later_version(workspace: Workspace) -> Iterator[None]:
    """A later version has published; then that version is gone, and what it published stays."""
    with closing(duckdb.connect(str(workspace.warehouse))) as connection:
        connection.execute("update ops.version set format = ?, written_by = '99.0'", [FORMAT + 1])
    yield


@contextmanager
def cut_short(workspace: Workspace) -> Iterator[None]:
    """A run has published its warehouse and no more, and what it has left to do cannot be read; it is moved away."""
    process = start(workspace, *WEEK, step="warehouse published")
    process.communicate()
    assert workspace.journal.exists()
    workspace.journal.write_text("no")
    yield
    workspace.journal.unlink()


WAREHOUSE = "warehouse.duckdb"
DAMAGE = (
    Fault("`warehouse.duckdb` is no warehouse", 1, BACK, spoilt(WAREHOUSE, garbage), then=ROLLED),
    Fault("`warehouse.duckdb` is no warehouse, and no snapshot is wanted", 1, AGAIN, spoilt(WAREHOUSE, garbage), then=REBUILT),
    Fault("`warehouse.duckdb` has a damaged block", 1, BACK, spoilt(WAREHOUSE, damaged_block), then=ROLLED),
    Fault("`warehouse.duckdb` has a damaged block, and somebody asks", 1, AGAIN, spoilt(WAREHOUSE, damaged_block), SQL, then=REBUILT),
    Fault("Half of `warehouse.duckdb` is missing", 1, BACK, spoilt(WAREHOUSE, half), then=ROLLED),
    Fault("All of `warehouse.duckdb` but its beginning is missing, and somebody asks", 1, BACK, spoilt(WAREHOUSE, head), SQL, then=ROLLED),
    Fault("`warehouse.duckdb` was removed", 1, AGAIN, spoilt(WAREHOUSE, Path.unlink), then=REBUILT),
    Fault("`warehouse.duckdb` was removed, and somebody asks", 1, BACK, spoilt(WAREHOUSE, Path.unlink), SQL, then=ROLLED),
    Fault("`warehouse.duckdb` is empty, and somebody asks", 1, BACK, spoilt(WAREHOUSE, lambda p: p.write_bytes(b"")), SQL, then=ROLLED),
    Fault("Another program has `warehouse.duckdb` open for writing, and somebody asks", 1, "Close it there; nobody else has to wait", held_open, SQL),
    Fault("Another program has `warehouse.duckdb` open for writing, and a run begins", 0, "Nothing: what that program writes is gone with this run",
          held_open),
    Fault("A later version has written `warehouse.duckdb`", 1, "Run that version, or `batna rollback` to a warehouse from before", of_a_later_version,
          then=ROLLED),
    Fault("A later version has written `warehouse.duckdb`, and somebody asks for its tables", 1, AGAIN, of_a_later_version, ("tables",),
          then=REBUILT),
    Fault("`runs.sqlite` is damaged", 1, LEDGER, spoilt("runs.sqlite", garbage, "moved away")),
    Fault("`runs.sqlite` is damaged, and the schedule looks", 1, LEDGER, spoilt("runs.sqlite", half, "moved away"), ("schedule", "--once"),
          then=(WEEK,)),
    Fault("`runs.sqlite` is damaged, and the doctor looks", 1, COPY, spoilt("runs.sqlite", half, "put back"), ("doctor",), then=(WEEK,)),
    Fault("`archive/manifest.jsonl` is damaged", 1, COPY, spoilt("archive/manifest.jsonl", half, "put back")),
    Fault("`archive/weeks.jsonl` is damaged", 1, COPY, spoilt("archive/weeks.jsonl", garbage, "put back")),
    Fault("A run was cut short, and its journal is damaged", 1, "Move it away; the next run loads again what is in `inbox/`", cut_short),
)  # fmt: skip
