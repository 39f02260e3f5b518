"""`batna explain`: a rep's number and a deal's week, read from a published warehouse."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from jobs.errors import DataRefused, UsageError
from jobs.explain import explain
from jobs.explain.deal import deal_story
from jobs.explain.rep import rep_story
from jobs.explain.text import deal_text, moment, rep_text
from jobs.settings import parse_settings
from jobs.workspace import Workspace
from tests.models.world import CALENDAR, deal, quota, world

WEEKS = [date(2026, 8, 8), date(2026, 8, 15)]


def snapshot(opportunity_id: str, day: str, **columns: Any) -> dict[str, Any]:
    return {
        "opportunity_id": opportunity_id, "changed_at": f"{day} 09:00:00", "stage": "Negotiation", "rep_id": "r1",
        "amount": 50, "close_on": "2026-09-15", "probability": 0.5, **columns,
    }  # fmt: skip


NAMES = ("won", "lost", "left", "new", "cut", "pushed", "likelier", "same")
LATER = {
    "new": {}, "cut": {"amount": 30}, "pushed": {"close_on": "2026-11-15"}, "likelier": {"probability": 0.7},
}  # fmt: skip
ENDINGS = {
    "won": {
        "stage": "Closed Won",
        "amount": 45,
        "closed_at": "2026-08-12 12:00:00",
        "modified_at": "2026-08-12 12:00:00",
    },
    "lost": {"stage": "Closed Lost", "closed_at": "2026-08-12 12:00:00", "modified_at": "2026-08-12 12:00:00"},
}


@pytest.fixture(scope="module")
def built() -> DuckDBPyConnection:
    first = [snapshot(name, "2026-07-20") for name in NAMES if name != "new"]
    later = [snapshot(name, "2026-08-13", **columns) for name, columns in LATER.items()]
    later.append(snapshot("left", "2026-08-13", stage="Prospecting"))
    deals = [
        deal(name, **({"modified_at": "2026-07-20 09:00:00", "probability": 0.5} | ENDINGS.get(name, {})))
        for name in NAMES if name != "new"
    ]  # fmt: skip
    deals.append(
        deal(
            "new",
            opportunity_name="Harbour",
            created_at="2026-08-12 12:00:00",
            modified_at="2026-08-13 12:00:00",
            probability=0.5,
        )
    )
    quotas = [quota(150), quota(160, version_from_at="2026-08-11 00:00:00")]
    offers = [{"opportunity_id": "same", "offered_at": "2026-08-10 10:00:00", "side": "seller", "amount": 48}]
    tables = {"opportunities": deals, "opportunity_snapshots": [*first, *later], "quotas": quotas, "offers": offers}
    return world(tables, as_of=WEEKS).whole()


@pytest.fixture
def workspace(built: DuckDBPyConnection, tmp_path: Path) -> Workspace:
    return published(built, tmp_path)


def published(built: DuckDBPyConnection, root: Path) -> Workspace:
    place = Workspace(root)
    place.warehouse.parent.mkdir(parents=True, exist_ok=True)
    built.execute(f"attach '{place.warehouse}' as published; copy from database memory to published; detach published")
    return place


def test_every_change_is_told_in_its_place(built: DuckDBPyConnection) -> None:
    story = rep_story(built, WEEKS[1], "r1")
    assert story is not None
    assert story.moved is not None
    told = {step.name: (step.opportunity_ids, step.gap_change) for step in story.moved.steps}

    assert told == {
        "quota": ((), Decimal(10)),
        "wins": (("won",), Decimal(-45)),
        "lost": (("lost",), 0),
        "declined": ((), 0),
        "new": (("left", "new"), 0),
        "amounts": (("cut",), 0),
        "dates": (("pushed",), 0),
        "probabilities": (("likelier",), 0),
        "time": ((), 0),
    }
    assert story.moved.since_on == WEEKS[0]
    assert (story.moved.before.gap_amount, story.moved.after.gap_amount) == (150, 115)


def test_the_first_week_of_a_quarter_has_nothing_before_it(built: DuckDBPyConnection) -> None:
    story = rep_story(built, WEEKS[0], "r1")

    assert story is not None
    assert story.moved is None


def told(workspace: Workspace, identifier: str, form: str = "text", people: str = "named", **at: Any) -> str:
    out = io.StringIO()
    settings = parse_settings(CALENDAR + f'[people]\nlevel = "{people}"\nreference = "x"\ndecided_on = 2026-01-01\n')
    explain(workspace, settings, identifier, at.get("as_of"), form, out)
    return out.getvalue()


def test_a_rep_in_words(workspace: Workspace) -> None:
    text = told(workspace, "r1")

    assert text.startswith("r1 (r1), week of 2026-08-15, USD\n")
    for part in ("quota                     160.00", "gap                       115.00", "deals were won", "-45.00",
                 "none: the chances have not been tested against outcomes", "common factor of deals: 0.000 (set)"):  # fmt: skip
        assert part in text
    assert "deals were declined" not in text


def test_a_rep_for_programs(workspace: Workspace) -> None:
    found = json.loads(told(workspace, "r1", "json"))

    assert (found["kind"], found["card"]["gap_amount"], found["moved"]["since_on"]) == ("rep", 115, "2026-08-08")
    assert len(found["deals"]) == 5
    changes = [step["strength_change"] for step in found["moved"]["steps"]]
    difference = found["moved"]["after"]["strength_points"] - found["moved"]["before"]["strength_points"]
    assert sum(changes) == pytest.approx(difference)


def test_a_deal_in_words_with_the_record_of_each_fact(workspace: Workspace) -> None:
    text = told(workspace, "same")

    assert "price                     48.00" in text
    assert "seller offer: 48.0000 (2026-08-10 10:00:00 UTC), offers.csv record 2" in text
    assert "snapshot: Negotiation, amount 50.0000 (2026-07-20 09:00:00 UTC), opportunity_snapshots.csv record 8" in text


def test_a_learnt_chance_names_its_cell_and_how_many_deals_stood_there(built: DuckDBPyConnection) -> None:
    found = deal_story(built, WEEKS[1], datetime(2026, 8, 16), "same")
    assert found is not None
    chance = {
        "probability_cell": "Mid|3|5-8|inside",
        "probability_deviation": 0.031,
        "deal_count": 211,
        "win_rate": 0.643,
        "win_probability": 0.643,
    }
    own = {**chance, "win_probability": 0.643 * 0.77}
    line = "learnt from               Mid|3|5-8|inside (211 deals, 64.3 % won)"

    assert f"{line}, standard error 3.1 %" in deal_text(replace(found, chance=chance), ZoneInfo("UTC"))
    assert f"{line}, times 0.77 by the owner's wins against predicted ones, standard error 3.1 %" in deal_text(
        replace(found, chance=own), ZoneInfo("UTC")
    )


@pytest.mark.parametrize(
    ("title", "exposure", "line"),
    [
        ("open", {"ending": None, "end_kind": "open"}, "exposure                  price_walk: still open"),
        ("nobody can tell", {"ending": "unknown", "end_kind": "lost"}, "exposure                  price_walk: unknown"),
        ("held", {"ending": "held", "end_kind": "declined"}, "exposure                  price_walk: held"),
    ],
)
def test_an_exposure_of_an_open_deal_has_no_ending(
    built: DuckDBPyConnection, title: str, exposure: dict[str, Any], line: str
) -> None:
    found = deal_story(built, WEEKS[1], datetime(2026, 8, 16), "same")
    assert found is not None

    told = replace(found, exposures=[{"triggers": "price_walk", **exposure}])
    assert line in deal_text(told, ZoneInfo("UTC")).splitlines()


@pytest.mark.parametrize(
    ("title", "by_on", "line"),
    [
        ("no cycle known", None, "deals needed              4"),
        ("to come", date(2026, 8, 20), "deals needed              4, by 2026-08-20"),
        ("the day itself", date(2026, 8, 15), "deals needed              4, by 2026-08-15"),
        ("gone by", date(2026, 8, 1), "deals needed              4; since 2026-08-01 few new ones close in time"),
    ],
)
def test_a_last_day_that_has_gone_by_is_no_deadline(
    built: DuckDBPyConnection, title: str, by_on: date | None, line: str
) -> None:
    found = rep_story(built, WEEKS[1], "r1")
    assert found is not None

    card = {**found.card, "deals_needed": 4, "deals_needed_by_on": by_on}
    assert line in rep_text(replace(found, card=card)).splitlines()


def test_a_week_does_not_tell_of_later_facts(workspace: Workspace) -> None:
    assert "seller offer" not in told(workspace, "same", as_of=WEEKS[0])


@pytest.mark.parametrize(
    ("title", "identifier", "as_of", "error", "told_instead"),
    [
        ("nobody", "nobody", None, UsageError, "Ids stand in marts.rep_scorecard"),
        ("an id with a slip in it", "Push", None, UsageError, "The nearest id is pushed"),
        ("a name", "HARBOUR", None, UsageError, "It is the name of new: name the id"),
        ("a deal that is closed", "won", None, UsageError, "The last week that was scored with it open: --as-of 2026-08-08"),
        ("a date that was not scored", "r1", date(2026, 8, 1), DataRefused, "nearest date that was: --as-of 2026-08-08"),
    ],
)  # fmt: skip
def test_what_cannot_be_explained(
    workspace: Workspace, title: str, identifier: str, as_of: date | None, error: type[Exception], told_instead: str
) -> None:
    with pytest.raises(error, match=told_instead):
        told(workspace, identifier, as_of=as_of)


def test_a_warehouse_of_another_version_is_to_be_scored_again(workspace: Workspace) -> None:
    with duckdb.connect(str(workspace.warehouse)) as connection:
        connection.execute("alter table scores.rep_scorecard drop column new_deal_source")
    with pytest.raises(DataRefused, match="no week has been scored by this version"):
        told(workspace, "r1")


def test_where_people_are_not_named_no_error_names_one(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="Ids stand in"):
        told(workspace, "R1", people="pseudonym")


@pytest.mark.parametrize("identifier", ["same\r", " same ", "same\n"])
def test_what_a_line_of_a_file_brings_with_an_id_is_no_part_of_it(workspace: Workspace, identifier: str) -> None:
    assert told(workspace, identifier) == told(workspace, "same")


def test_the_pseudonym_of_a_page_finds_the_rep(workspace: Workspace) -> None:
    pseudonym = told(workspace, "r1", people="pseudonym").split(" ")[0]

    assert pseudonym.startswith("R-")
    assert told(workspace, pseudonym, people="pseudonym") == told(workspace, "r1", people="pseudonym")
    with pytest.raises(UsageError, match="neither a rep nor an open deal"):
        told(workspace, pseudonym)


@pytest.mark.parametrize(
    ("title", "zone", "at", "shown"),
    [
        ("summer in Berlin", "Europe/Berlin", datetime(2026, 8, 10, 10), "2026-08-10 12:00:00 CEST"),
        ("already the next day there", "Asia/Kuala_Lumpur", datetime(2026, 8, 10, 20), "2026-08-11 04:00:00 +08"),
        ("a date alone ends with its day in the zone", "Europe/Berlin", datetime(2026, 8, 10, 21, 59, 59, 999999), "2026-08-10"),
        ("what no row dates", "Europe/Berlin", datetime(1900, 1, 1), "from the start"),
        ("unknown", "Europe/Berlin", None, "unknown"),
    ],
)  # fmt: skip
def test_a_time_is_shown_as_clocks_of_the_workspace_showed_it(
    title: str, zone: str, at: datetime | None, shown: str
) -> None:
    assert moment(at, ZoneInfo(zone)) == shown, title


def test_people_are_shown_as_the_settings_say(workspace: Workspace) -> None:
    assert "r1" not in told(workspace, "r1", people="pseudonym")
    assert "r1" not in told(workspace, "same", "json", people="pseudonym")
    with pytest.raises(UsageError, match="single persons"):
        told(workspace, "r1", people="team")


def test_at_team_level_a_deal_does_not_tell_its_owner_s_chances(workspace: Workspace) -> None:
    position = json.loads(told(workspace, "same", "json", people="team"))["position"]

    assert position["attainment_without_probability"] is None
    assert position["win_probability"] is not None


@pytest.mark.parametrize(("people", "is_told"), [("named", True), ("pseudonym", False), ("team", False)])
def test_a_change_of_owner_is_told_where_people_are_named(people: str, is_told: bool, tmp_path: Path) -> None:
    change = {"opportunity_id": "d", "changed_at": "2026-08-01 09:00:00", "field": "rep_id", "new_value": "rep-one"}
    owner = {"rep_id": "rep-one"}
    tables = {"opportunities": [deal("d", **owner)], "quotas": [quota(100, **owner)], "opportunity_changes": [change]}

    assert ("rep-one" in told(published(world(tables).whole(), tmp_path), "d", "json", people)) == is_told
