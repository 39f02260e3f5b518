"""Names of months in the languages that CRMs export in, as SQL reads them. Called by days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from babel.dates import get_month_names

from jobs.load.sql import literal

LANGUAGES = (
    *("en", "de", "es", "fi", "fr", "it", "nl", "pl", "pt", "sv", "da", "nb"),
    *("ru", "ms", "id", "cs", "tr", "hu", "ro"),
)


@cache
def months() -> Mapping[str, str]:
    """Every name and short name in small letters without its point -> 01 to 12. No name means two months."""
    return {
        name.lower().rstrip("."): f"{number:02}"
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for use in ("format", "stand-alone")
        for number, name in get_month_names(width, use, language).items()
    }


def month_of(name: str, among: Iterable[tuple[str, str]]) -> str:
    """SQL: the number of the month that a text names; NULL where it names none of these."""
    lines = " ".join(f"when {literal(word)} then '{number}'" for word, number in among)
    return f"case lower({name}) {lines} end"
