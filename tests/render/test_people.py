"""People are named, numbered or grouped, as the workspace has decided."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from jobs.render.people import People, people_of
from jobs.review import write_corrections, write_declines
from tests.render.companies import sample
from tests.render.pages import render, words
from tests.render.warehouse import AS_OF, Warehouse

NAMES = ("Jonas", "Weber", "Priya", "Nair", "Mariya", "Sokolova", "Chen Wei")


def test_pseudonyms_stand_where_names_would(tmp_path: Path) -> None:
    pages = render(sample(), tmp_path, '[people]\nlevel = "pseudonym"\n')
    for name, source in pages.items():
        assert not any(part in source for part in NAMES), name
        assert "VP Sales" not in source
    assert "reps/r-a791366f-a791366f.html" in pages
    assert "R-a791366f needs this deal" in words(pages["reps/r-a791366f-a791366f.html"])
    assert "R3" not in words(pages["method.html"])


def test_at_team_level_nobody_stands_alone(tmp_path: Path) -> None:
    warehouse = grouped(North=6, South=4)
    warehouse.add("scores.team_scorecard", team="West", rep_count=1)
    pages = render(warehouse, tmp_path, '[people]\nlevel = "team"\n')
    assert not any(name.startswith("reps/") for name in pages)
    assert [name for name in pages if name.startswith("teams/")] == ["teams/north-43f853bb.html"]
    for name, source in pages.items():
        assert not any(part in source for part in NAMES), name
    assert "South" not in words(pages["index.html"]), "a team of fewer than five would show the single person"


def grouped(**rep_counts: int) -> Warehouse:
    """The sample with teams of these sizes."""
    warehouse = sample()
    for team, count in rep_counts.items():
        warehouse.connection.execute("update scores.team_scorecard set rep_count = ? where team = ?", [count, team])
    return warehouse


@pytest.mark.parametrize(
    ("title", "rep_counts", "shown"),
    [
        ("groups of five and more are shown", {"North": 5, "South": 5}, {"North", "South"}),
        ("a smaller one is not, nor the one whose sum would tell it", {"North": 5, "South": 4}, set()),
    ],
)
def test_what_is_hidden_cannot_be_told_from_the_whole(title: str, rep_counts: dict[str, int], shown: set[str]) -> None:
    people = people_of(grouped(**rep_counts).connection, AS_OF, "team")
    assert {team for team in rep_counts if people.name("r1", "Ann", team)} == shown, title


@pytest.mark.parametrize("level", ["pseudonym", "team"])
def test_files_for_review_name_people_as_pages_do(level: str, tmp_path: Path) -> None:
    connection = contested().connection
    people = people_of(connection, AS_OF, level)
    connection.execute(
        "create table scores.weeks as select date '2026-11-15' as as_of_on, date '2026-10-01' as quarter_start_on"
    )
    connection.execute("alter table scores.possible_declines add column closed_on date")
    connection.execute("alter table scores.possible_declines add column loss_reason varchar")
    write_declines(connection, people, AS_OF, tmp_path / "declines.csv")
    write_corrections(connection, people, AS_OF, tmp_path / "corrections.csv")
    text = (tmp_path / "declines.csv").read_text() + (tmp_path / "corrections.csv").read_text()
    assert not any(part in text for part in NAMES)
    assert "rep_id" not in (tmp_path / "declines.csv").read_text()
    assert len((tmp_path / "corrections.csv").read_text().splitlines()) == 1


def contested() -> Warehouse:
    """The sample, with a contest of a decline, of a signed deal, and of a scorecard."""
    warehouse = sample()
    find = "select opportunity_id from scores.{} where as_of_on = ? order by 1 limit 1"
    for kind, table in (("decline", "declined_deals"), ("accepted", "should_have_declined")):
        row = warehouse.connection.execute(find.format(table), [AS_OF]).fetchone()
        assert row is not None
        contest(warehouse, row_kind=kind, opportunity_id=row[0], claim=f"Jonas says: no {kind}")
    contest(warehouse, row_kind="scorecard", rep_id="R1", measure="declined_count", proposed_value="3")
    contest(warehouse, row_kind="scorecard", rep_id="R1", claim="settled long ago", status="rejected")
    return warehouse


def contest(warehouse: Warehouse, **values: object) -> None:
    warehouse.add("scores.contests", **{"status": "open", "contested_at": datetime(2026, 11, 3, 9), **values})


def test_an_open_contest_stands_beside_the_number(tmp_path: Path) -> None:
    pages = {name: words(source) for name, source in render(contested(), tmp_path).items()}
    assert "Contested on" in pages["declined.html"]
    assert "“Jonas says: no decline”" in pages["declined.html"]
    assert "“Jonas says: no accepted”" in pages["declined.html"]
    assert "Not settled; the number stands as it was until then." in pages["declined.html"]
    jonas = pages["reps/jonas-weber-a791366f.html"]
    assert "( declined_count ) Proposed: 3." in jonas
    assert "Proposed: 3." in pages["index.html"]
    assert not any("settled long ago" in page for page in pages.values())


def test_words_of_a_contest_are_for_named_pages_alone(tmp_path: Path) -> None:
    pages = render(contested(), tmp_path, '[people]\nlevel = "pseudonym"\n')
    assert "Contested on" in words(pages["declined.html"])
    assert not any("Jonas" in page for page in pages.values())


def test_what_somebody_wrote_about_a_return_is_for_named_pages_alone(tmp_path: Path) -> None:
    named = words(render(sample(), tmp_path / "named")["declined.html"])
    hidden = words(render(sample(), tmp_path / "hidden", '[people]\nlevel = "pseudonym"\n')["declined.html"])
    assert "what changed: A new budget" in named
    assert "A new budget" not in hidden


def test_single_people_are_told_of_by_the_name_that_may_be_shown(tmp_path: Path) -> None:
    told = words(render(sample(), tmp_path / "p", '[people]\nlevel = "pseudonym"\n')["conduct.html"])
    assert "Jonas" not in told
    assert "conceded within 24 hours in 4 of 5" in told
    grouped = words(render(sample(), tmp_path / "t", '[people]\nlevel = "team"\n')["conduct.html"])
    assert "conceded within 24 hours in 4 of 5" not in grouped


def test_the_method_page_says_what_the_level_rests_on(tmp_path: Path) -> None:
    chosen = '[people]\nlevel = "named"\nreference = "Works agreement 7"\ndecided_on = 2026-01-15\n'
    told = words(render(sample(), tmp_path / "told", chosen)["method.html"])
    assert "Resting on: Works agreement 7. Decided on" in told
    assert "is not on record: people.reference" in words(render(sample(), tmp_path / "silent")["method.html"])
    assert "is not on record" not in told


def test_a_person_without_a_name_is_the_id() -> None:
    assert People("named").name("r1", None, None) == "r1"
