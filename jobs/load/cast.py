"""From text to the types of raw.*: SQL for one cell in one format. Called by formats and stage.

A cast runs in two steps, `prepared` and `value`, so that a pattern is matched once per cell. A cell that
cannot be cast gives NULL, which stage turns into a refusal. ISO dates and plain numbers take a short way.
"""

from __future__ import annotations

from dataclasses import replace

from jobs.load import days, numbers
from jobs.load.cells import Cell
from jobs.load.sql import literal
from jobs.load.written import DAYS, NUMBERS, Format, Zones

TRUE = ("true", "t", "yes", "y", "1")
FALSE = ("false", "f", "no", "n", "0")
_TRUE_ELSEWHERE = (  # of spreadsheets and forms in other languages
    *("on", "1.0", "wahr", "ja", "j", "vrai", "oui", "o", "verdadero", "sí", "si", "s", "vero", "sì"),
    *("verdadeiro", "sim", "waar", "prawda", "tak", "sant", "tosi", "kyllä", "истина", "да", "benar", "ya", "是"),
    *("真", "はい", "✓", "✔"),
)  # fmt: skip
_FALSE_ELSEWHERE = (
    *("off", "0.0", "falsch", "nein", "faux", "non", "falso", "não", "nao", "onwaar", "nee", "fałsz", "nie", "falskt"),
    *("nej", "nei", "epätosi", "ei", "ложь", "нет", "palsu", "tidak", "否", "假", "いいえ", "✗", "✘"),
)  # fmt: skip


def prepared(cell: Cell, form: Format, text: str) -> str:
    """What `value` works on: the parts of a date, a number without its thousands, or the text itself."""
    if cell.kind in DAYS:
        return days.prepared(form, text)
    return numbers.prepared(cell.kind, form, text) if cell.kind in NUMBERS else text


def value(cell: Cell, form: Format, ready: str, zones: Zones) -> str:
    """The typed value of a prepared cell; NULL where it cannot be cast."""
    match cell.kind:
        case "date":
            return days.day(form, ready)
        case "time":
            return days.time(form, ready, replace(zones, time=form.time_zone or zones.time))
        case "boolean":
            return _boolean(ready)
        case "code" if cell.column.codes:
            return _code(cell.column.codes, ready)
        case "text" | "code":
            return ready
        case _:
            return numbers.value(cell.kind, form, ready)


def folded(text: str) -> str:
    """A code in small letters and underscores: it may come with capitals, spaces or hyphens."""
    return f"replace(replace(lower({text}), ' ', '_'), '-', '_')"


def _list(words: tuple[str, ...]) -> str:
    return "(" + ", ".join(literal(word) for word in words) + ")"


def _boolean(text: str) -> str:
    """The usual words first: the others are looked at only where these do not fit."""
    words = ((TRUE, "true"), (FALSE, "false"), (_TRUE_ELSEWHERE, "true"), (_FALSE_ELSEWHERE, "false"))
    return "case " + " ".join(f"when lower({text}) in {_list(known)} then {meant}" for known, meant in words) + " end"


def _code(codes: tuple[str, ...], text: str) -> str:
    lines = " ".join(f"when {literal(code.lower())} then {literal(code)}" for code in codes)
    return f"case {folded(text)} {lines} end"
