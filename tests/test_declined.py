"""`batna declined` names people as the workspace has decided."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import pytest

from jobs.declined import Span, _answer, register_of
from tests.models.world import deal, quota, world

LOST = {"stage": "Closed Lost", "closed_at": "2026-08-01 12:00:00"}
PEOPLE = [{"rep_id": f"r{number}", "rep_name": f"Rep Name{number}", "team": "North"} for number in range(1, 7)]


@cache
def built(team_of_first: str) -> Any:
    people = [{**PEOPLE[0], "team": team_of_first}, *PEOPLE[1:]]
    declines = [
        {
            "opportunity_id": name,
            "decided_at": "2026-08-01 12:00:00",
            "reason": "risk",
            "confirmed_by": "r2",
            "escalated_to": "r3",
        }
        for name in ("d1", "d2")
    ]
    deals = [deal("d1", **LOST), deal("d2", rep_id="r2", **LOST), *(deal(f"o{n}", rep_id=f"r{n}") for n in range(1, 7))]
    quotas = [quota(100, rep_id=person["rep_id"]) for person in people]
    return world({"opportunities": deals, "quotas": quotas, "reps": people, "declines": declines}).whole()


@pytest.mark.parametrize("form", ["table", "csv", "json"])
@pytest.mark.parametrize(
    ("title", "level", "team", "shown", "absent"),
    [
        ("by name", "named", "North", ["r1"], []),
        ("by pseudonym", "pseudonym", "North", ["R-"], ["r1", "r2", "r3", "Rep Name"]),
        ("by team", "team", "North", ["North"], ["r1", "r2", "r3", "Rep Name"]),
        ("a team of one is no group", "team", "South", [], ["r1", "r2", "r3", "Rep Name", "South", "North"]),
    ],
)
def test_people_are_named_as_the_level_says(
    title: str, level: str, team: str, shown: list[str], absent: list[str], form: str
) -> None:
    out, connection = io.StringIO(), built(team)
    _answer(connection, Span(None, None), form, out, register_of(connection, level))
    text = out.getvalue()

    assert "d1" in text, title
    assert "d2" in text, title
    assert all(part in text for part in shown), text
    assert not [part for part in absent if part in text], text
