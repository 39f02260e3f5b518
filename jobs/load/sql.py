"""Small pieces of SQL text that several modules of the loader write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def literal(text: str) -> str:
    """The text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """The text as an SQL name."""
    return '"' + text.replace('"', '""') + '"'


def names(texts: Iterable[str], table: str = "") -> str:
    """The texts as a list of SQL names, each with the table before it where one is given."""
    before = f"{table}." if table else ""
    return ", ".join(before + name(text) for text in texts)


def any_of(conditions: Sequence[str]) -> str:
    """True where one of the conditions is; false without any."""
    return "(" + " or ".join(conditions) + ")" if conditions else "false"


def same(columns: Iterable[str], left: str, right: str) -> str:
    """True where two rows agree in every column, an empty cell agreeing with an empty one."""
    return " and ".join(f"{left}.{name(c)} is not distinct from {right}.{name(c)}" for c in columns)
