"""The nearest of several names: for messages that name what was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, choices: Iterable[str], cutoff: float = 0.0) -> str | None:
    """The choice most like the name, case aside; None without one that is alike enough."""
    by_folded = {choice.casefold(): choice for choice in sorted(set(choices), reverse=True)}
    found = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=cutoff)
    return by_folded[found[0]] if found else None


def did_you_mean(name: str, choices: Iterable[str]) -> str:
    """A mend that names the nearest valid choice."""
    choice = nearest(name, choices)
    return f"The nearest valid name is '{choice}'" if choice else ""
