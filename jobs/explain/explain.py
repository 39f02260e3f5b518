"""Finds the rep or the deal that is asked for, and writes the answer."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from typing import TextIO

import duckdb
from duckdb import DuckDBPyConnection

from jobs.errors import DataRefused, UsageError
from jobs.explain.deal import DealStory, deal_story
from jobs.explain.rep import RepStory, rep_story
from jobs.explain.text import deal_text, rep_text
from jobs.output import as_json
from jobs.query import opened
from jobs.render.people import People, people_of
from jobs.settings import Settings
from jobs.weeks import start_of
from jobs.workspace import Workspace


def explain(
    workspace: Workspace, settings: Settings, identifier: str, as_of_on: date | None, form: str, out: TextIO
) -> None:
    """Write where the numbers of a rep or of an open deal come from; as_of_on: None for the latest week.

    Raises DataRefused where nothing was scored or that date was not, UsageError where nothing has that id.
    """
    with closing(opened(workspace)) as connection:
        try:
            story = _story(connection, settings, identifier, _scored(connection, as_of_on))
        except duckdb.CatalogException:
            fault = "files have been loaded here, and no week has been scored by this version"
            raise DataRefused(str(workspace.warehouse), fault, "Run `batna weekly`") from None
    out.write((as_json(story.as_record()) if form == "json" else _text(story)) + "\n")


def _scored(connection: DuckDBPyConnection, as_of_on: date | None) -> date:
    if as_of_on is None:
        [(latest,)] = connection.execute("select max(as_of_on) from scores.weeks").fetchall()
        return date.fromisoformat(str(latest))
    if not connection.execute("select 1 from scores.weeks where as_of_on = ?", [as_of_on]).fetchone():
        raise DataRefused(f"week of {as_of_on}", "was not scored", f"Run `batna weekly --as-of {as_of_on}`")
    return as_of_on


def _story(connection: DuckDBPyConnection, settings: Settings, identifier: str, as_of_on: date) -> RepStory | DealStory:
    people = people_of(connection, as_of_on, settings.people.level)
    rep = rep_story(connection, as_of_on, identifier)
    if rep is not None:
        if not people.has_rep_pages:
            mend = 'people.level is "team": nothing is shown about single persons'
            raise UsageError(identifier, "is a person", mend)
        return _named(rep, people)
    end_at = start_of(as_of_on + timedelta(days=1), settings.workspace.zone)
    deal = deal_story(connection, as_of_on, end_at, identifier)
    if deal is None:
        fault = f"is neither a rep nor an open deal of the week of {as_of_on}"
        raise UsageError(
            identifier, fault, "Name the id of one, as marts.rep_scorecard and marts.deal_positions have it"
        )
    return replace(deal, position=_owned(deal.position, people))


def _named(story: RepStory, people: People) -> RepStory:
    """Under the name that people.level allows."""
    card = story.card
    name = people.name(card["rep_id"], card["rep_name"], card["team"])
    rep_id = card["rep_id"] if people.are_named else name
    return replace(story, card={**card, "rep_id": rep_id, "rep_name": name})


def _owned(position: dict[str, object], people: People) -> dict[str, object]:
    if people.are_named:
        return position
    rep_id, rep_name, team = (position[key] for key in ("rep_id", "rep_name", "team"))
    name = people.name(*(None if value is None else str(value) for value in (rep_id, rep_name, team)))
    shown_team = team if people.has_rep_pages or team not in people.hidden else None
    return {**position, "rep_id": name, "rep_name": name, "team": shown_team}


def _text(story: RepStory | DealStory) -> str:
    return rep_text(story) if isinstance(story, RepStory) else deal_text(story)
