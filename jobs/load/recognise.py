"""Which profiles read a file, told by its header. Called by load.

A profile of batna.toml goes before a shipped one; among equals the one that knows more of the columns wins. A
shipped profile joins in beside a workspace's own only where it feeds another entity and knows more columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jobs.errors import DataRefused
from jobs.load.entities import entities
from jobs.load.header import Header, snake_case
from jobs.load.left_out import Known, left_out
from jobs.load.profile import Profile
from jobs.load.profiles import GENERIC
from jobs.nearest import nearest

_GENERIC_SHARE = 0.5  # of a file's columns that `generic` must know: single canonical names turn up anywhere


@dataclass(frozen=True)
class Match:
    """A profile that fits, and how many of the file's columns it knows."""

    profile: Profile
    known_count: int


def recognise(header: Header, profiles: Sequence[Profile], file_name: str, settings_place: str) -> tuple[Match, ...]:
    """One match for each entity that the file feeds. DataRefused where there is none, or no telling which."""
    fitting = [Match(p, _known_count(p, header)) for p in profiles if _fits(p, header)]
    own = _best_by_entity(_of_weight([m for m in fitting if not m.profile.is_shipped], header), file_name)
    shipped = [m for m in fitting if m.profile.is_shipped and not _is_short_of_another(m, profiles, header)]
    best_shipped = _best_shipped(shipped, file_name)
    if best_shipped and _joins_in(best_shipped, own):
        own = (*own, best_shipped)
    if not own:
        raise _nothing_fits(header, profiles, file_name, settings_place)
    for match in own:
        _refuse_duplicates(match.profile, header, file_name)
    return own


def is_recognised(header: Header, profiles: Sequence[Profile]) -> bool:
    """Whether a profile reads a file of this header."""
    try:
        return bool(recognise(header, profiles, "", ""))
    except DataRefused:
        return False


def missing_columns(profile: Profile, header: Header) -> tuple[str, ...]:
    """Required canonical columns that neither the header nor the profile gives a value."""
    required = (column.name for column in entities()[profile.entity].columns if column.is_required)
    return tuple(name for name in required if not is_given(profile, name, header))


def absent_headers(profile: Profile, header: Header) -> tuple[tuple[str, str], ...]:
    """What a workspace's profile itself maps and the header lacks: canonical name, header looked for."""
    wanted = {**profile.concatenations, **profile.columns}
    return tuple(
        (column, wanted[column][0])
        for column in wanted
        if column in profile.own_columns and not is_given(profile, column, header)
    )


def unread(profile: Profile, header: Header) -> tuple[str, ...]:
    """Columns of the file that the profile does not look for."""
    known = {position for name in profile.headers_read for position in find(profile, header, name)}
    return tuple(name for position, name in enumerate(header.names) if name and position not in known)


def find(profile: Profile, header: Header, name: str) -> tuple[int, ...]:
    """Positions of a header that the profile looks for, or of one that its `headers` say means the same."""
    names = [name, *(other for other, meant in profile.headers.items() if meant == name)]
    if profile.is_snake_case:
        names.append(snake_case(name))
    return next((found for found in map(header.find, names) if found), ())


def position_of(profile: Profile, column: str, header: Header) -> int | None:
    """Where the header has a canonical column first."""
    wanted = (*profile.columns.get(column, ()), *profile.concatenations.get(column, ()))
    return next((at for each in wanted for at in find(profile, header, each)), None)


def is_given(profile: Profile, column: str, header: Header) -> bool:
    """Whether the header or the profile itself gives this canonical column values."""
    headers = (*profile.columns.get(column, ()), *profile.concatenations.get(column, ()))
    is_joined = any(column in join.gives for join in profile.joins)
    return column in profile.constants or is_joined or any(find(profile, header, name) for name in headers)


def _fits(profile: Profile, header: Header) -> bool:
    if not _is_signed(profile, header) or missing_columns(profile, header):
        return False
    absent = len(absent_headers(profile, header))
    if 2 * absent > len(profile.own_columns):
        return False
    if profile.source == GENERIC and not profile.own_columns:
        own = [name for name in header.names if name and not name.startswith("_")]
        return _known_count(profile, header) >= _GENERIC_SHARE * len(own)
    return _known_count(profile, header) > 0


def _is_short_of_another(match: Match, profiles: Sequence[Profile], header: Header) -> bool:
    """Whether another entity's canonical names fit the file better, if only it had the columns required."""
    others = [_known_count(p, header) for p in profiles if p.is_shipped and p.name == GENERIC]
    return match.profile.name == GENERIC and max(others) > match.known_count


def _is_signed(profile: Profile, header: Header) -> bool:
    return not _unsigned(profile, header) and not any(find(profile, header, n) for n in profile.signature_without)


def _unsigned(profile: Profile, header: Header) -> tuple[tuple[str, ...], ...]:
    """What of the signature the header lacks."""
    return tuple(names for names in profile.signature if not any(find(profile, header, name) for name in names))


def _known_count(profile: Profile, header: Header) -> int:
    return len({position for name in profile.headers_read for position in find(profile, header, name)})


def _of_weight(matches: Sequence[Match], header: Header) -> Sequence[Match]:
    """The match that knows most of the columns, and beside it those that find everything they map.

    A profile of a rep list must not take a list of deals for one because both name the rep.
    """
    most = max((match.known_count for match in matches), default=0)
    return [m for m in matches if m.known_count == most or not absent_headers(m.profile, header)]


def _best_by_entity(matches: Iterable[Match], file_name: str) -> tuple[Match, ...]:
    by_entity: dict[str, list[Match]] = {}
    for match in matches:
        by_entity.setdefault(match.profile.entity, []).append(match)
    order = [name for name in entities() if name in by_entity]
    return tuple(_best(by_entity[name], file_name) for name in order)


def _best_shipped(matches: Sequence[Match], file_name: str) -> Match | None:
    return _best(matches, file_name) if matches else None


def _best(matches: Sequence[Match], file_name: str) -> Match:
    most = max(matches, key=_rank)
    equals = [match.profile for match in matches if _rank(match) == _rank(most)]
    if len(equals) > 1:
        names = " and ".join(f"'{p.name}' ({p.entity})" for p in equals)
        mend = "Give one of them a signature, or take one away"
        raise DataRefused(file_name, f"the profiles {names} fit it equally well", mend)
    return most


def _rank(match: Match) -> tuple[int, int]:
    return match.known_count, len(match.profile.signature)


def _joins_in(shipped: Match, own: Sequence[Match]) -> bool:
    is_other_entity = all(match.profile.entity != shipped.profile.entity for match in own)
    return is_other_entity and all(match.known_count < shipped.known_count for match in own)


def _refuse_duplicates(profile: Profile, header: Header, file_name: str) -> None:
    if profile.takes_first_of_duplicates:
        return
    for name in profile.headers_read:
        if len(find(profile, header, name)) > 1:
            mend = f'Take one away, or set duplicate_header = "first" in a profile (now: {profile.name})'
            raise DataRefused(file_name, f"its header has the column '{name}' twice", mend)


class NoProfile(DataRefused):
    """No profile comes near the header: the file may be nobody's business."""


class LeftOut(NoProfile):
    """The file is known, and why nothing is read from it. note: what is said of it where it is one of several."""

    def __init__(self, file_name: str, known: Known) -> None:
        fault = f"it is {known.about}, and nothing is read from it: {known.reason}"
        super().__init__(file_name, fault, known.mend or "Take it out of the inbox")
        self.note = ". ".join(filter(None, [f"{file_name} is left: {fault}", known.mend]))


def _nothing_fits(header: Header, profiles: Sequence[Profile], file_name: str, settings_place: str) -> DataRefused:
    """Names the profile that came nearest, what it lacks, and how to mend that; or why nobody reads such a file."""
    known = left_out(header)
    if known:
        return LeftOut(file_name, known)
    near = [p for p in profiles if _nearness(p, header) >= 1 and missing_columns(p, header)]
    if not near:
        fault = f"no profile fits its header ({', '.join(header.names[:8])})"
        nearest_one = _nearest_unsigned(header, profiles)
        if_it_is = "If it is that, export it with what is missing; if not, add" if nearest_one else "Add"
        mend = f"{if_it_is} a profile under [sources.<name>] in {settings_place} (`batna profile FILE` drafts one)"
        return NoProfile(file_name, fault + nearest_one, mend)
    best = max(near, key=lambda profile: (_nearness(profile, header), not profile.is_shipped))
    missing = missing_columns(best, header)
    faults = "; ".join(_lacks(best, column, header) for column in missing)
    return DataRefused(file_name, faults, _mend(best, missing[0], settings_place))


def _nearest_unsigned(header: Header, profiles: Sequence[Profile]) -> str:
    """The profile that knows most of the columns, and what it knows the file by that is not there."""
    near = [(p, _known_count(p, header)) for p in profiles if _unsigned(p, header)]
    best, known = max(near, key=lambda pair: pair[1], default=(None, 0))
    if best is None or known < 2:
        return ""
    lacks = " and ".join(f"'{' or '.join(names)}'" for names in _unsigned(best, header))
    return f"; the nearest is {best.name}, which knows {known} of its columns and looks for {lacks}"


def _nearness(profile: Profile, header: Header) -> float:
    """Share of required columns that are there, plus share of the header that is known, plus 1 if signed."""
    if not _is_signed(profile, header):
        return 0
    required = [column for column in entities()[profile.entity].columns if column.is_required]
    there = 1 - len(missing_columns(profile, header)) / len(required)
    known = _known_count(profile, header) / max(1, sum(1 for name in header.names if name))
    return there + known + (1 if profile.signature else 0)


def _lacks(profile: Profile, column: str, header: Header) -> str:
    wanted = profile.columns.get(column, profile.concatenations.get(column, ()))
    looked_for = (
        f"profile {profile.name} reads it from {' or '.join(wanted)}"
        if wanted
        else (f"profile {profile.name} maps nothing to it")
    )
    near = nearest(wanted[0] if wanted else column, [name for name in header.names if name])
    return f"it lacks the required column {column} of {profile.entity} ({looked_for}; nearest header: {near})"


def _mend(profile: Profile, column: str, settings_place: str) -> str:
    if profile.mend and profile.is_shipped:
        return profile.mend
    if not profile.is_shipped:
        return (
            f"Add the column to the export; or, in {settings_place}, map it under "
            f"[sources.{profile.name}.columns] or set it for all rows under "
            f"[sources.{profile.name}.constants]"
        )
    entity = f' and entity = "{profile.entity}"' if profile.name == GENERIC else ""
    return (
        f"Add the column to the export; or, in {settings_place}, write a profile [sources.<name>] with "
        f'extends = "{profile.name}"{entity}, and give {column} a header under [sources.<name>.columns] '
        f"or one value for all rows under [sources.<name>.constants]"
    )
