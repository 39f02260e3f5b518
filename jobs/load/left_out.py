"""Files known by their header, from which nothing is read: config/sources/left_out.toml. Called by recognise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jobs.load.header import Header, snake_case
from jobs.load.profiles import source_tables


@dataclass(frozen=True)
class Known:
    """What the file is, why nothing is read from it, and what may be done instead, if anything."""

    about: str
    reason: str
    mend: str | None
    signature: tuple[tuple[str, ...], ...]


def left_out(header: Header) -> Known | None:
    """What is known of a file that no profile reads; None where nothing is."""
    return next((known for known in _known() if all(_has_one(header, names) for names in known.signature)), None)


@cache
def _known() -> tuple[Known, ...]:
    return tuple(_left_out(table) for table in source_tables().values() if "left_out" in table)


def _left_out(table: Mapping[str, Any]) -> Known:
    signature = tuple((names,) if isinstance(names, str) else tuple(names) for names in table["signature"])
    return Known(table["about"], table["left_out"], table.get("mend"), signature)


def _has_one(header: Header, names: tuple[str, ...]) -> bool:
    return any(header.find(name) or header.find(snake_case(name)) for name in names)
