"""A person in batna.toml, as one to whom mail goes, and in the earlier forms of it that the archive keeps."""

from __future__ import annotations

from pathlib import Path

from jobs.deliver.record import mail_addresses
from jobs.errors import SettingsError
from jobs.ledger import Ledger
from jobs.load.erased import ADDRESS, Erased
from jobs.person.identity import Identity
from jobs.settings import Settings, parse_settings


def known_addresses(ledger: Ledger, settings: Settings) -> dict[str, str]:
    """Where mail goes or went, in small letters, each with the id of the rep that it belongs to by the settings."""
    told = {each.address.casefold(): each.rep or "" for each in settings.delivery.recipients}
    others = mail_addresses(ledger) | {address.casefold() for address in settings.alerts.to}
    return dict.fromkeys(others, "") | told


def lines_naming(path: Path, identity: Identity) -> tuple[int, ...]:
    """Numbers of the lines of a file of settings that name the person, the first being 1."""
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    return tuple(number for number, line in enumerate(lines, start=1) if _names(line, identity))


def without_person(path: Path, identity: Identity, erased: Erased) -> str | None:
    """Kept settings as they read without the person; None where they would say something else then."""
    text = path.read_bytes().decode("utf-8-sig")
    hidden = identity.text(erased.addresses(text))
    try:
        was, now = (parse_settings(each, path.name) for each in (text, hidden))
    except SettingsError:
        return None
    is_same = (was.measure_hash(), was.sources) == (now.measure_hash(), now.sources)
    return hidden if is_same else None


def _names(line: str, identity: Identity) -> bool:
    addresses = {found.casefold() for found in ADDRESS.findall(line)}
    return not addresses.isdisjoint(identity.addresses) or identity.text(line) != line
