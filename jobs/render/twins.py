"""The same pages in other languages: what leads from one to the other, and which of them a published week has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jobs.render.editions import edition_folder
from jobs.render.language import NAMES, html_name

_LANGUAGE = re.compile(r'<html lang="([A-Za-z-]+)">')
_HEAD = 200  # letters of a page that hold its language


@dataclass(frozen=True, slots=True)
class Twin:
    """Pages in another language. way: from the folder of the one to that of the other, empty or with a slash."""

    language: str
    way: str

    @property
    def html_language(self) -> str:
        """The language as HTML names it."""
        return html_name(self.language)

    @property
    def name(self) -> str:
        """The language as those call it who read it."""
        return NAMES[self.language]


def twins(language: str, languages: Sequence[str]) -> tuple[Twin, ...]:
    """The other languages of a leaders' page; the first of all stands at the root."""
    up = "../" * edition_folder(language, "leader", is_first=language == languages[0]).count("/")
    others = (each for each in languages if each != language)
    return tuple(Twin(each, up + edition_folder(each, "leader", is_first=each == languages[0])) for each in others)


def made_languages(pages: Path) -> tuple[str, ...]:
    """Languages in which a week has pages for leaders, that of its root first; the settings may name others by now.

    Empty where its first page is not there or does not say its language.
    """
    try:
        with (pages / "index.html").open(encoding="utf-8") as source:
            first = _LANGUAGE.search(source.read(_HEAD))
    except FileNotFoundError:
        return ()
    others = (path.parts[-3] for path in pages.glob("*/leader/index.html"))
    return (first[1].replace("-", "_"), *sorted(others)) if first else ()
