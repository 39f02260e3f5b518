"""Whom an identifier means; and what to say where it is neither a rep nor an open deal."""

from __future__ import annotations

from datetime import date

from duckdb import DuckDBPyConnection

from jobs.errors import UsageError
from jobs.explain.read import has_table, one, rows
from jobs.nearest import nearest
from jobs.render.people import People

_ALIKE = 0.5  # from here on an id is like enough to be named
_OPEN_UNTIL = "select max(as_of_on) as as_of_on from scores.deal_positions where opportunity_id = ?"
_KNOWN = "select opportunity_id from raw.opportunities where opportunity_id = ? limit 1"
_DEALS = "select opportunity_id as id, opportunity_name as name from scores.deal_positions where as_of_on = ?"
_REPS = "select rep_id as id, rep_name as name from scores.rep_scorecard where as_of_on = ?"


def rep_behind(connection: DuckDBPyConnection, as_of_on: date, identifier: str, people: People) -> str:
    """The id of the rep whose pseudonym on the pages this is; else what was given."""
    if people.are_named or not people.has_rep_pages:
        return identifier
    pseudonyms = {people.name(each["id"], None, None): each["id"] for each in rows(connection, _REPS, [as_of_on])}
    return str(pseudonyms.get(identifier, identifier))


def unknown(connection: DuckDBPyConnection, as_of_on: date, identifier: str, people: People) -> UsageError:
    """The error for an id that the week has no number of. People are named only where they may be."""
    fault = f"is neither a rep nor an open deal of the week of {as_of_on}"
    if _is_deal(connection, identifier):
        return UsageError(
            f'"{identifier}"', f"is a deal that is not open in the week of {as_of_on}", _weeks(connection, identifier)
        )
    return UsageError(f'"{identifier}"', fault, _meant(connection, as_of_on, identifier, people))


def _is_deal(connection: DuckDBPyConnection, identifier: str) -> bool:
    return has_table(connection, "raw", "opportunities") and one(connection, _KNOWN, [identifier]) is not None


def _weeks(connection: DuckDBPyConnection, identifier: str) -> str:
    found = one(connection, _OPEN_UNTIL, [identifier])
    if found is None or found["as_of_on"] is None:
        return "It was open in no week that was scored; what became of it stands in raw.opportunities"
    return f"The last week that was scored with it open: --as-of {found['as_of_on']}"


def _meant(connection: DuckDBPyConnection, as_of_on: date, identifier: str, people: People) -> str:
    """Whose name it is, else the nearest id, else where ids stand."""
    known = rows(connection, _DEALS, [as_of_on])
    known += rows(connection, _REPS, [as_of_on]) if people.are_named else []
    named = sorted(each["id"] for each in known if (each["name"] or "").casefold() == identifier.casefold() != "")
    if named:
        return f"It is the name of {', '.join(named)}: name the id"
    near = nearest(identifier, (each["id"] for each in known), _ALIKE)
    return f"The nearest id is {near}" if near else "Ids stand in marts.rep_scorecard and marts.deal_positions"
