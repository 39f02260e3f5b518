"""Clocks that are wrong, runs that are on, servers that are down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from jobs.ledger import Ledger
from jobs.workspace import Workspace
from tests.faults.export_cases import MONDAY, ONCE, SUNDAY
from tests.faults.fault import Fault
from tests.faults.scene import WEEK, run, start
from tests.mail.servers import Mailbox, free_port, mail_server

YEAR_AHEAD = datetime(2027, 11, 16, 12, tzinfo=UTC)
_OK = "select count(*) as count from runs where slot = '2026-11-16' and status = 'ok'"


@contextmanager
def run_on(workspace: Workspace) -> Iterator[None]:
    """Another run waits in its middle, until it is killed."""
    other = start(workspace, *WEEK, step="stop")
    assert other.stdout.readline() == "holds\n"
    yield
    other.kill()
    other.communicate()


@contextmanager
def run_once(workspace: Workspace) -> Iterator[None]:
    """A slot that was run is run no second time, whatever the clock says; and once it is right, the next one is due."""
    yield
    run(workspace, *ONCE, at=MONDAY)
    assert Ledger(workspace.ledger).rows(_OK)[0]["count"] == 1
    assert "weekly" in run(workspace, *ONCE, "--dry-run", at=MONDAY + timedelta(days=7))


@contextmanager
def year_ahead(workspace: Workspace) -> Iterator[None]:
    """The slots of this week and of that year's day run all the same once the clock is right."""
    yield
    run(workspace, *ONCE, at=MONDAY)
    assert Ledger(workspace.ledger).rows(_OK)[0]["count"] == 1
    there = run(workspace, *ONCE, "--dry-run", at=datetime(2027, 11, 15, 5, 31, tzinfo=UTC))
    assert "due      weekly     2027-11-15" in there, there


@contextmanager
def no_mail_server(workspace: Workspace) -> Iterator[None]:
    port = free_port()
    text = workspace.settings_file.read_text()
    workspace.settings_file.write_text(
        f'{text}[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        'sender = "batna@acme.example"\n[[delivery.recipients]]\naddress = "cro@acme.example"\n'
    )
    yield
    with mail_server(Mailbox()) as found:
        text = workspace.settings_file.read_text()
        workspace.settings_file.write_text(text.replace(f"port = {port}", f"port = {found}"))
        assert run(workspace, "deliver").split()[0] == "sent"


SERVICE = (
    Fault("The clock was set back to the day before a slot that was run", 0, "Set the clock; no slot is run a second time", run_once, ONCE,
          at=SUNDAY, first=((SUNDAY, ONCE), (MONDAY, ONCE)), then=(WEEK,)),
    Fault("The clock was set back, and the doctor looks", 1, "Set the clock", command=("doctor",), at=SUNDAY,
          first=((SUNDAY, ONCE), (MONDAY, ONCE)), then=(WEEK,)),
    Fault("The clock is a year ahead", 1, "Set the clock; slots that were left out for it are run in their time", year_ahead, ONCE,
          at=YEAR_AHEAD, first=((SUNDAY, ONCE),), then=(WEEK,)),
    Fault("Another run is on, and hangs", 75, "End that process; the system drops its lock", run_on),
    Fault("Another run is on, and the schedule looks", 75, "Nothing, unless it hangs: the schedule looks again each minute", run_on, ONCE,
          at=MONDAY, first=((SUNDAY, ONCE),), then=(ONCE, WEEK)),
    Fault("The mail server is down", 1, "The week is published; `batna deliver` sends it once the server is up", no_mail_server, then=(WEEK,)),
    Fault("The mail server is down, and the doctor looks", 1, "Start the server, or mend [mail]", no_mail_server, ("doctor",), then=(WEEK,)),
)  # fmt: skip
