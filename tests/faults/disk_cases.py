"""A full disk at each step, and places that this user may not use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import duckdb

from jobs.workspace import Workspace
from tests.faults.export_cases import MONDAY, ONCE, SUNDAY
from tests.faults.fault import Fault, closed
from tests.faults.scene import WEEK

ROOM = "Make room; the next run goes on, or finishes what was begun"
RIGHTS = "Give this user the right; the next run does what was to be done"
STEPS = {
    "start": "from the beginning on",
    "copied aside": "while the exports are loaded",
    "loaded": "while the week is scored",
    "built": "while it is checked",
    "checked": "while pages are written",
    "rendered": "before the run is on record",
    "prepared": "when the journal is written",
    "journal written": "while everything is put in its place",
    "warehouse published": "once the warehouse is in its place",
    "out/2026-W46 published": "once the pages are in their place",
    "archive/000003-deals.csv archived": "once an export is in the archive",
    "manifest written": "while refused rows and review files are placed",
    "run settled": "in the last moment",
}


@contextmanager
def to_a_folder(workspace: Workspace) -> Iterator[None]:
    share = workspace.root.parent / "share"
    share.mkdir(exist_ok=True)
    text = workspace.settings_file.read_text()
    workspace.settings_file.write_text(f'{text}[delivery]\nfolder = "{share}"\n')
    yield


@contextmanager
def scored(workspace: Workspace) -> Iterator[None]:
    """The small models make none of the tables of scores, and an export asks for this one."""
    with closing(duckdb.connect(str(workspace.warehouse))) as connection:
        connection.execute("create schema scores; create table scores.weeks as select date '2026-11-15' as as_of_on")
    yield


ALSO = "Make room, and call it again"
DISK = (
    Fault("The disk has little room", 1, ROOM, step="little"),
    *(Fault(f"The disk is full {when}", 1, ROOM, step=step) for step, when in STEPS.items()),
    Fault("The disk is full, and the schedule looks", 1, "Make room; the slot is still due, and run with the next look", command=ONCE, step="start",
          at=MONDAY, first=((SUNDAY, ONCE),), then=(ONCE, WEEK)),
    Fault("A nightly load, and the disk is full while files are loaded", 1, ROOM, command=("load",), step="copied aside"),
    Fault("A rollback, and the disk is full while the snapshot is copied", 1, ALSO, command=("rollback", "--to", "last"), step="start",
          then=(WEEK,)),
    Fault("A rollback, and the disk is full when its journal is written", 1, ALSO, command=("rollback", "--to", "last"), step="prepared"),
    Fault("A rebuild, and the disk is full while files are loaded again", 1, ALSO, command=("rebuild",), step="archive checked"),
    Fault("A rebuild, and the disk is full while weeks are scored again", 1, ALSO, command=("rebuild",), step="loaded"),
    Fault("A back-fill, and the disk is full while the week is scored", 1, ALSO,
          command=("backfill", "--from", "2026-11-01", "--to", "2026-11-01"), step="built"),
    Fault("A delivery to a folder whose disk is full", 1, "Make room; `batna deliver` copies what is missing", to_a_folder, ("deliver",),
          step="share"),
    Fault("An export for other programs, and the disk is full", 1, ALSO, scored, ("export", "EXPORT"), step="start"),
    Fault("The answer of a query goes to a file, and the disk is full", 1, ALSO,
          command=("sql", "select count(*) as deals from raw.opportunities", "--output", "ANSWER"), step="start"),
)  # fmt: skip
ACCESS = (
    *(
        Fault(f"`{name}` cannot be written", 1, RIGHTS, closed(name, 0o555), is_held=True)
        for name in (".work", "inbox", "archive", "snapshots", "out", "rejects", "review")
    ),
    Fault("`inbox` cannot be read", 1, RIGHTS, closed("inbox", 0o333), is_held=True),
    Fault("The folder of a published week cannot be written", 1, RIGHTS, closed("out/2026-W46", 0o555), is_held=True),
    Fault("The workspace cannot be written", 1, RIGHTS, closed(".", 0o555), is_held=True),
    Fault("`runs.sqlite` cannot be written", 1, RIGHTS, closed("runs.sqlite", 0o444), is_held=True),
    Fault("`runs.sqlite` cannot be read", 1, RIGHTS, closed("runs.sqlite", 0), ("runs",), is_held=True),
    Fault("An export cannot be read", 3, RIGHTS, closed("inbox/deals.csv", 0), is_held=True),
    Fault("`batna.toml` cannot be read", 2, RIGHTS, closed("batna.toml", 0), is_held=True),
    Fault("`warehouse.duckdb` cannot be read, and a run begins", 1, RIGHTS, closed("warehouse.duckdb", 0), is_held=True),
    Fault("`warehouse.duckdb` cannot be read, and somebody asks", 1, RIGHTS, closed("warehouse.duckdb", 0), ("declined",), is_held=True),
)  # fmt: skip
