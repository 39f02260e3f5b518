"""A person in a warehouse: whether it knows them, by which names, and the same rows without them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from duckdb import DuckDBPyConnection

from jobs.errors import UsageError
from jobs.load import entities
from jobs.load.sql import literal
from jobs.person.columns import TextColumn, text_columns
from jobs.person.identity import Identity


def identify(
    connection: DuckDBPyConnection, person_id: str, pseudonym: str, addresses: Mapping[str, str] = MappingProxyType({})
) -> Identity:
    """The person of this id, or of this address where only mail knows them.

    addresses: to which mail goes or went, in small letters, each with the id of whom the settings give it to, or
    nothing. A name that somebody else has too is left out: it does not tell which of the two is meant.
    Raises UsageError where nobody is named so, or it is the name of somebody's id.
    """
    places = [column for column in text_columns(connection) if column.names_person != "false"]
    _require_no_name(connection, person_id, addresses)
    is_told = person_id.casefold() in addresses or person_id in addresses.values()
    if not is_told and not any(_is_there(connection, place, person_id) for place in places):
        mend = 'Ids are compared exactly; batna sql "select rep_id, rep_name from raw.reps" lists those of the rep list'
        raise UsageError("ID", f'nobody here has the id "{person_id}"', mend)
    own = _names(connection, "rep_id = $id", person_id)
    own |= {address for address, whose in addresses.items() if whose == person_id}
    others = _names(connection, "rep_id <> $id", person_id)
    return Identity(person_id, tuple(sorted(own - others)), pseudonym, _prefixes(connection))


def _require_no_name(connection: DuckDBPyConnection, person_id: str, addresses: Mapping[str, str]) -> None:
    """A name finds the columns alone in which names stand, and would leave the rest of the person where it is."""
    query = (
        "select rep_id from raw.reps where ($name = trim(rep_name) or lower($name) = lower(trim(email))) "
        "and not exists (select 1 from raw.reps where rep_id = $name) group by rep_id order by rep_id"
    )
    ids = [row[0] for row in connection.execute(query, {"name": person_id.strip()}).fetchall()]
    ids += [whose for whose in [addresses.get(person_id.strip().casefold())] if whose and whose not in ids]
    if ids:
        mend = f"Name them by the id: {' or '.join(ids)}"
        raise UsageError("ID", f'"{person_id}" is a name or an address', mend)


def shared_names(connection: DuckDBPyConnection, identity: Identity) -> tuple[str, ...]:
    """Names of the person that others have too."""
    own = _names(connection, "rep_id = $id", identity.person_id)
    return tuple(sorted(own - set(identity.names) - {identity.person_id}))


def hide(connection: DuckDBPyConnection, identity: Identity) -> dict[str, int]:
    """Put the pseudonym wherever the warehouse names the person. Rows changed, by table."""
    changed: dict[str, int] = {}
    for column in text_columns(connection):
        count = _hide_column(connection, column, identity)
        if count:
            changed[column.table] = max(count, changed.get(column.table, 0))
    _hide_beside(connection, identity)
    return changed


def compact(connection: DuckDBPyConnection, target: Path) -> None:
    """Copy every table and view into a new file: the old one still has the bytes of what was replaced."""
    [(here,)] = connection.execute("select current_database()").fetchall()
    connection.execute(f"attach {literal(str(target))} as compacted")
    connection.execute(f"copy from database {here} to compacted")
    connection.execute("detach compacted")


def _is_there(connection: DuckDBPyConnection, place: TextColumn, person_id: str) -> bool:
    query = f"select 1 from {place.table} where {place.quoted} = ? and {place.names_person} limit 1"
    return connection.execute(query, [person_id]).fetchone() is not None


def _names(connection: DuckDBPyConnection, whose: str, person_id: str) -> set[str]:
    query = f"select distinct unnest([trim(rep_name), trim(email)]) from raw.reps where {whose}"
    return {row[0] for row in connection.execute(query, {"id": person_id}).fetchall() if row[0]}


def _prefixes(connection: DuckDBPyConnection) -> tuple[str, ...]:
    query = "select distinct id_prefix from ops.files where id_prefix <> '' order by 1"
    return tuple(row[0] for row in connection.execute(query).fetchall())


def _hide_column(connection: DuckDBPyConnection, column: TextColumn, identity: Identity) -> int:
    """Rows in which the value of the column was replaced."""
    return _replace(connection, column, "true", _texts(connection, column, identity)) + _replace(
        connection, column, column.names_person, dict.fromkeys(sorted(identity.forms), identity.pseudonym)
    )


def _texts(connection: DuckDBPyConnection, column: TextColumn, identity: Identity) -> dict[str, str]:
    """The values that name the person somewhere in them, and what they become."""
    conditions = " or ".join(f"contains(lower({column.quoted}), {literal(w.lower())})" for w in identity.words)
    rows = connection.execute(f"select distinct {column.quoted} from {column.table} where {conditions}").fetchall()
    pairs = {row[0]: identity.text(row[0]) for row in rows}
    return {old: new for old, new in pairs.items() if old != new}


def _replace(connection: DuckDBPyConnection, column: TextColumn, condition: str, pairs: Mapping[str, str]) -> int:
    if not pairs or condition == "false":
        return 0
    known = "select unnest(?) as old, unnest(?) as new"
    row = connection.execute(
        f"update {column.table} set {column.quoted} = pairs.new from ({known}) as pairs "
        f"where {column.quoted} = pairs.old and {condition}",
        [list(pairs), list(pairs.values())],
    ).fetchone()
    return int(row[0]) if row else 0


def _hide_beside(connection: DuckDBPyConnection, identity: Identity) -> None:
    """A name beside the id goes with it, also one that somebody else has; no address is kept."""
    tables: dict[str, list[str]] = {}
    for column in text_columns(connection):
        tables.setdefault(column.table, []).append(column.column)
    for table, names in tables.items():
        _name_beside(connection, table, names, identity)
    connection.execute("update raw.reps set email = null where rep_id = ?", [identity.pseudonym])
    _hide_keys(connection, identity)


def _hide_keys(connection: DuckDBPyConnection, identity: Identity) -> None:
    """The keys of refused records that name the person: each part of a key stands in quotes."""
    keyed = [entity.name for entity in entities().values() if any(column.is_person for column in entity.key)]
    for form in sorted(identity.forms):
        connection.execute(
            "update ops.rejects set record_key = replace(record_key, ?, ?) where list_contains(?, entity)",
            [f'"{form}"', f'"{identity.pseudonym}"', keyed],
        )


def _name_beside(connection: DuckDBPyConnection, table: str, names: Sequence[str], identity: Identity) -> None:
    for name_column, id_column in (("rep_name", "rep_id"), ("confirmed_by_name", "confirmed_by")):
        if name_column in names and id_column in names:
            connection.execute(
                f"update {table} set {name_column} = $it where {id_column} = $it and {name_column} is not null",
                {"it": identity.pseudonym},
            )
