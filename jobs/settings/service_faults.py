"""What types cannot say of the tables of what runs by itself."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from jobs.settings.consistency import Fault
from jobs.settings.kinds import Edition
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
        yield _no_address(("delivery", "address"), delivery.address)
    yield from _folders(settings)
    has_others_alone = delivery.recipients and all(each.edition != "leader" for each in delivery.recipients)
    if delivery.pages == "link" and not delivery.address and not has_others_alone:
        yield Fault(("delivery", "pages"), "there is no address to link to", "Write where the pages are: address")
    if delivery.recipients and not settings.mail.host:
        yield Fault(("delivery", "recipients"), "there is no mail server", "Name it: host in [mail]")
    for index, recipient in enumerate(delivery.recipients):
        path: KeyPath = ("delivery", "recipients", index)
        yield from _address((*path, "address"), recipient.address)
        yield from _whose(path, recipient.role, _NEEDS[recipient.role], recipient.team, recipient.rep)
        yield from _made(settings, (*path, "role"), recipient.edition)
        if delivery.pages == "link" and recipient.edition != "leader" and not delivery.address_for(recipient):
            mend = "Write address beside the [[delivery.folders]] that gets them"
            yield Fault((*path, "role"), f"nothing says where pages of {recipient.role}s can be read", mend)
    addresses = [recipient.address.casefold() for recipient in delivery.recipients]
    for index, address in enumerate(addresses):
        if address in addresses[:index]:
            fault = f'"{address}" stands there twice'
            yield Fault(("delivery", "recipients", index), fault, "Each address gets one mail of a week")


def _folders(settings: Settings) -> Iterator[Fault]:
    delivery = settings.delivery
    paths: list[tuple[KeyPath, str]] = [(("delivery", "folder"), delivery.folder)] if delivery.folder else []
    for index, folder in enumerate(delivery.folders):
        place: KeyPath = ("delivery", "folders", index)
        paths.append(((*place, "path"), folder.path))
        needed = "rep" if folder.edition == "rep" else "team" if folder.team is not None else None
        yield from _whose(place, f"{folder.edition} folder", needed, folder.team, folder.rep)
        yield from _made(settings, (*place, "edition"), folder.edition)
        if folder.address and not is_web_address(folder.address):
            yield _no_address((*place, "address"), folder.address)
    for number, (where, path) in enumerate(paths):
        if not path.startswith("/"):
            fault = f'"{path}" would be a folder below wherever the command is called'
            yield Fault(where, fault, "Write the whole path, from / on")
        if any(_is_shared(path, other) for _, other in paths[:number]):
            fault = "whoever reads it would read the pages of another edition too: a folder above has them"
            yield Fault(where, fault, "Give each a folder of its own, none inside another")


def _is_shared(one: str, two: str) -> bool:
    """Whether they are one folder, or one lies in the other."""
    first, second = (PurePosixPath(os.path.normpath(path)) for path in (one, two))
    return first.is_relative_to(second) or second.is_relative_to(first)


_NEEDS: Mapping[str, str | None] = {"leader": None, "team_lead": "team", "team_member": "team", "rep": "rep"}


def _whose(path: KeyPath, who: str, needed: str | None, team: str | None, rep: str | None) -> Iterator[Fault]:
    """A role has what it needs, and nothing else."""
    given = {key for key, value in (("team", team), ("rep", rep)) if value is not None}
    if given != ({needed} if needed else set()):
        told = f"has {needed}, and nothing else" if needed else "has neither team nor rep"
        yield Fault(path, f"a {who} {told}", f"Write {needed}" if needed else "Take it out")


def _made(settings: Settings, path: KeyPath, edition: Edition) -> Iterator[Fault]:
    if edition not in settings.reporting.editions:
        fault = f'the pages that this is of are not made: "{edition}" is not among reporting.editions'
        yield Fault(path, fault, f'Write "{edition}" there')


def _no_address(path: KeyPath, address: str) -> Fault:
    return Fault(path, f'"{address}" is no address of the web', "Begin it with https://, without blanks or a user")


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
