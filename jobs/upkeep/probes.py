"""What the doctor looks at, one function per subject."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shlex import quote

from filelock import FileLock, Timeout

from jobs import shipped
from jobs.disk import size_text
from jobs.errors import LedgerFault
from jobs.intake import newest_export
from jobs.ledger import Ledger
from jobs.load.shape import open_warehouse
from jobs.mail.server import connected, server_of
from jobs.modes import ELSE, PRIVATE_FILES, PRIVATE_FOLDERS, is_open_to_group, mode_of
from jobs.publish.archive import read_manifest
from jobs.publish.journal import read_journal
from jobs.publish.prepare import SPARE_BYTES
from jobs.records import read_weeks
from jobs.schedule.slots import next_slot, plans
from jobs.upkeep.doctor import Finding, Patient, Probe, holds, mend, mended
from jobs.web import NO_ADDRESS, is_web_address
from jobs.workspace import Workspace, in_inbox, require_usable

_LATEST = "select started_at as last from runs order by rowid desc limit 1"
_LAST = """
select status, started_at, run_id, as_of_on from runs where command = ?
order by started_at desc, rowid desc
limit 1
"""


def folders(patient: Patient) -> Iterator[Finding]:
    """They are there, this user may write in them and read the exports, and renames reach from one to the other."""
    workspace = patient.workspace
    wrong = list(_unusable(workspace))
    inner = [place for place in workspace.folders() if place.is_dir() and place != workspace.inbox]
    if len({place.stat().st_dev for place in inner}) > 1:
        wrong.append(mend("folders", "they lie on several file systems", "Keep all but inbox/ on one"))
    yield from wrong or [holds("folders", f"{len(workspace.folders())} folders are there and can be written")]


def _unusable(workspace: Workspace) -> Iterator[Finding]:
    """Where nothing at all can be used, one word is enough."""
    weeks = [workspace.out / week for week in workspace.weeks()] if os.access(workspace.out, os.R_OK) else []
    inside = [Path(folder) for folder, _, _ in os.walk(workspace.inbox)][1:]
    places = (*workspace.folders(), *weeks, *inside)
    found = [finding for place in places if (finding := _of_folder(workspace, place))]
    yield from found[:1] if len(found) == len(places) else found
    for path in in_inbox(workspace) if os.access(workspace.inbox, os.R_OK | os.X_OK) else ():
        if not os.access(path, os.R_OK):
            yield mend("folders", f"{path} cannot be read", "Let this user read it")


def _of_folder(workspace: Workspace, place: Path) -> Finding | None:
    if not place.is_dir():
        return mend("folders", f"{place} is missing", "The next run makes it, and what was in it is gone")
    try:
        require_usable(place)
    except OSError as error:
        found = mended("folders", error, workspace)
        is_foreign = error.errno == errno.EACCES and place.stat().st_uid != os.geteuid()
        return replace(found, mend=f"{found.mend}: it belongs to {_owner(place)}") if is_foreign else found
    return None


def _owner(place: Path) -> str:
    """A name, or the number of a user who has none here."""
    try:
        return place.owner()
    except KeyError:
        return f"user {place.stat().st_uid}"


def access(patient: Patient) -> Iterator[Finding]:
    """Nobody reads or changes what is not theirs."""
    root = patient.workspace.root
    own = [(root / name, ELSE) for name in (*PRIVATE_FOLDERS, *PRIVATE_FILES)]
    closed = [(root, 0o007), (patient.workspace.settings_file, 0o027), *own]
    faults = [_open_to_others(place, most) for place, most in closed if place.exists() and mode_of(place) & most]
    group = " and the group of the folder" if is_open_to_group(root) else ""
    yield from faults or [holds("access", f"only its owner{group} may read it")]


def _open_to_others(place: Path, most: int) -> Finding:
    what = {0o007: "o-rwx", 0o027: "g-w,o-rwx", ELSE: "go-rwx"}[most]
    text = f"{place} is open to others than it should be ({mode_of(place):o})"
    return mend("access", text, f"chmod {what} {quote(str(place))}")


def disk(patient: Patient) -> Iterator[Finding]:
    """A run needs room for a copy of the warehouse and for what it loads."""
    workspace = patient.workspace
    taken = sum(path.stat().st_size for path in (workspace.warehouse, *in_inbox(workspace)) if path.exists())
    needed, free = 2 * taken + SPARE_BYTES, shutil.disk_usage(workspace.root).free
    text = f"{size_text(free)} are free, and a run needs {size_text(needed)}"
    yield holds("disk", text) if free >= needed else mend("disk", text, "Make room, or move the workspace")


def lock(patient: Patient) -> Iterator[Finding]:
    """Whether a run is on, and whether one was cut short."""
    workspace = patient.workspace
    hold = FileLock(workspace.lock)
    try:
        hold.acquire(timeout=0)
    except Timeout:
        yield holds("lock", f"a run is on{_holder(workspace.holder_note)}")
        return
    hold.release()
    if read_journal(workspace) or workspace.erasure.exists():
        yield mend("lock", "a run was cut short while it put things in their place", "The next run finishes it")
    else:
        yield holds("lock", "no run is on")


def record(patient: Patient) -> Iterator[Finding]:
    """What ran can be read."""
    rows = Ledger(patient.workspace.ledger).rows("select count(*) as count from runs")
    yield holds("record", f"knows of {rows[0]['count']} runs" if rows else "nothing has run yet")


def clock(patient: Patient) -> Iterator[Finding]:
    """The clock is not behind what was done before; and what time it is where the workspace is."""
    zone = patient.settings.workspace.zone
    text = f"it is {patient.now.astimezone(zone):%Y-%m-%d %H:%M} in {zone.key}"
    try:
        rows = Ledger(patient.workspace.ledger).rows(_LATEST)
    except LedgerFault:  # the record says so itself
        rows = []
    last = datetime.fromisoformat(rows[0]["last"]) if rows and rows[0]["last"] else patient.now
    if last > patient.now + timedelta(minutes=5):
        what = "Set the clock of this machine; if it is right now and was ahead then, the next run ends this"
        yield mend("clock", f"{text}, and the last run began at {last:%Y-%m-%d %H:%M} UTC", what)
    else:
        yield holds("clock", text)


def runs(patient: Patient) -> Iterator[Finding]:
    """How the last run of each job ended, and when the next one is due."""
    zone = patient.settings.workspace.zone
    yield from _delivery(patient)
    for plan in plans(patient.settings):
        slot = next_slot(plan, patient.now)
        due = f"next due {slot.due_at.astimezone(zone):%Y-%m-%d %H:%M}" if slot else "never due by itself"
        rows = Ledger(patient.workspace.ledger).rows(_LAST, (plan.job,))
        if not rows:
            yield holds("runs", f"{plan.job} has not run yet, {due}")
        elif rows[0]["status"] in ("ok", "running"):
            yield holds("runs", f"{plan.job}: {rows[0]['status']} ({rows[0]['started_at'][:16]}), {due}")
        else:
            text = f"{plan.job}: {rows[0]['status']} ({rows[0]['started_at'][:16]}), {due}"
            day = rows[0]["as_of_on"] if plan.job == "weekly" else None
            later = f"; once that is mended, `batna weekly --as-of {day}` makes up for it" if day else ""
            yield mend("runs", text, f"`batna runs show {rows[0]['run_id']}` says why{later}")


def _delivery(patient: Patient) -> Iterator[Finding]:
    for row in Ledger(patient.workspace.ledger).rows(_LAST, ("deliver",)):
        text = f"the last delivery: {row['status']} ({row['started_at'][:16]})"
        is_well = row["status"] in ("ok", "running")
        yield holds("runs", text) if is_well else mend("runs", text, f"`batna runs show {row['run_id']}` says why")


def mail(patient: Patient) -> Iterator[Finding]:
    """The server lets us in; nothing is sent."""
    if not patient.settings.mail.host:
        yield holds("mail", "none is set up")
        return
    server = server_of(patient.settings, patient.environment)
    with connected(server):
        yield holds("mail", f"{server.host}:{server.port} answers")


def languages(patient: Patient) -> Iterator[Finding]:
    """Whoever is to have a language can have it."""
    made = patient.settings.reporting.languages
    wrong = [to for to in patient.settings.delivery.recipients if to.language and to.language not in made]
    for recipient in wrong:
        text = f"{recipient.address} is to have {recipient.language}, and pages are made in {', '.join(made)}"
        what = f'Write "{recipient.language}" into reporting.languages, or take it out of the recipient'
        yield mend("languages", text, what)
    if not wrong:
        yield holds("languages", f"pages are made in {', '.join(made)}")


def addresses(patient: Patient) -> Iterator[Finding]:
    """Webhooks and dead-man switches that the environment holds are addresses of the web; none is called."""
    schedule = patient.settings.schedule
    pings = (job.ping_env for job in (schedule.load, schedule.weekly, schedule.retention))
    names = [name for name in (patient.settings.alerts.webhook_env, *pings) if patient.environment.get(name)]
    names += [name for name in (patient.settings.delivery.webhook_env,) if name]
    wrong = [name for name in names if not is_web_address(patient.environment.get(name, ""))]
    for name in wrong:
        yield mend("addresses", f"{name} holds {NO_ADDRESS}", "Put the whole address into it")
    if not wrong:
        yield holds("addresses", f"of {', '.join(names)}" if names else "no webhook and no dead-man switch is set up")


def archive(patient: Patient) -> Iterator[Finding]:
    """What a rebuild goes by can be read."""
    files, weeks = len(read_manifest(patient.workspace)), len(read_weeks(patient.workspace))
    yield holds("archive", f"knows of {files} files and {weeks} weeks")


def warehouse(patient: Patient) -> Iterator[Finding]:
    """It opens, its exports are recent, and what must hold of its latest week does."""
    path = patient.workspace.warehouse
    if not path.exists():
        yield holds("warehouse", "nothing has been published yet")
        return
    with closing(open_warehouse(path, read_only=True)) as connection:
        [(tables,)] = connection.execute("select count(*) from duckdb_tables()").fetchall()
        yield holds("warehouse", f"opens, {tables} tables, {path.stat().st_size / 1e6:.1f} MB")
        yield _age(patient, newest_export(connection))
        known = "select 1 from duckdb_tables() where schema_name = 'scores' and table_name = 'weeks'"
        if connection.execute(known).fetchall():
            [(latest,)] = connection.execute("select max(as_of_on) from scores.weeks").fetchall()
            checks = sorted((shipped.SQL / "checks").glob("*.sql"))
            broken = [
                check.stem
                for check in checks
                if any(row[0] == latest for row in connection.execute(check.read_text(encoding="utf-8")).fetchall())
            ]
            yield _checked(len(checks), broken, latest)


def _age(patient: Patient, newest: datetime | None) -> Finding:
    if newest is None:
        return mend("exports", "none of opportunities was loaded", "Put one into inbox/")
    age, most = patient.now - newest.astimezone(UTC), patient.settings.schedule.max_age
    text = f"the newest one of opportunities is of {newest.date()}, {age.days} days old"
    if age > timedelta(days=most):
        return mend("exports", f"{text}; schedule.max_age is {most}", "Put a newer one into inbox/")
    return holds("exports", text)


def _checked(count: int, broken: list[str], latest: object) -> Finding:
    if broken:
        text = f"{len(broken)} of {count} do not hold of {latest}: {', '.join(broken)}"
        return mend("checks", text, "docs/checks.md says what each means; `batna rebuild` makes the warehouse again")
    return holds("checks", f"{count} hold of {latest}")


def _holder(note: Path) -> str:
    try:
        told = json.loads(note.read_text(encoding="utf-8"))
        return f": batna {told['command']}, process {told['pid']} on {told['host']}, since {told['since']}"
    except (OSError, ValueError, KeyError):
        return ""


PROBES: tuple[tuple[str, Probe], ...] = (
    ("folders", folders),
    ("access", access),
    ("disk", disk),
    ("lock", lock),
    ("record", record),
    ("clock", clock),
    ("runs", runs),
    ("mail", mail),
    ("languages", languages),
    ("addresses", addresses),
    ("archive", archive),
    ("warehouse", warehouse),
)
