"""erased.json: whom a workspace has forgotten, kept so that a later export does not bring them back.

What a person was known by is there as salted SHA-256 alone: enough to recognise it when it comes in again. Whoever
holds the file and has a list of ids can test them against it, so it belongs to the workspace like the rest.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import cached_property

from duckdb import DuckDBPyConnection

from jobs.errors import BatnaError
from jobs.load.entities import Entity
from jobs.workspace import Workspace

ADDRESS = re.compile(r"[^\s\"'<>@,;=()\[\]]+@[A-Za-z0-9.-]+")  # of mail, as it stands in batna.toml


@dataclass(frozen=True)
class ErasedPerson:
    """A person who was erased: what stands in their place, and the hashes of what they were known by."""

    pseudonym: str
    hashes: tuple[str, ...]


@dataclass(frozen=True)
class Erased:
    """Everybody who was erased, in order."""

    salt: str
    people: tuple[ErasedPerson, ...] = ()

    @property
    def next_pseudonym(self) -> str:
        return f"erased-{len(self.people) + 1}"

    def with_person(self, pseudonym: str, forms: Iterable[str]) -> Erased:
        """The list with one person more."""
        known = {written for form in forms for written in (form, *([form.casefold()] if "@" in form else []))}
        hashes = tuple(sorted(self.hash(form) for form in known))
        return replace(self, people=(*self.people, ErasedPerson(pseudonym, hashes)))

    def hash(self, text: str) -> str:
        """Salted SHA-256 of a text, in hex."""
        return hashlib.sha256((self.salt + text).encode()).hexdigest()

    def cell(self, value: str) -> str:
        """A cell of a column that names people: the pseudonym of whoever was erased."""
        return self._by_hash.get(self.hash(value.strip()), value) if self.people else value

    def text(self, value: str) -> str:
        """Any other text as it stands: a hash does not find a name in the middle of a sentence."""
        return value

    def address(self, value: str) -> str:
        """An address of mail, without regard to capitals: of whom was erased, one that leads nowhere.

        It is the same each time, and each address has its own.
        """
        digest = self.hash(value.casefold())
        pseudonym = self._by_hash.get(digest)
        return f"{pseudonym}-{digest[:8]}@erased.invalid" if pseudonym else value

    def addresses(self, text: str) -> str:
        """A text of settings, with other addresses in the place of those of erased people."""
        return ADDRESS.sub(lambda found: self.address(found[0]), text) if self.people else text

    @cached_property
    def _by_hash(self) -> dict[str, str]:
        """What was erased twice keeps its first pseudonym."""
        return {each: person.pseudonym for person in reversed(self.people) for each in person.hashes}


NOBODY = Erased("")


def read_erased(workspace: Workspace) -> Erased:
    """Whom this workspace has forgotten. Raises BatnaError where the list cannot be read."""
    try:
        values = json.loads(workspace.erased.read_text(encoding="utf-8"))
        people = (ErasedPerson(each["pseudonym"], tuple(each["hashes"])) for each in values["people"])
        return Erased(values["salt"], tuple(people))
    except FileNotFoundError:
        return Erased(secrets.token_hex(16))
    except (OSError, ValueError, KeyError, TypeError) as error:
        mend = "Put the file back from a copy: without it a later export would bring erased people back"
        raise BatnaError(str(workspace.erased), f"cannot be read ({error!r})", mend) from error


def erased_text(erased: Erased) -> str:
    """The file, as text."""
    return json.dumps(asdict(erased), indent=1) + "\n"


def hide_erased(connection: DuckDBPyConnection, entity: Entity, table: str, faults: str, erased: Erased) -> None:
    """Put the pseudonym into the staged tables of a file (stage) wherever they name somebody who was erased."""
    if not erased.people:
        return
    connection.execute("create or replace temp table load_erased (hash varchar, pseudonym varchar)")
    pairs = [(each, person.pseudonym) for person in erased.people for each in person.hashes]
    connection.executemany("insert into load_erased values (?, ?)", pairs)
    people = ", ".join(f"'{column.name}'" for column in entity.columns if column.is_person) or "null"
    places = [(table, *place) for place in _places(entity)] + [(faults, "value", f"column_name in ({people})")]
    for place, column, condition in places:
        connection.execute(
            f"update {place} set {column} = load_erased.pseudonym from load_erased "
            f"where sha256($salt || trim({column})) = load_erased.hash and {condition}",
            {"salt": erased.salt},
        )
    if entity.name == "reps":
        known = "select pseudonym from load_erased"
        connection.execute(f"update {table} set rep_name = rep_id, email = null where rep_id in ({known})")
    connection.execute("drop table load_erased")


def _places(entity: Entity) -> tuple[tuple[str, str], ...]:
    own = tuple((column.name, "true") for column in entity.columns if column.is_person)
    by_field = tuple((column.name, "field = 'rep_id'") for column in entity.columns if column.by_field)
    return own + by_field
