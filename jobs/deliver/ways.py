"""The ways by which a week goes out, each telling what became of every recipient."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from jobs.deliver import record
from jobs.deliver.message import message_id, message_of
from jobs.deliver.record import Key, mail_key
from jobs.errors import DataRefused, SettingsError
from jobs.ledger import Ledger
from jobs.load.erased import Erased
from jobs.mail.server import MailUnreachable, Postman, Reply, connected, server_of
from jobs.render.mail import Letter, NoPage, Summary
from jobs.settings import Settings
from jobs.settings.service_tables import Recipient
from jobs.stages import Edges
from jobs.web import ForSomebodyToMend, WebError, post_json
from jobs.workspace import Workspace


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
        """Where leaders' pages can be read; None where they cannot."""
        return self._below(self.settings.delivery.address)

    def address_for(self, recipient: Recipient) -> str | None:
        """The same for the page of a recipient."""
        return self._below(self.settings.delivery.address_for(recipient))

    def _below(self, address: str) -> str | None:
        return f"{address.rstrip('/')}/{self.week}" if address else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one recipient. status: as in deliveries, `before` where it was sent before, or `no page`."""

    key: Key
    status: str
    code: int | None = None
    fault: str = ""


Written = tuple[Recipient, Summary | NoPage]


def summaries(parcel: Parcel) -> list[Written]:
    """The summary of each recipient, or why this week has none for them.

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
            address=parcel.address_for(recipient) if pages != "none" else None,
            is_attached=pages == "attach",
            edition=recipient.edition,
            rep=recipient.rep,
        )
        for recipient in recipients
    ]
    with closing(stages.connect(parcel.workspace.warehouse, read_only=True)) as connection:
        try:
            made = stages.render_mails(connection, parcel.settings, parcel.as_of_on, letters, parcel.pages)
        except (duckdb.BinderException, duckdb.CatalogException):
            fault = "an earlier version has scored this week, and this one cannot tell it"
            raise DataRefused(str(parcel.workspace.warehouse), fault, "Run `batna weekly` first") from None
    return list(zip(recipients, (_published(parcel, each) for each in made), strict=True))


def _published(parcel: Parcel, summary: Summary | NoPage) -> Summary | NoPage:
    """Nothing is told of pages that are not there: a week may be older than the settings."""
    if isinstance(summary, NoPage) or all((parcel.pages / page).is_file() for page in summary.pages):
        return summary
    return NoPage("the week was made without this page: `batna backfill --rerun all` makes it again")


def attached(parcel: Parcel) -> Path | None:
    """The pages that go with a mail; None where none do."""
    return parcel.pages if parcel.settings.delivery.pages == "attach" else None


def mail(parcel: Parcel, ledger: Ledger, run_id: str) -> list[Outcome]:
    """One mail to each recipient who has not had one of this week; an outcome each, in the order of the settings."""
    written = [(mail_key(parcel.week, to.address, parcel.erased), each) for to, each in summaries(parcel)]
    outcomes = {key: found for key, summary in written if (found := _standing(parcel, ledger, key, summary))}
    wanted = [(key, summary) for key, summary in written if key not in outcomes and isinstance(summary, Summary)]
    if wanted:
        outcomes |= {outcome.key: outcome for outcome in _mails(parcel, ledger, run_id, wanted)}
    return [outcomes[key] for key, _ in written]


def _standing(parcel: Parcel, ledger: Ledger, key: Key, summary: Summary | NoPage) -> Outcome | None:
    """What became of a recipient before; None of one who is to get a mail now."""
    if isinstance(summary, NoPage):
        return Outcome(key, "no page", fault=summary.fault)
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
