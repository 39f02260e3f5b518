"""Canonical columns as text: SQL over the staged cells of a file, as its profile says. Called by stage.

Every expression is NULL for an empty cell. Nothing is cast here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jobs.formulas import KEPT
from jobs.load.cast import folded
from jobs.load.entities import Column, Entity
from jobs.load.header import REASON, Header
from jobs.load.profile import Profile, SkipRule
from jobs.load.recognise import find
from jobs.load.sql import any_of, literal, name

_WORDS = re.compile(r"(\(\?i\))?([\w ]+(?:\|[\w ]+)*)")
_ANSWERED = ("decline_reviews", "corrections")  # what comes back from review/
_CHECK_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


@dataclass(frozen=True)
class Reference:
    """A staged reference file: its relation (columns k0.. and v0..), and what they stand for."""

    relation: str
    keys: tuple[str, ...]  # canonical columns, in the order of k0..
    values: tuple[str, ...]  # canonical columns, in the order of v0..


def staging_query(profile: Profile, header: Header) -> str:
    """SQL over {records}: the cells that the profile needs, trimmed, and is_blank and is_skipped."""
    positions = positions_of(profile, header)
    is_ours = bool(header.find(REASON)) or profile.entity in _ANSWERED
    cells = ", ".join(f"nullif(trim({_as_written(position, is_ours)}), '') as c{position}" for position in positions)
    is_blank = " and ".join(f"c{position} is null" for position in positions)
    return (
        f"select *, {is_blank} as is_blank, {skipped(profile.skip, profile, header)} as is_skipped "
        f"from (select {cells} from {{records}})"
    )


def _as_written(position: int, is_ours: bool) -> str:
    """The cell without the apostrophe that kept a spreadsheet from running it, in a file that we have written."""
    return f"regexp_replace(c{position}, {literal(KEPT)}, '\\1')" if is_ours else f"c{position}"


def latest_query(profile: Profile, header: Header, relation: str) -> str:
    """SQL: record_number and latest_by, the text that tells which of two records is newer."""
    found = find(profile, header, profile.latest_by) if profile.latest_by else ()
    return f"select record_number, {f'c{found[0]}' if found else 'null::varchar'} as latest_by from {relation}"


def positions_of(profile: Profile, header: Header) -> tuple[int, ...]:
    """Positions of the cells that the profile needs, in the order of the file."""
    needed = (*profile.headers_read, *_unless_headers(profile), profile.latest_by or "")
    return tuple(sorted({at[0] for at in (find(profile, header, wanted) for wanted in needed if wanted) if at}))


def text_query(
    entity: Entity,
    profile: Profile,
    header: Header,
    relation: str,
    references: Sequence[Reference] = (),
    *,
    carried: str = "record_number",
    condition: str = "not is_blank and not is_skipped",
) -> str:
    """SQL: record_number, one text per canonical column, without blank and skipped records.

    Without references, other columns of the relation may be carried, and another condition be set.
    """
    expressions = _Expressions(profile, header)
    columns = [f"{expressions.column(column)} as {name(column.name)}" for column in entity.columns]
    query = f"select {carried}, {', '.join(columns)} from {relation} where {condition}"
    for reference in references:
        query = _joined(query, reference, entity)
    with_ids = [f"{_with_ids(profile, column)} as {name(column.name)}" for column in entity.columns]
    return f"select {carried}, {', '.join(with_ids)} from ({query})"


def skipped(rules: Sequence[SkipRule], profile: Profile, header: Header) -> str:
    """True for a record that the rules pass over; in an export it counts as unchanged."""
    return any_of([rule for rule in (_rule(r, profile, header) for r in rules) if rule])


def _rule(rule: SkipRule, profile: Profile, header: Header) -> str | None:
    where, unless = (_checks(patterns, profile, header) for patterns in (rule.where, rule.unless))
    if where is None:
        return None  # without its headers no record matches; without those of `unless` every one does
    kept = f"not ({' and '.join(unless)})" if unless else "true"
    return "(" + " and ".join([*where, kept]) + ")"


def _checks(patterns: Mapping[str, str], profile: Profile, header: Header) -> list[str] | None:
    """A condition for each pattern; None where the file lacks one of the headers."""
    found = [(find(profile, header, wanted), pattern) for wanted, pattern in patterns.items()]
    return [_matches(at[0], pattern) for at, pattern in found] if all(at for at, _ in found) else None


def _unless_headers(profile: Profile) -> Iterable[str]:
    return (header for rule in profile.skip for header in rule.unless)


def _matches(position: int, pattern: str) -> str:
    """Whether the whole cell matches; words alone are compared, which is cheaper than a pattern."""
    cell = f"coalesce(c{position}, '')"
    words = _WORDS.fullmatch(pattern)
    if not words:
        return f"regexp_full_match({cell}, {literal(pattern)})"
    is_folded = bool(words[1])
    listed = [literal(word.lower() if is_folded else word) for word in words[2].split("|")]
    return f"{f'lower({cell})' if is_folded else cell} in ({', '.join(listed)})"


class _Expressions:
    """Writes the expression of each canonical column of one profile over one header."""

    def __init__(self, profile: Profile, header: Header) -> None:
        self._profile = profile
        self._header = header

    def cell(self, wanted: str) -> str | None:
        """The cell under this header; None where the file has no such header."""
        found = find(self._profile, self._header, wanted)
        return f"c{found[0]}" if found else None

    def column(self, column: Column) -> str:
        """The text of a canonical column: cells, else concatenation, mapped; else constant, else default."""
        text = self._only_when(self._profile.only_when.get(column.name, {}), self._from_cells(column.name))
        text = _mapped(text, self._profile.values.get(column.name, {}))
        if column.name in self._profile.constants:
            text = f"coalesce({text}, {literal(self._profile.constants[column.name])})"
        if column.default is not None:
            text = f"coalesce({text}, {literal(column.default)})"
        return text

    def _from_cells(self, column: str) -> str:
        wanted = (self._ruled(column, place, h) for place, h in enumerate(self._profile.columns.get(column, ())))
        parts = [self.cell(header) for header in self._profile.concatenations.get(column, ())]
        cells = [cell for cell in wanted if cell]
        if any(parts):
            cells.append(f"nullif(concat_ws(' ', {', '.join(part for part in parts if part)}), '')")
        nulls = self._profile.column_null_values.get(column, ())
        if nulls:
            listed = ", ".join(literal(value) for value in nulls)
            cells = [f"case when {cell} not in ({listed}) then {cell} end" for cell in cells]
        return _extracted(_first_of(cells), self._profile.extract.get(column))

    def _ruled(self, column: str, place: int, header: str) -> str | None:
        """The cell under this header, as the rule at this place in the column's headers has it."""
        cell, rule = self.cell(header), self._profile.rules.get(column, {}).get(place)
        return self._only_when(rule.only_when, _mapped(cell, rule.values)) if cell and rule else cell

    def _only_when(self, conditions: Mapping[str, str], text: str) -> str:
        if not conditions:
            return text
        checks = _checks(conditions, self._profile, self._header)
        return f"case when {' and '.join(checks) if checks else 'false'} then {text} end"


def _with_ids(profile: Profile, column: Column) -> str:
    """Ids made whole: 15-character Salesforce ids to 18, the profile's prefix before them."""
    text, kind = name(column.name), "rep_id" if column.by_field else column.name
    condition = f"{folded(name('field'))} = 'rep_id'" if column.by_field else "true"
    if kind in profile.salesforce_ids:
        text = f"case when {condition} then {_eighteen(text)} else {text} end"
    if kind in profile.guids:
        text = f"case when {condition} then lower(trim({text}, '{{}}')) else {text} end"
    if profile.id_prefix and (column.is_id or column.by_field):
        text = f"case when {condition} then {literal(profile.id_prefix)} || {text} else {text} end"
    return text


def _first_of(cells: Sequence[str]) -> str:
    if not cells:
        return "null::varchar"
    return cells[0] if len(cells) == 1 else f"coalesce({', '.join(cells)})"


def _mapped(text: str, values: Mapping[str, str]) -> str:
    """Value by value; "*" stands for every other value, what no line names stays as it is."""
    if not values:
        return text
    lines = " ".join(f"when {literal(k)} then {literal(v)}" for k, v in values.items() if k != "*")
    other = f"case when {text} is not null then {literal(values['*'])} end" if "*" in values else text
    return f"case {text} {lines} else {other} end" if lines else other


def _extracted(text: str, pattern: str | None) -> str:
    """The one group of the pattern; a text that the whole pattern does not match stays as it is."""
    if pattern is None:
        return text
    whole = f"regexp_extract({text}, {literal(f'^(?:{pattern})$')}, 1)"
    return f"case when regexp_full_match({text}, {literal(pattern)}) then {whole} else {text} end"


def _eighteen(text: str) -> str:
    """A 15-character Salesforce id with its three check characters; anything else as it is."""
    check = " || ".join(_check_sign(text, start) for start in (1, 6, 11))
    is_short = f"length({text}) = 15 and regexp_full_match({text}, '[0-9A-Za-z]{{15}}')"
    return f"case when {is_short} then {text} || {check} else {text} end"


def _check_sign(text: str, start: int) -> str:
    """One check character says which of five characters are capitals, the first one counting least."""
    bits = " + ".join(
        f"case when substr({text}, {start + bit}, 1) between 'A' and 'Z' then {1 << bit} else 0 end" for bit in range(5)
    )
    return f"substr('{_CHECK_SIGNS}', 1 + {bits}, 1)"


def _joined(query: str, reference: Reference, entity: Entity) -> str:
    columns = [
        f"coalesce(r.v{reference.values.index(column)}, t.{name(column)}) as {name(column)}"
        if column in reference.values
        else f"t.{name(column)}"
        for column in entity.names
    ]
    keys = " and ".join(f"t.{name(column)} = r.k{i}" for i, column in enumerate(reference.keys))
    return (
        f"select t.record_number, {', '.join(columns)} "
        f"from ({query}) as t left join {reference.relation} as r on {keys}"
    )
