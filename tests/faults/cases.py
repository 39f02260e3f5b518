"""The faults: what is broken, by which command it is met, and how it mends. docs/faults.md is written from this list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from jobs.ledger import Ledger
from jobs.workspace import Workspace
from tests.fakes import NOON
from tests.faults.scene import WEEK, hold_to_permissions, start
from tests.mail.servers import Mailbox, free_port, mail_server

Break = Callable[[Workspace], AbstractContextManager[Any]]


@dataclass(frozen=True)
class Fault:
    """title: as an operator would say it. broken: makes the fault; its end is the mend, which `mend` tells.

    step: after it no file can grow. then: what works once it is mended; the command itself where nothing is said.
    """

    title: str
    code: int
    mend: str
    broken: Break
    command: tuple[str, ...] = WEEK
    step: str = ""
    is_held: bool = False
    then: tuple[tuple[str, ...], ...] = ()

    @property
    def before(self) -> Callable[[], None] | None:
        return hold_to_permissions if self.is_held else None


@contextmanager
def nothing(_: Workspace) -> Iterator[None]:
    yield


def closed(name: str, mode: int) -> Break:
    """A file or folder that this user may use less."""

    @contextmanager
    def broken(workspace: Workspace) -> Iterator[None]:
        place = workspace.root / name
        before = place.stat().st_mode
        place.chmod(mode)
        try:
            yield
        finally:
            place.chmod(before)

    return broken


def spoilt(name: str, spoil: Callable[[Path], Any], put_back: bool = False) -> Break:
    """A file whose bytes are not what they were; put_back: a copy takes its place again."""

    @contextmanager
    def broken(workspace: Workspace) -> Iterator[None]:
        place = workspace.root / name
        kept = place.read_bytes()
        spoil(place)
        yield
        if put_back:
            place.write_bytes(kept)
        elif place == workspace.ledger:
            place.unlink()

    return broken


def half(place: Path) -> None:
    content = place.read_bytes()
    place.write_bytes(content[: len(content) // 2])


def damaged_block(place: Path) -> None:
    content = bytearray(place.read_bytes())
    content[12_388] ^= 0xFF
    place.write_bytes(content)


@contextmanager
def clock_set_back(workspace: Workspace) -> Iterator[None]:
    """A run is on record that began an hour from now."""
    later = (NOON + timedelta(hours=1)).isoformat()
    with Ledger(workspace.ledger).transaction() as connection:
        connection.execute("update runs set started_at = ? where rowid = (select max(rowid) from runs)", (later,))
    yield


@contextmanager
def run_on(workspace: Workspace) -> Iterator[None]:
    """Another run waits in its middle for an export that is a pipe, until it is killed."""
    other = start(workspace, *WEEK, step="stop")
    assert other.stdout.readline() == "holds\n"
    yield
    other.kill()
    other.communicate()


@contextmanager
def no_mail_server(workspace: Workspace) -> Iterator[None]:
    port = free_port()
    workspace.settings_file.write_text(
        f'[workspace]\nname = "Acme"\n[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        'sender = "batna@acme.example"\n[[delivery.recipients]]\naddress = "cro@acme.example"\n'
    )
    yield
    with mail_server(Mailbox()) as found:
        text = workspace.settings_file.read_text()
        workspace.settings_file.write_text(text.replace(f"port = {port}", f"port = {found}"))
        ended = start(workspace, "deliver")
        out, err = ended.communicate()
        assert (ended.returncode, out.split()[0]) == (0, "sent"), err


ROOM = "Make room; the next run goes on, or finishes what was begun"
RIGHTS = "Give this user the right; the next run goes on, or finishes what was begun"
BACK = "`batna rollback --to last`; files that were loaded since lie in `inbox/` again, and the next run loads them"
ROLLED = (("rollback", "--to", "last"), WEEK)
STEPS = {
    "copied aside": "while the exports are loaded", "loaded": "while the week is scored", "checked": "while pages are written",
    "rendered": "before the run is on record", "prepared": "when the journal is written", "journal written": "while everything is put in its place",
    "run settled": "in the last moment",
}  # fmt: skip
FAULTS = (
    *(Fault(f"The disk is full {when}", 1, ROOM, nothing, step=step) for step, when in STEPS.items()),
    *(
        Fault(f"`{name}` cannot be written", 1, RIGHTS, closed(name, 0o555), is_held=True)
        for name in (".work", "inbox", "archive", "snapshots", "out", "rejects", "review")
    ),
    Fault("`runs.sqlite` cannot be written", 1, RIGHTS, closed("runs.sqlite", 0o444), is_held=True),
    Fault("`inbox` cannot be read", 1, RIGHTS, closed("inbox", 0), is_held=True),
    Fault("An export cannot be read", 1, RIGHTS, closed("inbox/deals.csv", 0), is_held=True),
    Fault("`batna.toml` cannot be read", 2, RIGHTS, closed("batna.toml", 0), is_held=True),
    Fault("`warehouse.duckdb` cannot be read", 1, RIGHTS, closed("warehouse.duckdb", 0), ("declined",), is_held=True),
    Fault("`runs.sqlite` cannot be read", 1, RIGHTS, closed("runs.sqlite", 0), ("runs",), is_held=True),
    Fault("The clock was set back", 1, "Set the clock; meanwhile no slot of the schedule is run again", clock_set_back,
          ("doctor",), then=(WEEK,)),
    Fault("Another run is on, and hangs", 75, "End that process; the system drops its lock", run_on),
    Fault("The mail server is down", 1, "The week is published; `batna deliver` sends it once the server is up", no_mail_server, then=(WEEK,)),
    Fault("`warehouse.duckdb` is no warehouse", 1, BACK, spoilt("warehouse.duckdb", lambda p: p.write_bytes(b"no" * 9999)), then=ROLLED),
    Fault("`warehouse.duckdb` has a damaged block", 1, BACK, spoilt("warehouse.duckdb", damaged_block), then=ROLLED),
    Fault("Half of `warehouse.duckdb` is missing", 1, BACK, spoilt("warehouse.duckdb", half), then=ROLLED),
    Fault("`warehouse.duckdb` was removed", 1, BACK, spoilt("warehouse.duckdb", Path.unlink), then=ROLLED),
    Fault("`runs.sqlite` is damaged", 1, "Move it away: the next run begins a new one. The record of runs and deliveries goes with it",
          spoilt("runs.sqlite", lambda p: p.write_bytes(b"no" * 9999))),
    Fault("`runs.sqlite` is damaged, and the schedule looks", 1, "Move it away", spoilt("runs.sqlite", half), ("schedule", "--once")),
    Fault("`archive/manifest.jsonl` is damaged", 1, "Put the file back from a copy",
          spoilt("archive/manifest.jsonl", lambda p: p.write_bytes(b"no"), put_back=True)),
    Fault("An export is still being copied", 0, "Nothing is to be done: a later run takes it", 
          spoilt("inbox/deals.csv", lambda p: p.rename(p.with_name("deals.csv.part")))),
)  # fmt: skip
