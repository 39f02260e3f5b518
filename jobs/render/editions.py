"""Who a page is for, leaders, one rep or the people of a team, and in which folder of its week it stands."""

from __future__ import annotations

from collections.abc import Collection
from typing import get_args

from jobs.render.people import People
from jobs.settings.kinds import Edition

EDITIONS: tuple[Edition, ...] = get_args(Edition)


def edition_folder(language: str, edition: Edition, *, is_first: bool) -> str:
    """Path of an edition below the folder of its week, empty or with a slash at its end; is_first: of the languages."""
    return "" if is_first and edition == "leader" else f"{language}/{edition}/"


def edition_of(page: str) -> Edition:
    """The edition of a page, by its path below the folder of its week."""
    parts = page.split("/")
    return next((edition for edition in EDITIONS if len(parts) > 2 and parts[1] == edition), "leader")


def made_editions(wanted: Collection[Edition], people: People) -> tuple[Edition, ...]:
    """Those of the wanted editions that are made: none of single reps where people are shown as teams."""
    return tuple(each for each in EDITIONS if each in wanted and (each != "rep" or people.has_rep_pages))
