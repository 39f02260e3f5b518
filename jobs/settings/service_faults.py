"""What types cannot say of the tables of what runs by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jobs.settings.consistency import Fault
from jobs.settings.model import Settings
from jobs.settings.toml_text import KeyPath
from jobs.web import is_web_address

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")  # what needs no quotes in a mail's head
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def service_faults(settings: Settings) -> Iterator[Fault]:
    """Every fault of these tables."""
    for name in ("load", "retention", "weekly"):
        job = getattr(settings.schedule, name)
        if not _TIME.fullmatch(job.at):
            yield Fault(("schedule", name, "at"), f'"{job.at}" is no time of day', 'Write hours and minutes: "05:30"')
        yield from _variable(("schedule", name, "ping_env"), job.ping_env)
    yield from _variable(("alerts", "webhook_env"), settings.alerts.webhook_env)
    yield from _mail(settings)
    yield from _delivery(settings)
    for index, address in enumerate(settings.alerts.to):
        yield from _address(("alerts", "to", index), address)
    if settings.alerts.to and not settings.mail.host:
        yield Fault(("alerts", "to"), "there is no mail server", "Name it: host in [mail]")


def _delivery(settings: Settings) -> Iterator[Fault]:
    delivery = settings.delivery
    if delivery.webhook_env:
        yield from _variable(("delivery", "webhook_env"), delivery.webhook_env)
    if delivery.address and not is_web_address(delivery.address):
        yield Fault(
            ("delivery", "address"),
            f'"{delivery.address}" is no address of the web',
            "Begin it with https://, without blanks or a user",
        )
    if delivery.folder and not delivery.folder.startswith("/"):
        fault = f'"{delivery.folder}" would be a folder below wherever the command is called'
        yield Fault(("delivery", "folder"), fault, "Write the whole path, from / on")
    if delivery.pages == "link" and not delivery.address:
        yield Fault(("delivery", "pages"), "there is no address to link to", "Write where the pages are: address")
    if delivery.recipients and not settings.mail.host:
        yield Fault(("delivery", "recipients"), "there is no mail server", "Name it: host in [mail]")
    for index, recipient in enumerate(delivery.recipients):
        path: KeyPath = ("delivery", "recipients", index)
        yield from _address((*path, "address"), recipient.address)
        if (recipient.role == "team_lead") != (recipient.team is not None):
            yield Fault(path, "a team_lead has a team, and a leader has none", "Write team, or take it out")
    addresses = [recipient.address.casefold() for recipient in delivery.recipients]
    for index, address in enumerate(addresses):
        if address in addresses[:index]:
            fault = f'"{address}" stands there twice'
            yield Fault(("delivery", "recipients", index), fault, "Each address gets one mail of a week")


def _mail(settings: Settings) -> Iterator[Fault]:
    mail = settings.mail
    yield from _variable(("mail", "password_env"), mail.password_env)
    if mail.host:
        yield from _address(("mail", "sender"), mail.sender)
    if mail.user and mail.security == "none":
        mend = 'Write security = "starttls" or "tls", or leave user out'
        yield Fault(("mail", "security"), "the password would be sent without encryption", mend)


def _address(path: KeyPath, address: str) -> Iterator[Fault]:
    if not _ADDRESS.fullmatch(address):
        yield Fault(path, f'"{address}" is no e-mail address', "Write it as name@example.com, and nothing else")


def _variable(path: KeyPath, name: str) -> Iterator[Fault]:
    """Secrets stand in the environment; a setting names the variable, and must not hold the secret itself."""
    if not _VARIABLE.fullmatch(name):
        fault = f"{path[-1]} is no name of an environment variable"
        yield Fault(path, fault, "Name a variable, such as BATNA_SECRET, and put the secret into it")
