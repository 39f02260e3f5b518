"""What types cannot say: values that must fit each other, and names that must exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from itertools import combinations
from unicodedata import category
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel.numbers import list_currencies

from jobs.settings.model import Settings
from jobs.settings.tables import PolicyCell
from jobs.settings.toml_text import KeyPath

Limit = Decimal | int | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something a person wrote that cannot be used: where, what, how to mend it.

    other: a second place that the fault is about, whose line is put in the place of `{other}`.
    """

    path: KeyPath
    fault: str
    mend: str
    other: KeyPath | None = None


def faults_of(settings: Settings) -> Iterator[Fault]:
    """Every fault of settings whose single values are fine."""
    yield from _names(settings)
    yield from _orders(settings)
    yield from _bands(settings)
    for index, cell in enumerate(settings.policy.cells):
        yield from _cell_faults(settings, index, cell)
    yield from _overlaps(settings.policy.cells)


def nearest(name: str, known: Sequence[str]) -> str:
    """` (did you mean X?)` where something like it is known, else nothing."""
    folded = {candidate.casefold(): candidate for candidate in sorted(known, reverse=True)}
    found = get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return f" (did you mean {folded[found[0]]}?)" if found else ""


def _names(settings: Settings) -> Iterator[Fault]:
    name = settings.workspace.name
    if any(category(sign) in ("Cc", "Zl", "Zp") for sign in name):  # mails have it in a header, terminals obey it
        yield Fault(("workspace", "name"), "the name holds a line end or a control sign", "Write it in one line")
    zone = settings.workspace.time_zone
    if not _is_zone(zone):
        near = nearest(zone, sorted(available_timezones()))
        yield Fault(
            ("workspace", "time_zone"),
            f'"{zone}" is no time zone{near}',
            "Write an IANA name such as Europe/Berlin",
        )
    if "leader" not in settings.reporting.editions:
        fault = "the list of weeks leads to the pages of leaders, which would not be there"
        yield Fault(("reporting", "editions"), fault, 'Write "leader" beside the others')
    languages = settings.reporting.languages
    for language in sorted({each for each in languages if languages.count(each) > 1}):
        yield Fault(("reporting", "languages"), f'"{language}" stands there twice', "Write each language once")
    currency = settings.reporting.currency
    if currency not in list_currencies():
        near = nearest(currency, [code for code in list_currencies() if code[:1] == currency[:1].upper()])
        yield Fault(
            ("reporting", "currency"),
            f'"{currency}" is no currency{near}',
            "Write an ISO 4217 code such as EUR",
        )


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _orders(settings: Settings) -> Iterator[Fault]:
    """Pairs of values of which the first must not be above the second."""
    batna, buffer, probability = settings.batna, settings.buffer, settings.probability
    returns, fit = settings.returns, settings.fit
    pairs: tuple[tuple[str, str, Limit, str, Limit], ...] = (
        ("batna", "weak_below", batna.weak_below, "strong_from", batna.strong_from),
        ("buffer", "hug", buffer.hug, "hug_control", buffer.hug_control),
        ("probability", "low", probability.low, "high", probability.high),
        ("returns", "guess_low_ratio", returns.guess_low_ratio, "guess_high_ratio", returns.guess_high_ratio),
        ("fit", "min_employees", fit.min_employees, "max_employees", fit.max_employees),
        ("fit", "min_annual_revenue", fit.min_annual_revenue, "max_annual_revenue", fit.max_annual_revenue),
    )
    for table, low, low_value, high, high_value in pairs:
        if low_value is not None and high_value is not None and low_value > high_value:
            yield Fault(
                (table, low),
                f"{table}.{low} ({low_value}) is above {table}.{high} ({high_value})",
                f"Lower {low} or raise {high}",
            )


def _bands(settings: Settings) -> Iterator[Fault]:
    """Bands of weeks left begin with the quarter's last week, and rise."""
    starts = settings.probability.weeks_left_bands
    if starts[0] != 0 or sorted(set(starts)) != list(starts):
        fault = f"bands of weeks left that begin at {', '.join(map(str, starts))} do not rise from 0"
        yield Fault(
            ("probability", "weeks_left_bands"), fault, "Write rising numbers that begin with 0, such as [0, 2, 5, 9]"
        )


def _cell_faults(settings: Settings, index: int, cell: PolicyCell) -> Iterator[Fault]:
    path: KeyPath = ("policy", "cells", index)
    basis = settings.policy.margin_basis
    if cell.max_amount is not None and cell.max_amount <= cell.min_amount:
        fault = f"no amount lies from {cell.min_amount} up to under {cell.max_amount}"
        yield Fault((*path, "max_amount"), fault, "Write a max_amount above min_amount, or leave it out")
    if not cell.is_on_cost and cell.target_price_share is None and cell.minimum_price_share is None:
        mend = "Write minimum and target (on cost), or minimum_price_share and target_price_share"
        yield Fault(path, "this cell sets no walk-away point", mend)
    if cell.is_on_cost and basis is None:
        fault = "minimum and target are on cost, and policy.margin_basis is not set"
        mend = 'Write margin_basis = "markup_on_cost" or "margin_on_price" in [policy]: '
        yield Fault(path, fault, mend + "35 % on a cost of 105 is 141.75 with the one and 161.54 with the other")
    if basis == "margin_on_price":
        yield from _whole_margins(path, cell)
    yield from _target_faults(path, "minimum", cell.minimum, "target", cell.target)
    shares = cell.minimum_price_share, cell.target_price_share
    yield from _target_faults(path, "minimum_price_share", shares[0], "target_price_share", shares[1])


def _whole_margins(path: KeyPath, cell: PolicyCell) -> Iterator[Fault]:
    for key, value in (("minimum", cell.minimum), ("target", cell.target)):
        if value is not None and value >= 1:
            fault = f"no price has a margin of {value} of itself"
            yield Fault((*path, key), fault, 'Write a share under 1, or use margin_basis = "markup_on_cost"')


def _target_faults(
    path: KeyPath, low: str, low_value: Decimal | None, high: str, high_value: Decimal | None
) -> Iterator[Fault]:
    if low_value is None:
        return
    if high_value is None:
        yield Fault((*path, low), f"{low} stands without {high}", f"Write {high} beside it")
    elif high_value < low_value:
        fault = f"{high} ({high_value}) is under {low} ({low_value})"
        yield Fault((*path, high), fault, "The target is the threshold, and the minimum is the floor under it")


def _overlaps(cells: Sequence[PolicyCell]) -> Iterator[Fault]:
    for (one, first), (two, second) in combinations(enumerate(cells), 2):
        if _is_overlap(first, second):
            fault = f"policy cell {two + 1} ({_words(second)}) overlaps cell {one + 1} ({_words(first)})"
            mend = "Let one amount band end where the other begins, or give the later policy a later valid_from"
            places: tuple[KeyPath, KeyPath] = ("policy", "cells", two), ("policy", "cells", one)
            yield Fault(places[0], f"{fault} at {{other}}", mend, other=places[1])


def _is_overlap(first: PolicyCell, second: PolicyCell) -> bool:
    """Cells that begin on different days follow each other; a cell of a segment comes before one of none."""
    if (first.segment, first.valid_from) != (second.segment, second.valid_from):
        return False
    highest = Decimal("Infinity")
    first_end, second_end = first.max_amount or highest, second.max_amount or highest
    return first.min_amount < second_end and second.min_amount < first_end


def _words(cell: PolicyCell) -> str:
    segment = f"segment {cell.segment}" if cell.segment is not None else "every segment"
    end = f"to under {cell.max_amount}" if cell.max_amount is not None else "up"
    return f"{segment}, {cell.min_amount} {end}, from {_day(cell.valid_from)}"


def _day(valid_from: date | None) -> str:
    return valid_from.isoformat() if valid_from else "ever"
