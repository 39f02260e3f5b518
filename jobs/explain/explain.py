"""Finds the rep or the deal that is asked for, and writes the answer."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from typing import TextIO
from zoneinfo import ZoneInfo

import duckdb
from duckdb import DuckDBPyConnection

from jobs.errors import DataRefused, UsageError
from jobs.explain.deal import DealStory, deal_story
from jobs.explain.rep import RepStory, rep_story
from jobs.explain.text import deal_text, rep_text
from jobs.explain.unknown import rep_behind, unknown
from jobs.output import as_json
from jobs.query import opened
from jobs.render.people import People, people_of
from jobs.settings import Settings
from jobs.weeks import start_of
from jobs.workspace import Workspace

_OF_THE_OWNER = ("attainment_without_probability", "attainment_if_won_probability", "surviving_share")


def explain(
    workspace: Workspace, settings: Settings, identifier: str, as_of_on: date | None, form: str, out: TextIO
) -> None:
    """Write where the numbers of a rep or of an open deal come from; as_of_on: None for the latest week.

    Raises DataRefused where nothing was scored or that date was not, UsageError where nothing has that id.
    """
    with closing(opened(workspace)) as connection:
        try:
            story = _story(connection, settings, identifier, _scored(connection, as_of_on))
        except (duckdb.CatalogException, duckdb.BinderException):  # no such table, no such column
            fault = "files have been loaded here, and no week has been scored by this version"
            raise DataRefused(str(workspace.warehouse), fault, "Run `batna weekly`") from None
    text = as_json(story.as_record()) if form == "json" else _text(story, settings.workspace.zone)
    out.write(text + "\n")


def _scored(connection: DuckDBPyConnection, as_of_on: date | None) -> date:
    if as_of_on is None:
        [(latest,)] = connection.execute("select max(as_of_on) from scores.weeks").fetchall()
        return date.fromisoformat(str(latest))
    weeks = [day for (day,) in connection.execute("select as_of_on from scores.weeks order by as_of_on").fetchall()]
    if as_of_on not in weeks:
        raise DataRefused(f"week of {as_of_on}", "was not scored", _scored_near(weeks, as_of_on))
    return as_of_on


def _scored_near(weeks: Sequence[date], as_of_on: date) -> str:
    """The date that was scored nearest, which may lie in the same ISO week, and then stands in its place."""
    near = min(weeks, key=lambda day: (abs(day - as_of_on), day))
    return f"The nearest date that was: --as-of {near}"


def _story(connection: DuckDBPyConnection, settings: Settings, identifier: str, as_of_on: date) -> RepStory | DealStory:
    people = people_of(connection, as_of_on, settings.people.level)
    identifier = identifier.strip()  # a line of a CSV file brings its end with it
    rep = rep_story(connection, as_of_on, rep_behind(connection, as_of_on, identifier, people))
    if rep is not None:
        if not people.has_rep_pages:
            mend = 'people.level is "team": nothing is shown about single persons'
            raise UsageError(identifier, "is a person", mend)
        return _named(rep, people)
    end_at = start_of(as_of_on + timedelta(days=1), settings.workspace.zone)
    deal = deal_story(connection, as_of_on, end_at, identifier)
    if deal is None:
        raise unknown(connection, as_of_on, identifier, people)
    return _owned(deal, people)


def _named(story: RepStory, people: People) -> RepStory:
    """Under the name that people.level allows."""
    card = story.card
    name = people.name(card["rep_id"], card["rep_name"], card["team"])
    rep_id = card["rep_id"] if people.are_named else name
    return replace(story, card={**card, "rep_id": rep_id, "rep_name": name})


def _owned(story: DealStory, people: People) -> DealStory:
    """Owners, now and then, as people.level allows; at team level without the chances of one person's quarter."""
    if people.are_named:
        return story
    position = story.position
    name = people.name(*(position[key] for key in ("rep_id", "rep_name", "team")))
    shown_team = position["team"] if people.has_rep_pages or position["team"] not in people.hidden else None
    hidden = {} if people.has_rep_pages else dict.fromkeys(_OF_THE_OWNER)
    sources = [each for each in story.sources if not each["detail"].startswith("rep_id = ")]
    exposures = [{**each, "rep_id": name, "team": shown_team} for each in story.exposures or ()]
    shown = {**position, "rep_id": name, "rep_name": name, "team": shown_team, **hidden}
    return replace(story, position=shown, sources=sources, exposures=exposures)


def _text(story: RepStory | DealStory, zone: ZoneInfo) -> str:
    return rep_text(story) if isinstance(story, RepStory) else deal_text(story, zone)
