"""All profiles that may read a file: those of a workspace, those of config/sources/, and `generic`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from jobs import shipped
from jobs.errors import SettingsError
from jobs.load.dialect import Dialect
from jobs.load.entities import Entity, entities
from jobs.load.profile import Profile
from jobs.nearest import did_you_mean

GENERIC = "generic"


def all_profiles(sources: Mapping[str, Any], settings_place: str) -> tuple[Profile, ...]:
    """The workspace's own profiles, then the shipped ones. SettingsError where one cannot be used."""
    own = tuple(_own(name, table, sources, settings_place) for name, table in sources.items())
    return (*own, *(_shipped(name) for name in shipped_tables()), *(_generic(entity) for entity in entities().values()))


def shipped_tables() -> Mapping[str, Any]:
    """Every profile of config/sources/*.toml by name."""
    return {name: table for name, table in source_tables().items() if "left_out" not in table}


@cache
def source_tables() -> Mapping[str, Any]:
    """Every table of config/sources/*.toml by name: profiles, and files that are left out."""
    tables: dict[str, Any] = {}
    for path in sorted((shipped.CONFIG / "sources").glob("*.toml")):
        tables |= tomllib.loads(path.read_text(encoding="utf-8"))
    return tables


@cache
def _shipped(name: str) -> Profile:
    place = f"config/sources [{name}]"
    source, merged = _extended(name, shipped_tables()[name], {}, place, ())
    return Dialect(name, merged, place).profile(source=source, is_shipped=True)


def _own(name: str, table: Any, sources: Mapping[str, Any], settings_place: str) -> Profile:
    place = f"{settings_place} [sources.{name}]"
    if not isinstance(table, Mapping):
        raise SettingsError(place, "it is not a table", f"Write [sources.{name}] and the profile below it")
    source, merged = _extended(name, table, sources, place, ())
    profile = Dialect(name, merged, place).profile(source=source, is_shipped=False)
    own = (*table.get("columns", {}), *table.get("concatenations", {}))
    return replace(profile, own_columns=frozenset(own))


def _extended(
    name: str, table: Mapping[str, Any], sources: Mapping[str, Any], place: str, seen: tuple[str, ...]
) -> tuple[str, Mapping[str, Any]]:
    """The first profile in the chain of `extends`, and the table with what it extends below it."""
    base = table.get("extends") or (name if _is_over_shipped(name, table, seen) else None)
    if base is None:
        return name, table
    base = _member(str(base), table.get("entity")) or base
    if base in seen:
        raise SettingsError(place, "profiles extend one another in a circle", "Take one extends away")
    known = {**_generic_table(table), **shipped_tables(), **({} if base == name else sources)}
    if base not in known:
        choices = [other for other in (*known, GENERIC) if other != name]
        raise SettingsError(place, f"extends = '{base}' names no profile", did_you_mean(str(base), choices))
    source, below = _extended(base, known[base], sources, place, (*seen, name, base))
    return name if table.get("own_ids") else source, _merged(below, table)


def _is_over_shipped(name: str, table: Mapping[str, Any], seen: tuple[str, ...]) -> bool:
    """Whether a profile takes over the shipped one of its own name: it says only what differs."""
    if name == GENERIC or _member(name, table.get("entity")):
        return "columns" not in table
    return name in shipped_tables() and name not in seen and "entity" not in table


def _member(family: str, entity: Any) -> str | None:
    """The profile that a system's name stands for, the first of the entity: salesforce is salesforce_opportunity."""
    members = [
        name
        for name, table in shipped_tables().items()
        if name.startswith(f"{family}_") and table.get("entity") == entity and entity
    ]
    return members[0] if members else None


def _generic_table(table: Mapping[str, Any]) -> Mapping[str, Any]:
    """The generic profile of the table's own entity, as a table that can be extended."""
    entity = entities().get(str(table.get("entity")))
    if entity is None:
        return {}
    return {GENERIC: {"entity": entity.name, "columns": {c.name: [c.name, *c.also] for c in entity.columns}}}


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> Mapping[str, Any]:
    """Both tables; where both have a value the one above wins, tables within them are merged likewise."""
    result = dict(below)
    for key, value in above.items():
        is_table = isinstance(value, Mapping) and isinstance(below.get(key), Mapping)
        result[key] = _merged(below[key], value) if is_table else value
    return result


def _generic(entity: Entity) -> Profile:
    """The canonical names themselves as header."""
    return Profile(
        name=GENERIC,
        source=GENERIC,
        entity=entity.name,
        coverage=entity.coverage,
        is_shipped=True,
        columns={column.name: (column.name, *column.also) for column in entity.columns},
    )
