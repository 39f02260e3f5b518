"""The ways by which a week goes out, each telling what became of every recipient."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from jobs.deliver import record
from jobs.deliver.message import message_id, message_of
from jobs.deliver.record import Key, mail_key
from jobs.disk import copy_synced, folder_sha256, put_folder, sync_tree, write_synced
from jobs.errors import DataRefused, SettingsError
from jobs.ledger import Ledger
from jobs.load.erased import Erased
from jobs.mail.server import MailUnreachable, Postman, Reply, connected, server_of
from jobs.modes import follow
from jobs.render.mail import Letter, Summary
from jobs.settings import Settings
from jobs.settings.service_tables import Recipient
from jobs.stages import Edges
from jobs.web import ForSomebodyToMend, WebError, post_json
from jobs.week_steps import list_of
from jobs.workspace import Workspace, weeks_in


@dataclass(frozen=True, slots=True)
class Parcel:
    """A published week on its way. environment: where passwords and secret addresses are.

    erased: whose addresses the ledger does not keep. is_by_hand: a person asks, so a recipient who was refused is
    tried again.
    """

    workspace: Workspace
    settings: Settings
    week: str
    as_of_on: date
    environment: Mapping[str, str]
    edges: Edges
    erased: Erased
    is_by_hand: bool = True

    @property
    def pages(self) -> Path:
        """The published pages."""
        return self.workspace.out / self.week

    @property
    def address(self) -> str | None:
        """Where they can be read; None where they cannot."""
        address = self.settings.delivery.address.rstrip("/")
        return f"{address}/{self.week}" if address else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one recipient. status: as in deliveries, `before` where it was sent before, or `no page`."""

    key: Key
    status: str
    code: int | None = None
    fault: str = ""


Written = tuple[Recipient, Summary | None]


def summaries(parcel: Parcel) -> list[Written]:
    """The summary of each recipient; None for a team that this week does not have.

    Raises DataRefused where the week was published by an earlier version.
    """
    recipients, stages = parcel.settings.delivery.recipients, parcel.edges.stages
    if not recipients:
        return []
    pages, first = parcel.settings.delivery.pages, parcel.settings.reporting.languages[0]
    letters = [
        Letter(
            language=recipient.language or first,
            team=recipient.team,
            address=parcel.address if pages != "none" else None,
            is_attached=pages == "attach",
        )
        for recipient in recipients
    ]
    with closing(stages.connect(parcel.workspace.warehouse, read_only=True)) as connection:
        try:
            made = stages.render_mails(connection, parcel.settings, parcel.as_of_on, letters, parcel.pages)
        except (duckdb.BinderException, duckdb.CatalogException):
            fault = "an earlier version has scored this week, and this one cannot tell it"
            raise DataRefused(str(parcel.workspace.warehouse), fault, "Run `batna weekly` first") from None
    return list(zip(recipients, made, strict=True))


def attached(parcel: Parcel) -> Path | None:
    """The pages that go with a mail; None where none do."""
    return parcel.pages if parcel.settings.delivery.pages == "attach" else None


def mail(parcel: Parcel, ledger: Ledger, run_id: str) -> list[Outcome]:
    """One mail to each recipient who has not had one of this week; an outcome each, in the order of the settings."""
    written = [(mail_key(parcel.week, to.address, parcel.erased), each) for to, each in summaries(parcel)]
    outcomes = {key: found for key, summary in written if (found := _standing(parcel, ledger, key, summary))}
    wanted = [(key, summary) for key, summary in written if key not in outcomes and summary]
    if wanted:
        outcomes |= {outcome.key: outcome for outcome in _mails(parcel, ledger, run_id, wanted)}
    return [outcomes[key] for key, _ in written]


def _standing(parcel: Parcel, ledger: Ledger, key: Key, summary: Summary | None) -> Outcome | None:
    """What became of a recipient before; None of one who is to get a mail now."""
    if summary is None:
        return Outcome(key, "no page", fault="the week has no such team")
    status = record.status_of(ledger, key)
    if status == "sent":
        return Outcome(key, "before")
    if record.is_forgotten(ledger, parcel.week):
        return Outcome(key, "forgotten", fault="who has had this week is on record no longer (people.keep_weeks)")
    return Outcome(key, "refused") if status == "refused" and not parcel.is_by_hand else None


def _mails(parcel: Parcel, ledger: Ledger, run_id: str, wanted: Sequence[tuple[Key, Summary]]) -> Iterator[Outcome]:
    left = list(wanted)
    try:
        with connected(server_of(parcel.settings, parcel.environment)) as postman:
            while left:
                postman.make_ready()
                yield _mail(parcel, ledger, run_id, postman, *left.pop(0))
    except MailUnreachable as error:
        status = "temporary" if error.is_temporary else "refused"
        yield from (Outcome(key, status, fault=f"{error.place}: {error.fault}") for key, _ in left)
    except SettingsError as error:
        yield from (Outcome(key, "refused", fault=error.fault) for key, _ in left)


def _mail(parcel: Parcel, ledger: Ledger, run_id: str, postman: Postman, key: Key, summary: Summary) -> Outcome:
    settings, now = parcel.settings, parcel.edges.clock()
    message = message_of(settings, parcel.week, key.recipient, summary, attached(parcel), now)

    def hand_over() -> Reply:
        return postman.post(settings.mail.sender, key.recipient, message.as_bytes())

    is_erased = key.on_record != key.recipient.casefold()
    told_id = None if is_erased else message_id(settings, parcel.week, key.recipient)
    return _once(parcel, ledger, run_id, key, hand_over, told_id)


def webhook(parcel: Parcel, ledger: Ledger, run_id: str) -> Iterator[Outcome]:
    """Tell a chat, once, that the week is there: no name and no figure."""
    name = parcel.settings.delivery.webhook_env
    key = Key(parcel.week, "webhook", name)
    address = parcel.environment.get(name)
    status = record.status_of(ledger, key)
    if status == "refused" and not parcel.is_by_hand:
        yield Outcome(key, "refused")
        return
    if not address:
        yield Outcome(key, "refused", fault=f"the environment has no {name}")
        return

    def hand_over() -> Reply:
        try:
            post_json(address, webhook_content(parcel))
        except WebError as error:
            return _reply(error)
        return Reply("sent", None)

    yield _once(parcel, ledger, run_id, key, hand_over)


def webhook_content(parcel: Parcel) -> dict[str, object]:
    """What a webhook is told: `text` for chats, the rest for programs."""
    link = f"{parcel.address}/index.html" if parcel.address else None
    name = parcel.settings.workspace.name
    text = f"{name}: the walk-away report of week {parcel.week} is there." + (f" {link}" if link else "")
    return {"text": text, "workspace": name, "week": parcel.week, "as_of": parcel.as_of_on.isoformat(), "link": link}


def folder(parcel: Parcel, ledger: Ledger, run_id: str) -> Iterator[Outcome]:
    """A copy of the pages, and of the list of weeks, elsewhere: the old ones or the new ones, never half.

    It may be done again: where the pages are there already, nothing changes.
    """
    target = Path(parcel.settings.delivery.folder)
    key, now = Key(parcel.week, "folder", str(target)), parcel.edges.clock
    if target.resolve().is_relative_to(parcel.workspace.root.resolve()):
        yield Outcome(key, "refused", fault="it lies in the workspace, which is no place for copies of it")
        return
    try:
        _copy(parcel, target)
    except OSError as error:
        yield Outcome(key, "temporary", fault=f"{error.filename or target}: {error.strerror}")
        return
    if record.claim(ledger, key, run_id, now()) is None:
        record.settle(ledger, key, "sent", None, now())
    yield Outcome(key, "sent")


def _copy(parcel: Parcel, target: Path) -> None:
    aside = target / f".{parcel.week}.new"
    if not target.is_dir():
        raise FileNotFoundError(2, "No such folder", str(target))
    shutil.rmtree(aside, ignore_errors=True)
    if folder_sha256(target / parcel.week) != folder_sha256(parcel.pages):
        shutil.copytree(parcel.pages, aside)
        follow(aside, target)
        sync_tree(aside)
        put_folder(aside, target / parcel.week)
        shutil.rmtree(aside, ignore_errors=True)
    _copy_beside(parcel, target)


def _copy_beside(parcel: Parcel, target: Path) -> None:
    """A list of the weeks that this folder holds (a link to another would lead nowhere), and the data dictionary."""
    if (dictionary := parcel.workspace.out / "dictionary.html").is_file():
        copy_synced(dictionary, target / dictionary.name)
        follow(target / dictionary.name, target)
    folders = {name: target / name for name in weeks_in(target)}
    write_synced(target / "index.html", list_of(parcel.workspace, parcel.settings, folders, parcel.edges))
    follow(target / "index.html", target)


def _once(
    parcel: Parcel, ledger: Ledger, run_id: str, key: Key, hand_over: Callable[[], Reply], told_id: str | None = None
) -> Outcome:
    """Hand over what nobody has handed over, and keep what became of it."""
    now = parcel.edges.clock
    standing = record.claim(ledger, key, run_id, now(), told_id)
    if standing is not None:
        return Outcome(key, "before" if standing == "sent" else standing)
    parcel.edges.checkpoint(f"taken on: {key.channel}")
    reply = hand_over()
    parcel.edges.checkpoint(f"handed over: {key.channel}")
    record.settle(ledger, key, reply.verdict, reply.code, now())
    return Outcome(key, reply.verdict, reply.code, reply.words)


def _reply(error: WebError) -> Reply:
    if error.was_sent:
        return Reply("unknown", None, str(error))
    is_final = error.status is not None and error.status < 500 and error.status not in (408, 429)
    is_refused = is_final or isinstance(error, ForSomebodyToMend)
    return Reply("refused" if is_refused else "temporary", error.status, "" if error.status else str(error))
