"""`batna deliver`: a published week to everybody who is to have it, each once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from jobs.deliver.folders import folders
from jobs.deliver.message import message_of
from jobs.deliver.record import hide_erased
from jobs.deliver.ways import Outcome, Parcel, attached, mail, summaries, webhook, webhook_content
from jobs.errors import DataRefused, DeliveryDelayed, DeliveryFailed
from jobs.load.erased import read_erased
from jobs.modes import for_owner_alone
from jobs.render.mail import Summary
from jobs.run import Run, running
from jobs.settings import Settings
from jobs.slot import Slot
from jobs.stages import Edges
from jobs.workspace import Workspace, week_name

_LONGEST = 200  # signs of an address in a file name
Tell = Callable[[Sequence[Outcome]], None]


@dataclass(frozen=True, slots=True)
class Request:
    """Which week: the one of this date, else the latest. slot: of the schedule."""

    as_of_on: date | None = None
    slot: Slot | None = None


def deliver(
    workspace: Workspace,
    settings: Settings,
    request: Request,
    environment: Mapping[str, str],
    edges: Edges,
    tell: Tell,
) -> None:
    """Deliver a week by every way that is set up; `tell` is handed what became of each recipient.

    Then raises DeliveryDelayed where something failed for a time, DeliveryFailed where somebody has to mend something.
    Raises DataRefused where the week is not published, and Locked. What was published stays as it is.
    """
    as_of_on = request.as_of_on or latest_week(workspace, edges)
    with running(workspace, "deliver", edges.clock, as_of_on=as_of_on, slot=request.slot) as run:
        parcel = parcel_of(workspace, settings, as_of_on, environment, edges)
        parcel = replace(parcel, is_by_hand=request.slot is None)
        hide_erased(run.ledger, parcel.erased)  # an earlier version erased people, and left them there
        outcomes = tuple(_all(parcel, run))
        counts = {status: sum(each.status == status for each in outcomes) for status in _statuses(outcomes)}
        run.ledger.note_counts(run.run_id, counts)
        tell(outcomes)
        _require_delivered(parcel.week, outcomes)


def latest_week(workspace: Workspace, edges: Edges) -> date:
    """The latest date that was scored. Raises DataRefused where there is none."""
    if workspace.warehouse.exists():
        with closing(edges.stages.connect(workspace.warehouse, read_only=True)) as connection:
            known = "select 1 from duckdb_tables() where schema_name = 'ops' and table_name = 'weeks'"
            if connection.execute(known).fetchall():
                [(latest,)] = connection.execute("select max(as_of_on) from ops.weeks").fetchall()
                if isinstance(latest, date):
                    return latest
    raise DataRefused(str(workspace.root), "no week has been published yet", "Run `batna weekly` first")


def parcel_of(
    workspace: Workspace, settings: Settings, as_of_on: date, environment: Mapping[str, str], edges: Edges
) -> Parcel:
    """The published week of a date. Raises DataRefused where it has no pages."""
    week = week_name(as_of_on)
    if not (workspace.out / week / "index.html").is_file():
        mend = f"`batna weekly --as-of {as_of_on}` makes it"
        raise DataRefused(str(workspace.out / week), "this week is not published", mend)
    return Parcel(workspace, settings, week, as_of_on, environment, edges, read_erased(workspace))


def write_to(parcel: Parcel, target: Path) -> tuple[Path, ...]:
    """What would be sent, as files: a mail (.eml) each, and what the webhook would be told. Nothing is on record.

    Nobody but this user may read them, wherever they lie.
    """
    with for_owner_alone():
        target.mkdir(parents=True, exist_ok=True)
        return tuple(_put(target / name, content) for name, content in _drafts(parcel))


def _drafts(parcel: Parcel) -> Iterator[tuple[str, bytes]]:
    """File name and bytes of each."""
    for number, (recipient, summary) in enumerate(summaries(parcel), start=1):
        if isinstance(summary, Summary):
            now, pages = parcel.edges.clock(), attached(parcel)
            message = message_of(parcel.settings, parcel.week, recipient.address, summary, pages, now)
            yield f"{number:03d}-{recipient.address[:_LONGEST].replace('/', '_')}.eml", message.as_bytes()
    if parcel.settings.delivery.webhook_env:
        yield "webhook.json", (json.dumps(webhook_content(parcel), indent=1) + "\n").encode()


def _put(path: Path, content: bytes) -> Path:
    """Anew, and not into a file that somebody may read already, or through a link."""
    path.unlink(missing_ok=True)
    path.write_bytes(content)
    return path


def _all(parcel: Parcel, run: Run) -> Iterator[Outcome]:
    """Folders first: mails and webhooks may link to it."""
    delivery = parcel.settings.delivery
    yield from folders(parcel, run.ledger, run.run_id)
    yield from mail(parcel, run.ledger, run.run_id)
    if delivery.webhook_env:
        yield from webhook(parcel, run.ledger, run.run_id)


def _statuses(outcomes: Sequence[Outcome]) -> list[str]:
    return sorted({each.status for each in outcomes})


def _require_delivered(week: str, outcomes: Sequence[Outcome]) -> None:
    left = [each for each in outcomes if each.status not in ("sent", "before")]
    if not left:
        return
    fault = f"{len(left)} of {len(outcomes)} {'was' if len(left) == 1 else 'were'} not delivered"
    if any(each.status == "temporary" for each in left):
        raise DeliveryDelayed(f"week {week}", fault, "The other side may take it later: `batna deliver`")
    raise DeliveryFailed(f"week {week}", fault, "docs/delivery.md says what each word means, and what to do")
