"""How a header changed since the last accepted file of its profile: what is new, what is missing, what was renamed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jobs.load.claims import Claim, Run
from jobs.load.entities import entities
from jobs.load.guards import Trip
from jobs.load.header import Header
from jobs.load.ledger import Accepted, whole
from jobs.load.recognise import is_given, position_of
from jobs.load.sql import literal, name
from jobs.nearest import nearest

_ALIKE = 0.6  # from here on a new name may be a missing one, renamed


@dataclass(frozen=True)
class Drift:
    """The header of a file beside that of the last one. Mended rows, and the first file, drift from nothing."""

    claim: Claim
    file_name: str
    then: Header

    @property
    def new(self) -> list[str]:
        return _others(self.claim.file.source.header, self.then)

    @property
    def missing(self) -> list[str]:
        return _others(self.then, self.claim.file.source.header)

    def renamed(self, missing: str) -> str | None:
        """The new name that is most like a missing one."""
        return nearest(missing, self.new, cutoff=_ALIKE)

    def note(self) -> tuple[str, ...]:
        """What came and what went, in one line; nothing where nothing did."""
        renamed = {self.renamed(each) for each in self.missing}
        told = [f"the column '{each}' is new" for each in self.new if each not in renamed]
        told += [f"the column '{each}' is missing{self._perhaps(each)}" for each in self.missing]
        return (f"since {self.file_name}, {'; '.join(told)}",) if told else ()

    def lost(self) -> list[str]:
        """Canonical columns that had a header then and have none now."""
        profile, now = self.claim.profile, self.claim.file.source.header
        names = entities()[profile.entity].names
        return [each for each in names if is_given(profile, each, self.then) and not is_given(profile, each, now)]

    def place(self, column: str) -> str:
        """Where a canonical column stood, and where it may stand now."""
        at = position_of(self.claim.profile, column, self.then)
        seen = self.then.names[at] if at is not None else column
        return f"{column} (from '{seen}'{self._perhaps(seen)})"

    def _perhaps(self, missing: str) -> str:
        near = self.renamed(missing)
        return f"; renamed to '{near}'?" if near else ""


def drift(claim: Claim, before: Sequence[Accepted]) -> Drift | None:
    """The drift of this file's header, if its profile has read another before."""
    own = [file for file in whole(before) if file.profile == claim.profile.name]
    if not own or claim.is_mended:
        return None
    return Drift(claim, own[-1].file_name, Header(own[-1].names, "", 0))


def lost_columns(run: Run, found: Drift | None) -> Trip | None:
    """schema: a full export lacks a column that the last one had and that holds values: all of them would go."""
    if found is None or found.claim.coverage != "full":
        return None
    lost = [column for column in found.lost() if _has_values(run, found.claim, column)]
    if not lost:
        return None
    places = ", ".join(map(found.place, lost))
    fault = f"it lacks what {found.file_name} had, and every value of it would be emptied: {places}"
    mend = f"Export the column again, or map its new name in a profile in {run.options.settings_place}"
    return Trip("schema", fault, mend)


def _has_values(run: Run, claim: Claim, column: str) -> bool:
    entity, source = claim.entity.name, claim.profile.source
    files = f"select file_number from ops.files where entity = {literal(entity)} and source = {literal(source)}"
    query = f"select 1 from raw.{entity} where {name(column)} is not null and file_number in ({files}) limit 1"
    return run.connection.execute(query).fetchone() is not None


def _others(header: Header, than: Header) -> list[str]:
    """Names of one header that the other lacks."""
    return [each for each in header.names if each and not each.startswith("_") and not than.find(each)]
