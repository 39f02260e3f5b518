"""Analysts tell half a week, half a page and a week that goes: each case shows them one."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from benchmarks.soak.analyst import Diary
from benchmarks.soak.readers import Keeps, Row, Seen, half_weeks, opens_anew, opens_pages
from jobs.workspace import Workspace

FIRST: Row = ("2026-11-08", "1 2", 1, 2, 5, 5, 5)
SECOND: Row = ("2026-11-15", "3 4", 1, 2, 6, 6, 6)
PAGE = '<html><a href="../index.html#top">all</a> <a href="https://example.com/">far</a> <a href="reps/ada.html">Ada</a></html>\n'
LIST = '<html><a href="2026-W45/index.html">45</a> <a href="2026-W46/index.html">46</a></html>\n'


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([FIRST, SECOND], ""),
        ([(*FIRST[:5], 0, 0), SECOND], ""),  # reps of earlier weeks may be gone
        ([FIRST, (*SECOND[:2], 0, 2, 6, 6, 6)], "2026-11-15 is frozen 0 times"),
        ([FIRST, (*SECOND[:2], 2, 2, 6, 6, 6)], "2026-11-15 is frozen 2 times"),
        ([(*FIRST[:3], 1, 5, 5, 5)], ""),
        ([(*FIRST[:3], 2, 5, 5, 5)], "2 weeks are, of 1 that are told"),
        ([FIRST, (*SECOND[:4], 6, 5, 6)], "half a week: 2026-11-15 has 6 open deals, reps have 5"),
        ([FIRST, (*SECOND[:4], 6, 6, 0)], "half a week: 2026-11-15 has 6 open deals, reps have 6, 0 are listed"),
    ],
)
def test_half_a_week(rows: list[Row], words: str) -> None:
    found = "; ".join(half_weeks(rows))
    assert words in found
    assert bool(words) is bool(found)


def publish(workspace: Workspace, *weeks: Row) -> None:
    """A warehouse that has what analysts ask for, put into its place as a run does."""
    new = workspace.root / "new.duckdb"
    with closing(duckdb.connect(str(new))) as connection:
        connection.execute("create schema marts; create schema ops; create table ops.weeks (as_of_on date)")
        numbers = "exposure_count integer, won_amount integer, expected_amount integer, batna_strength integer, held_count integer"
        connection.execute(f"create table marts.company_week (as_of_on date, open_count integer, {numbers})")
        connection.execute("create table marts.rep_scorecard (as_of_on date, open_count integer)")
        connection.execute("create table marts.deal_positions (as_of_on date)")
        for week, *_ in weeks:
            connection.execute(f"insert into ops.weeks values ('{week}')")
            connection.execute(f"insert into marts.company_week values ('{week}', 5, 4, 3, 2, 1, 0)")
            connection.execute(f"insert into marts.rep_scorecard values ('{week}', 2), ('{week}', 3)")
            connection.execute(f"insert into marts.deal_positions values ('{week}')")
    os.replace(new, workspace.warehouse)


def test_before_anything_is_published_there_is_nothing_to_see(workspace: Workspace) -> None:
    assert opens_anew(workspace) == Keeps()(workspace) == opens_pages(workspace) == Seen({})


def test_a_connection_that_is_kept_tells_the_week_before_until_it_is_opened_again(workspace: Workspace) -> None:
    publish(workspace, FIRST)
    keeps = Keeps()
    assert keeps(workspace) == Seen({"2026-11-08": "5 4 3 2 1 0"})
    before, number = keeps.connection, keeps.number
    assert keeps(workspace).faults == ()
    assert keeps.connection is before
    publish(workspace, FIRST, SECOND)
    assert list(keeps(workspace).weeks) == ["2026-11-08", "2026-11-15"]
    assert keeps.number != number


def test_a_new_connection_sees_the_new_week(workspace: Workspace) -> None:
    for weeks in ([FIRST], [FIRST, SECOND]):
        publish(workspace, *weeks)
        assert list(opens_anew(workspace).weeks) == [week for week, *_ in weeks]


def test_a_connection_that_is_told_something_else_says_so(workspace: Workspace) -> None:
    publish(workspace, FIRST)
    keeps = Keeps()
    keeps(workspace)
    keeps.rows = []
    assert keeps(workspace).faults == ("a connection that was kept open is told something else",)


@pytest.fixture
def pages(workspace: Workspace) -> Workspace:
    for name in ("2026-W45", "2026-W46"):
        (workspace.out / name / "reps").mkdir(parents=True)
        (workspace.out / name / "index.html").write_text(PAGE)
        (workspace.out / name / "reps" / "ada.html").write_text("<html></html>")
    (workspace.out / "index.html").write_text(LIST)
    return workspace


def test_whole_pages(pages: Workspace) -> None:
    seen = opens_pages(pages)
    assert (list(seen.weeks), seen.faults) == (["2026-W46"], ())


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("2026-W46/index.html", PAGE[:-20], "half a page: index.html"),
        ("2026-W46/reps/ada.html", "", "half a page: ada.html"),
        ("2026-W46/reps/ada.html", None, "index.html of 2026-W46: no reps/ada.html"),
        ("2026-W45/index.html", None, "the list of weeks: no 2026-W45/index.html"),
        ("index.html", LIST[:-20], "half a page: index.html"),
    ],
)
def test_half_of_the_pages(pages: Workspace, name: str, text: str | None, words: str) -> None:
    page: Path = pages.out / name
    if text is None:
        page.unlink()
    else:
        page.write_text(text)
    assert words in "; ".join(opens_pages(pages).faults)


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (Seen({"1": "a", "2": "b"}), []),
        (Seen({"1": "a"}), ["look 2: 2 was there, and now 1 is the newest"]),
        (Seen({}), ["look 2: 2 was there, and now none is the newest"]),
        (Seen({"1": "c", "2": "b"}), ["look 2: 1 is told in another way than before"]),
        (Seen({"2": "b"}, ("half a page",)), ["look 2: half a page"]),
    ],
)
def test_a_week_that_was_seen_stays_as_it_was(second: Seen, words: list[str]) -> None:
    diary = Diary("pages")
    diary.note(Seen({"1": "a", "2": "b"}))
    diary.note(second)
    assert diary.faults == words
