"""Who a page is for, leaders, one rep or the people of a team, and in which folder of its week it stands."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import get_args

from jobs.errors import DataRefused
from jobs.render.people import People
from jobs.settings.kinds import Edition

EDITIONS: tuple[Edition, ...] = get_args(Edition)

_LANGUAGE = re.compile(r'<html lang="([A-Za-z-]+)">')
_HEAD = 200  # letters of a page that hold its language


def edition_folder(language: str, edition: Edition, *, is_first: bool) -> str:
    """Path of an edition below the folder of its week, empty or with a slash at its end; is_first: of the languages."""
    return "" if is_first and edition == "leader" else f"{language}/{edition}/"


def made_languages(pages: Path) -> tuple[str, ...]:
    """Languages in which the pages of a week were made, that of its root first; the settings may name others by now.

    Raises DataRefused where the first page does not say its language.
    """
    with (pages / "index.html").open(encoding="utf-8") as source:
        first = _LANGUAGE.search(source.read(_HEAD))
    if first is None:
        fault, mend = (
            "its first page does not say in which language it is",
            "`batna backfill --rerun all` makes it again",
        )
        raise DataRefused(str(pages), fault, mend)
    others = (path.parts[-3] for path in pages.glob("*/leader/index.html"))
    return (first[1].replace("-", "_"), *sorted(others))


def edition_of(page: str) -> Edition:
    """The edition of a page, by its path below the folder of its week."""
    parts = page.split("/")
    return next((edition for edition in EDITIONS if len(parts) > 2 and parts[1] == edition), "leader")


def made_editions(wanted: Collection[Edition], people: People) -> tuple[Edition, ...]:
    """Those of the wanted editions that are made: none of single reps where people are shown as teams."""
    return tuple(each for each in EDITIONS if each in wanted and (each != "rep" or people.has_rep_pages))
