"""What follows a decline, an exception or a warning: parts of declined.html."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jobs.render.exit_rows import PossibleReturn, Precedent, ReturnRate, WarningSign
from jobs.render.read import WeekRows

_MAX_ROWS = 12
_SUMMARIES = (("red_flag", "any"), ("accepted_trigger", "any"), ("all", "no_sign"), ("all", "all"))
_NOT_SINGLE = frozenset((*_SUMMARIES, ("fit", "fit"), ("fit", "misfit")))  # an accepted misfit is a single sign already
_MEASURES = ("opening_demand_share", "price_list_share", "below_threshold_share")


@dataclass(frozen=True)
class ReturnWindow:
    """Returns within so many days: recorded, and guessed beside the guess for lost deals."""

    days: int
    recorded: ReturnRate | None
    guess: ReturnRate | None
    control: ReturnRate | None


@dataclass(frozen=True)
class PrecedentLine:
    """One measure of the next deal, after an exception and after a clear deal."""

    measure: str
    exception: Precedent
    clear: Precedent


@dataclass(frozen=True)
class Exits:
    """What followed."""

    windows: tuple[ReturnWindow, ...]
    possible: tuple[PossibleReturn, ...]  # not recorded as returns, as many as are shown
    possible_count: int
    precedents: tuple[PrecedentLine, ...]
    warned: tuple[WarningSign, ...]  # any red flag, any reason accepted, no sign at all, all: where it is on record
    signs: tuple[WarningSign, ...]  # single signs, the most deals first


def exits_of(week: WeekRows) -> Exits:
    """What followed, as of the week."""
    rows = week.exits
    left = [row for row in rows.possible_returns if row.end_kind == "declined" and not row.is_return_recorded]
    told = [row for row in rows.warnings if row.told_count]
    return Exits(
        windows=_windows(rows.return_rates),
        possible=tuple(left[:_MAX_ROWS]),
        possible_count=len(left),
        precedents=_precedents(rows.precedents),
        warned=tuple(row for key in _SUMMARIES for row in told if (row.sign_kind, row.code) == key),
        signs=tuple(sorted((row for row in told if (row.sign_kind, row.code) not in _NOT_SINGLE), key=_most_deals)),
    )


def _windows(rows: Iterable[ReturnRate]) -> tuple[ReturnWindow, ...]:
    """The windows in which at least one decline is old enough."""
    known = {(row.basis, row.window_days): row for row in rows if row.exit_type == "all" and row.ended_count}
    days = sorted({window for basis, window in known if basis != "lost_guess"})
    return tuple(
        ReturnWindow(
            window, known.get(("recorded", window)), known.get(("guess", window)), known.get(("lost_guess", window))
        )
        for window in days
    )


def _precedents(rows: Sequence[Precedent]) -> tuple[PrecedentLine, ...]:
    """The measures that are known of both kinds."""
    known = {(row.measure, row.after_kind): row for row in rows if row.known_count and row.value_mean is not None}
    return tuple(
        PrecedentLine(measure, known[measure, "exception"], known[measure, "clear"])
        for measure in _MEASURES
        if (measure, "exception") in known and (measure, "clear") in known
    )


def _most_deals(row: WarningSign) -> tuple[int, str, str]:
    return (-row.told_count, row.sign_kind, row.code)
