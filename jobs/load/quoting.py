"""How the cells of a delimited file are quoted, told by its first records. Called by header."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

_LOOKED_AT = 1 << 18  # characters


@dataclass(frozen=True)
class Quoting:
    """The sign around a cell, and the one before a quote within it: the same where quotes are doubled."""

    quote: str = '"'
    escape: str = '"'

    def records(self, text: str | TextIO, delimiter: str, is_strict: bool = False) -> Iterator[list[str]]:
        """The records of a text. csv.Error where it cannot be cut into cells."""
        is_doubled = self.quote == self.escape
        return csv.reader(
            io.StringIO(text, newline="") if isinstance(text, str) else text,
            delimiter=delimiter,
            quotechar=self.quote,
            doublequote=is_doubled,
            escapechar=None if is_doubled else self.escape,
            strict=is_strict,
        )


USUAL = Quoting()
_OTHERS = (Quoting('"', "\\"), Quoting("'", "'"), Quoting("'", "\\"))


def quoting_of(text: str, delimiter: str) -> Quoting:
    """The usual one, but where another one reads every record and the usual one does not."""
    head = text[:_LOOKED_AT]
    if len(text) > _LOOKED_AT:
        head = head[: head.rfind("\n") + 1]
    if _is_clean(USUAL, head, delimiter):
        return USUAL
    return next((other for other in _OTHERS if other.escape in head and _is_clean(other, head, delimiter)), USUAL)


def _is_clean(quoting: Quoting, text: str, delimiter: str) -> bool:
    """Whether every record has as many cells as the first, and no name is left in quotes."""
    try:
        records = quoting.records(text, delimiter, is_strict=True)
        names = next(records, [])
        in_quotes = sum(len(name) > 1 and name[0] == name[-1] == "'" for name in names)
        return in_quotes < max(1, len(names)) and all(len(record) in (0, len(names)) for record in records)
    except csv.Error:
        return False
