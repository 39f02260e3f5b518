"""The options of the commands that name a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

import typer

from jobs.errors import UsageError

FIRST_DAY, LAST_DAY = date(1991, 1, 1), date(2098, 12, 31)


def _day(option: str, first_on: date = date.min, last_on: date = date.max) -> Callable[[str], date]:
    """Reads the day that an option names. Raises UsageError where it is none, or outside these two."""

    def day(text: str) -> date:
        try:
            read_on = date.fromisoformat(text)
        except ValueError:
            raise UsageError(option, f'"{text}" is not a day', "Write it as 2026-01-31") from None
        if not first_on <= read_on <= last_on:
            raise UsageError(option, f"{read_on} cannot be scored", f"Name a day from {first_on} to {last_on}")
        return read_on

    return day


AsOfOption = Annotated[
    date | None,
    typer.Option(
        "--as-of", metavar="DATE", parser=_day("--as-of", FIRST_DAY, LAST_DAY), help="The date to score, as 2026-01-31."
    ),
]
ScoredOption = Annotated[
    date | None,
    typer.Option(
        "--as-of", metavar="DATE", parser=_day("--as-of"), help="A date that was scored. Default: the latest."
    ),
]
FromOption = Annotated[
    date,
    typer.Option("--from", metavar="DATE", parser=_day("--from", FIRST_DAY, LAST_DAY), help="The day to go back to."),
]
ToOption = Annotated[
    date,
    typer.Option(
        "--to", metavar="DATE", parser=_day("--to", FIRST_DAY, LAST_DAY), help="The last date to score, as 2026-01-31."
    ),
]
