"""What a person is known by, and how a text reads without it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from jobs.formulas import harmless
from jobs.render.names import short_hash

_SALESFORCE_ID = re.compile(r"[A-Za-z0-9]{18}")
_PRONOUNCED = 4  # an id of fewer signs, or of digits alone, may be anything where it stands by itself


@dataclass(frozen=True)
class Identity:
    """A person's id, the names and addresses that are theirs alone, and what is put in their place.

    prefixes: what profiles put before ids, so that a file may have the id without it.
    """

    person_id: str
    names: tuple[str, ...]
    pseudonym: str
    prefixes: tuple[str, ...] = ()

    @cached_property
    def forms(self) -> frozenset[str]:
        """Every way in which a cell that names a person may hold this one."""
        bare = {self.person_id.removeprefix(prefix) for prefix in self.prefixes if self.person_id != prefix}
        ids = {self.person_id, *bare}
        short = {form[:15] for form in ids if _SALESFORCE_ID.fullmatch(form)}
        plain = {*ids, *short, *self.names}
        return frozenset(plain | {harmless(form) for form in plain})

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Where the person gets mail, in small letters, as the record of deliveries has it."""
        return frozenset(form.casefold() for form in self.forms if "@" in form)

    @property
    def recognised(self) -> frozenset[str]:
        """What is the person when it is loaded again, from an export or from a rewritten file of the archive."""
        return self.forms | {prefix + self.pseudonym for prefix in self.prefixes}

    @cached_property
    def is_telling(self) -> bool:
        """Whether the id names the person wherever it stands: 0053t00000ABC does, 17 does not."""
        return len(self.person_id) >= _PRONOUNCED and not self.person_id.isdigit()

    @cached_property
    def page_mark(self) -> str:
        """What the file names of the person's own pages end with, before .html."""
        return short_hash(self.person_id)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What names the person in the middle of a text, the longest first."""
        telling = (self.person_id,) if self.is_telling else ()
        return tuple(sorted({*self.names, *telling, f"R-{self.page_mark}"}, key=lambda word: (-len(word), word)))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return whole_words(self.words)

    def cell(self, value: str) -> str:
        """A cell of a column that names people."""
        return self.pseudonym if value.strip() in self.forms else self.text(value)

    def text(self, value: str) -> str:
        """Any other text: the person's names in it, and the id where it is telling."""
        return self._pattern.sub(self.pseudonym, value)


def whole_words(words: Iterable[str]) -> re.Pattern[str]:
    """Any of these words, capitals aside, where no letter or digit stands before or after it."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)
