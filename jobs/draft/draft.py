"""A drafted profile as TOML. Called by commands.

    open -> (per table) sample -> guess -> formats -> text

The draft says what it guessed and marks with `# ?` what it is not sure of. Three values of each column stand beside
it, and nothing else of the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from jobs.draft.guess import SURE, Guess, Reading, best_reading, reading_as
from jobs.draft.sample import Sample, cell_of, take_sample
from jobs.errors import DataRefused
from jobs.load.cells import Cell
from jobs.load.entities import entities
from jobs.load.formats import is_in_hundredths, readings, take_short_way
from jobs.load.opening import Opener, Part
from jobs.load.profile import FormatSetting, Profile
from jobs.load.profiles import GENERIC
from jobs.load.recognise import NoProfile, is_given, is_recognised, recognise, unread
from jobs.load.records import Source
from jobs.load.unpack import Limits
from jobs.load.written import DAYS, NUMBERS, Format

_ASKED = "# ?"
_IF_IN_ANOTHER_LANGUAGE = (  # most of the headers say nothing: the entity is likelier wrong than right
    f"{_ASKED} Less than half of the columns look like any that are known, so that the entity may be another one.",
    f"{_ASKED} If a CRM that docs/exports.md lists wrote this in another language, write none of the lines below, but",
    f'{_ASKED} extends = its profile (such as "pipedrive_deals"), and under [sources.<name>.headers] what each header',
    f'{_ASKED} is called in English: "Obchod - Hodnota" = "Deal - Value".',
)


def draft(path: Path, profiles: Sequence[Profile], limits: Limits, work: Path, place: str) -> str:
    """The TOML of one profile for each table in a file. DataRefused where it holds none that can be read."""
    opener = Opener(work, partial(is_recognised, profiles=profiles), limits)
    parts = opener.open(path, path.name).parts
    readable = [part for part in parts if part.source is not None]
    if not readable:
        raise parts[0].fault or DataRefused(path.name, "it holds nothing that can be read")
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        drafts = [_of_part(connection, part, profiles, place, number) for number, part in enumerate(readable)]
    faults = [f"# {part.fault}" for part in parts if part.fault]
    return "\n".join([*faults, *drafts])


def _of_part(connection: DuckDBPyConnection, part: Part, profiles: Sequence[Profile], place: str, number: int) -> str:
    assert part.source is not None
    sample = take_sample(connection, part.source, f"draft_{number}")
    try:
        known = [match.profile for match in recognise(part.source.header, profiles, part.name, place)]
        lines = list(_of_known(part.name, part.source, sample, known))
    except NoProfile:
        lines = []
    except DataRefused as error:
        lines = [f"# As it is, {error}"]
    else:
        return "\n".join(lines) + "\n"
    found = best_reading(sample.columns)
    lines += [*_head(part.name, part.source, sample, found), *_columns(_name(part.name), found.guesses)]
    lines += [*_required(found), *_left(sample, found.guesses)]
    return "\n".join([*lines, *_formats(connection, sample, found.guesses, _name(part.name))]) + "\n"


def _of_known(file_name: str, source: Source, sample: Sample, known: Sequence[Profile]) -> Iterator[str]:
    """A profile reads the file already: what it does not read is guessed."""
    for profile in known:
        yield f"# {file_name}: the profile {profile.name} reads it already, as {profile.entity}."
    profile, name = known[0], _name(file_name)
    if not profile.is_shipped:
        return
    yield f"# Nothing has to be written. To read more of it, begin with this:\n\n[sources.{name}]"
    yield f"extends = {_quoted(profile.name)}"
    if profile.name == GENERIC:
        yield f"entity = {_quoted(profile.entity)}"
    new = set(unread(profile, source.header))
    columns = [column for column in sample.columns if column.name in new]
    guesses = reading_as(entities()[profile.entity], columns, set(profile.columns) - _absent(profile, source)).guesses
    if guesses:
        yield from _columns(name, guesses)
    used = {guess.sampled.position for guess in guesses}
    yield from _left(replace(sample, columns=tuple(c for c in columns if c.position not in used)), ())


def _absent(profile: Profile, source: Source) -> set[str]:
    """Canonical columns that the file gives this profile no value for."""
    return {name for name in profile.columns if not is_given(profile, name, source.header)}


def _columns(name: str, guesses: Sequence[Guess]) -> Iterator[str]:
    yield f"\n[sources.{name}.columns]"
    for guess in guesses:
        mark = f"{_ASKED} " if guess.score < SURE else "# "
        why = f"  ({guess.why})" if guess.why else ""
        shown = " | ".join(guess.sampled.values)
        yield f"{guess.column.name} = {_quoted(guess.sampled.name)}  {mark}{shown}{why}".rstrip(" #")


def _head(file_name: str, source: Source, sample: Sample, found: Reading) -> Iterator[str]:
    told = "".join(f", {note}" for note in source.notes)
    yield f"# Drafted from {file_name}: {sample.record_count:,} records, {len(sample.columns)} columns{told}."
    yield f'# Look at every line. "{_ASKED}" stands where the header or the values leave a doubt.'
    is_strange = 2 * len({guess.sampled.position for guess in found.guesses}) < len(sample.columns)
    if is_strange:
        yield from _IF_IN_ANOTHER_LANGUAGE
    yield f"\n[sources.{_name(file_name)}]"
    yield f"entity = {_quoted(found.entity.name)}" + (f"  {_ASKED}" if found.missing or is_strange else "")


def _required(found: Reading) -> Iterator[str]:
    for column in found.missing:
        yield f'# {column.name} = ""  {_ASKED} required, and no column looks like it: {column.about}'


def _left(sample: Sample, guesses: Sequence[Guess]) -> Iterator[str]:
    used = {guess.sampled.position for guess in guesses}
    left = [column for column in sample.columns if column.position not in used]
    if left:
        yield "\n# Columns that are not read:"
    for column in left:
        yield f"# {_quoted(column.name)}  {' | '.join(column.values) or '(empty)'}"


@dataclass(frozen=True)
class _Said:
    """A format to say: its key and value, and what makes it doubtful."""

    setting: str
    doubt: str = ""


def _formats(connection: DuckDBPyConnection, sample: Sample, guesses: Sequence[Guess], name: str) -> list[str]:
    """Formats that have to be said, or are better said than decided anew each week; one line where all dates agree."""
    found = {guess.column.name: _format(connection, sample, guess) for guess in guesses}
    said = {column: told for column, told in found.items() if told}
    days = {told for told in said.values() if told.setting.startswith("date_order")}
    of_all = days if len(days) == 1 else set()
    lines = [_line(told.setting, told) for told in of_all]
    lines += [_line(f"{column} = {{ {told.setting} }}", told) for column, told in said.items() if told not in of_all]
    return [f"\n[sources.{name}.formats]", *lines] if lines else []


def _line(text: str, said: _Said) -> str:
    return f"{text}  {_ASKED} {said.doubt}" if said.doubt else text


def _format(connection: DuckDBPyConnection, sample: Sample, guess: Guess) -> _Said | None:
    cell = cell_of(guess.sampled.position, guess.column.kind)
    if cell.kind not in (*DAYS, *NUMBERS) or not guess.sampled.filled_count:
        return None
    if is_in_hundredths(connection, sample.texts, cell):
        return _Said("percent = true")
    if take_short_way(connection, sample.texts, [cell])[cell.alias]:
        return None
    best, _ = readings(connection, sample.texts, cell, FormatSetting())
    chosen = _likeliest(cell, best)
    if chosen.order == "ymd" and chosen.months:  # months by name read alike in every order
        return None
    key, text = ("date_order", chosen.order) if cell.kind in DAYS else ("decimal", chosen.decimal)
    others = [str(f.order if cell.kind in DAYS else f.decimal) for f in best if f != chosen]
    return _Said(f"{key} = {_quoted(str(text))}", f"reads as {' or '.join(others)} too" if others else "")


def _likeliest(cell: Cell, best: Sequence[Format]) -> Format:
    """Of several orders of a date the day in front: more of the world writes so. Of two marks the first."""
    return next((form for form in best if form.order == "dmy"), best[0]) if cell.kind in DAYS else best[0]


def _name(file_name: str) -> str:
    """A bare key of TOML out of the file's name: deals.xlsx/Open deals as deals_open_deals."""
    words = re.findall(r"[A-Za-z0-9]+", re.sub(r"\.(csv|tsv|txt|xlsx|parquet|jsonl?|ndjson|zip|gz)\b", "", file_name))
    return "_".join(words).lower() or "mine"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
