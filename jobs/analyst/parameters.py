"""Values of parameters from the command line: text, and fiscal quarters as their first day."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jobs.errors import UsageError
from jobs.weeks import quarter_named

_GIVEN = re.compile(r"\$?([A-Za-z_]\w*)=(.*)", re.DOTALL)


def parameters(given: Sequence[str], first_month: int) -> dict[str, str]:
    """NAME=VALUE pairs as values by name. 2026-Q3 becomes the first day of that fiscal quarter.

    All values are text, which takes the type of what it is compared with, as a literal does. Raises UsageError.
    """
    values: dict[str, str] = {}
    for pair in given:
        found = _GIVEN.fullmatch(pair)
        if not found:
            raise UsageError("--param", f'"{pair}" is not NAME=VALUE', "Write --param quarter=2026-Q3")
        if found[1] in values:
            raise UsageError("--param", f"{found[1]} is given twice", "Give each parameter once")
        values[found[1]] = value_of(found[2], first_month)
    return values


def value_of(text: str, first_month: int) -> str:
    """The value that a text stands for."""
    quarter = quarter_named(text, first_month)
    return quarter.start_on.isoformat() if quarter else text
