"""Which canonical column a column of a file may be: by its header, and by what its values read as. Called by draft."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from jobs import shipped
from jobs.draft.sample import Sampled
from jobs.load.entities import Column, Entity, entities
from jobs.load.profiles import shipped_tables
from jobs.load.written import DAYS, NUMBERS

SURE = 0.85  # from here on a guess is not marked
_FROM = 0.55  # and under this one it is none
_NEAR = 0.82  # likeness of two names
_READS = 0.8  # share of the values that must read as the column's kind
_MISSING = 2  # columns that must fit to make up for a required one that is missing
_DOUBLED = (  # canonical column, the one whose column of the file it may share, and why
    ("rep_id", "rep_name", "the name, where there is no id"),
    ("rep_name", "rep_id", "the id, where there is no name"),
    ("account_id", "account_name", "the name, where there is no id"),
    ("account_name", "account_id", "the id, where there is no name"),
    ("closed_at", "close_on", "of open deals it may be the expected day: then only_when says which are closed"),
)


@dataclass(frozen=True)
class Guess:
    """A canonical column, the column of the file that may be it, and how sure that is (to 1)."""

    column: Column
    sampled: Sampled
    score: float
    why: str = ""  # of a guess that is always a doubt


@dataclass(frozen=True)
class Reading:
    """What a file may be: an entity, and its columns in canonical order."""

    entity: Entity
    guesses: tuple[Guess, ...]

    @property
    def missing(self) -> tuple[Column, ...]:
        """Required columns that nothing in the file looks like."""
        found = {guess.column.name for guess in self.guesses}
        return tuple(c for c in self.entity.columns if c.is_required and c.name not in found)

    @property
    def rank(self) -> float:
        """What makes one reading of a file better than another."""
        return sum(guess.score for guess in self.guesses) - _MISSING * len(self.missing)


def best_reading(columns: Sequence[Sampled]) -> Reading:
    """The entity that fits best, and its columns."""
    return max((reading_as(entity, columns, ()) for entity in entities().values()), key=lambda found: found.rank)


def reading_as(entity: Entity, columns: Sequence[Sampled], given: Collection[str]) -> Reading:
    """What these columns may be in an entity of which some canonical columns are given already."""
    pairs = [
        Guess(column, sampled, score)
        for column in entity.columns
        for sampled in columns
        if column.name not in given and (score := _score(entity, column, sampled)) >= _FROM
    ]
    chosen: dict[str, Guess] = {}
    used: set[int] = set()
    for guess in sorted(pairs, key=lambda g: -g.score):
        if guess.column.name not in chosen and guess.sampled.position not in used:
            chosen[guess.column.name] = guess
            used.add(guess.sampled.position)
    for name, other, why in _DOUBLED:
        if name in entity.names and {name, *given}.isdisjoint(chosen) and other in chosen:
            chosen[name] = Guess(entity.column(name), chosen[other].sampled, _FROM, why)
    return Reading(entity, tuple(chosen[c.name] for c in entity.columns if c.name in chosen))


def _score(entity: Entity, column: Column, sampled: Sampled) -> float:
    if not _reads_as(column, sampled) or (column.is_key and len(entity.key) == 1 and not sampled.is_key):
        return 0
    if sampled.name.casefold() in _known_headers().get((entity.name, column.name), ()):
        return 1
    words = _words_of(sampled.name)
    likeness = SequenceMatcher(None, " ".join(words), column.name.replace("_", " ")).ratio()
    phrases = _phrases().get(entity.name, {}).get(column.name, ())
    return max(likeness if likeness >= _NEAR else 0, _by_phrase(words, phrases))


def _reads_as(column: Column, sampled: Sampled) -> bool:
    if column.kind not in (*DAYS, *NUMBERS, "boolean") or not sampled.filled_count:
        return not column.codes
    share = sampled.reads.get("number" if column.kind in ("share", "rate") else column.kind, 0)
    is_day_kind = column.kind in DAYS
    return share >= _READS and not (is_day_kind and sampled.reads.get("number", 0) == 1)


def _by_phrase(words: Sequence[str], phrases: Iterable[str]) -> float:
    """How much of a header the best phrase covers: all of it is as good as a known name."""
    covers = [len(p) / len(words) for p in map(str.split, phrases) if words and set(p) <= set(words)]
    return 0.5 + 0.45 * max(covers) if covers else 0


def _words_of(name: str) -> list[str]:
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return re.findall(r"[^\W_]+", parts.lower())


@cache
def _phrases() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return tomllib.loads((shipped.CONFIG / "header_words.toml").read_text(encoding="utf-8"))


@cache
def _known_headers() -> Mapping[tuple[str, str], frozenset[str]]:
    """The headers that canonical names and shipped profiles have for each entity and column, capitals aside."""
    known: dict[tuple[str, str], set[str]] = {}
    for entity in entities().values():
        for column in entity.columns:
            known.setdefault((entity.name, column.name), set()).update({column.name, *column.also})
    for table in shipped_tables().values():
        for column, given in table.get("columns", {}).items():
            headers = given if isinstance(given, list) else [given]
            texts = {str(h["header"] if isinstance(h, Mapping) else h) for h in headers}
            known.setdefault((table.get("entity", ""), column), set()).update(texts)
    return {key: frozenset(name.casefold() for name in names) for key, names in known.items()}
