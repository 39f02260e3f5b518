"""Lines below the records of a report: totals, its title, a copyright. Called by the readers.

Going up from the end of the file, blank lines and lines with one cell belong to the footer, if one of them is known to
the profile. Of lines that it does not know (a report's title) a few may be among them, but none that follows a record
at once: that is a record that breaks off, and must be reported.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

_BLOCK = 4 << 20
_TAIL = 1 << 16  # bytes; a footer is shorter
_MAX_UNKNOWN = 3  # the report's title, who made it, the name of the company


def footer_start(path: Path, patterns: Sequence[str], delimiter: str) -> int | None:
    """Byte at which the footer of a UTF-8 file begins; None where it has none that the patterns know."""
    lines = ((position, _only_cell(line, delimiter)) for position, line in _lines_from_the_end(path))
    return first_of_footer(lines, patterns)


def first_of_footer(lines: Iterable[tuple[int, str | None]], patterns: Sequence[str]) -> int | None:
    """Place of the footer's first line, out of place and only text of each line, the last one first.

    "" is a blank line, None a record. None where the patterns know none of the lines.
    """
    start: int | None = None
    is_known, unknown_count = False, 0
    for position, text in lines:
        if text is None:
            break
        if not text or any(re.fullmatch(pattern, text) for pattern in patterns):
            is_known = is_known or bool(text)
            start = position
        elif (unknown_count := unknown_count + 1) > _MAX_UNKNOWN:
            return None
    return start if is_known else None


def copy_start(path: Path, target: Path, size: int) -> None:
    """Copy the first bytes of a file."""
    with path.open("rb") as source, target.open("wb") as copy:
        while size > 0 and (block := source.read(min(size, _BLOCK))):
            size -= copy.write(block)


def _lines_from_the_end(path: Path) -> Iterator[tuple[int, str]]:
    """Whole lines of the tail, the last one first, each with the byte at which it begins."""
    size = path.stat().st_size
    first = max(0, size - _TAIL)
    with path.open("rb") as stream:
        stream.seek(first)
        tail = stream.read()
    ends = [match.end() for match in re.finditer(rb"\r\n|\n|\r", tail)]
    begins = [*([0] if first == 0 else []), *(end for end in ends if end < len(tail))]
    for begin, end in zip(reversed(begins), reversed([*begins[1:], len(tail)]), strict=True):
        yield first + begin, tail[begin:end].decode("utf-8", errors="replace").rstrip("\r\n")


def _only_cell(line: str, delimiter: str) -> str | None:
    """The text of a line with one cell, or with one before empty ones; "" of a blank line; None of a record."""
    if line.count('"') % 2:
        return None
    cells = [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    return None if any(cells[1:]) else "".join(cells[:1])
