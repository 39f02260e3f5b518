"""Guards over a file as a whole: what would take a wrong export in, and what an operator may let in on purpose.

Each guard looks at one thing and gives a Trip, or None. Called by entity_load and accept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jobs.errors import DataRefused
from jobs.letting_in import Accept
from jobs.load.claims import Candidate, Claim, Run
from jobs.load.ledger import Accepted, superseding, whole
from jobs.load.stage import Staged
from jobs.load.standing import is_older, stranger_count
from jobs.load.versions import live_and_missing

MIN_STRANGERS = 10  # so many deals of one file, none of them known, are those of somebody else


@dataclass(frozen=True)
class Trip:
    """A guard that says no: why, and what to do about it."""

    guard: str
    fault: str
    mend: str


def lifted(run: Run, claims: Sequence[Claim], trips: Iterable[Trip | None]) -> tuple[str, ...]:
    """Names of the guards that tripped and were accepted for one of these files. DataRefused for any other."""
    if any(claim.told for claim in claims):
        return ()  # a rebuild: the guards have had their say
    names = [claim.file.file_name for claim in claims]
    through: list[str] = []
    for trip in filter(None, trips):
        if not any(Accept(trip.guard, name) in run.options.let_in for name in names):
            accept = f"--accept {trip.guard}={_shown(names[0])}"
            mend = f"{trip.mend}; or, if it is meant to be so, let it in on purpose: {accept}"
            raise DataRefused(names[0], trip.fault, mend)
        through.append(trip.guard)
    return tuple(through)


def repeated(claim: Claim, before: Sequence[Accepted]) -> Trip | None:
    """stale: these bytes were loaded before, and a newer file since."""
    later = superseding(whole(before), claim.identity.sha256)
    if later is None or claim.is_mended:
        return None
    fault = f"it is stale: it was loaded before, and {later.file_name}, loaded after it, is newer"
    return Trip("stale", fault, "Take it away, or export anew")


def older(run: Run, parts: Sequence[Candidate], before: Sequence[Accepted]) -> Trip | None:
    """stale: a full export that ends before the last one that was accepted."""
    last = [file for file in whole(before) if file.coverage == "full"]
    if parts[0].claim.coverage != "full" or not last or not is_older(run, parts, last):
        return None
    fault = f"it is stale: it is older than {last[-1].file_name}, which was loaded before"
    return Trip("stale", fault, "Take it away, or export anew")


def too_many_bad(run: Run, claim: Claim, staged: Staged, example: str) -> Trip | None:
    """bad-rows: more of them than load.max_reject_share allows. A mended file may hold any share of them."""
    if claim.is_mended or staged.refused_count <= run.options.max_reject_share * staged.rows_in:
        return None
    are = "is" if staged.refused_count == 1 else "are"
    fault = f"{staged.refused_count} of its {staged.rows_in} rows {are} bad, for example {example}"
    mend = f"Mend the export, or the profile {claim.profile.name} that reads it (its formats: date_order, decimal)"
    return Trip("bad-rows", fault, mend)


def shrunken(run: Run, part: Candidate, typed: Sequence[str]) -> tuple[Trip | None, int]:
    """org: no record in common with what is known; shrink: too few of them left. And how many are missing."""
    claim = part.claim
    live, missing = live_and_missing(run.connection, claim.entity, claim.profile.source, typed)
    whole = f"it is a full export of {claim.entity.name} and"
    if live and missing == live and part.staged.rows_in:
        fault = f"{whole} has none of the {live} records that are known: it looks like the export of another system"
        return Trip("org", fault, "Load the right file, or give a profile of your own an id_prefix"), missing
    if live and missing > run.options.max_shrink * live:
        mend = f"Export all of them; the limit is load.max_shrink in {run.options.settings_place}"
        return Trip("shrink", f"{whole} lacks {missing} of {live} records", mend), missing
    return None, missing


def strangers(run: Run, part: Candidate) -> Trip | None:
    """org: rows about deals, and not one of these deals is known."""
    entity = part.claim.entity
    if entity.name == "opportunities" or "opportunity_id" not in entity.names:
        return None
    count, known = stranger_count(run.connection, part.staged.typed)
    if count < MIN_STRANGERS or known:
        return None
    fault = f"it names {count} deals, and none of them is known: it looks like the export of another system"
    return Trip("org", fault, "Load the deals first, or the right file")


def _shown(file_name: str) -> str:
    return f"'{file_name}'" if " " in file_name else file_name
