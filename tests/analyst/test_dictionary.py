"""The data dictionary: every mart and column, lineage from the SQL, three rows as people.level allows, in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from jobs import shipped
from jobs.analyst.dictionary import SAMPLE_ROWS, render_dictionary
from jobs.analyst.lineage import lineage_of
from jobs.glossary import columns_of_marts
from jobs.models import read_models
from jobs.query import opened
from jobs.settings import parse_settings
from jobs.weekly import Outcome
from jobs.workspace import Workspace
from tests.browser.chromium import chromium

Sample = tuple[Workspace, Outcome]


@pytest.fixture
def connection(sample_company: Sample) -> Iterator[DuckDBPyConnection]:
    with closing(opened(sample_company[0])) as connection:
        yield connection


def sections(page: str) -> dict[str, str]:
    """The part of the page about each mart."""
    parts = re.split(r'<section aria-labelledby="(\w+)">', page)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rendered(connection: DuckDBPyConnection, settings: str = "") -> str:
    return render_dictionary(connection, parse_settings(settings))


def test_it_is_published_beside_the_weeks_and_linked_from_their_list(sample_company: Sample) -> None:
    out = sample_company[0].out
    assert (out / "dictionary.html").is_file()
    assert '<a href="dictionary.html">' in (out / "index.html").read_text(encoding="utf-8")


def test_it_links_into_no_week(sample_company: Sample) -> None:
    page = (sample_company[0].out / "dictionary.html").read_text(encoding="utf-8")
    links = {target for target in re.findall(r'href="([^"]+)"', page) if not target.startswith("#")}
    assert links == {"index.html"}


def test_it_has_every_mart_and_every_column_with_its_meaning(connection: DuckDBPyConnection) -> None:
    parts = sections(rendered(connection))
    marts = columns_of_marts(connection)
    assert parts.keys() == marts.keys()
    for mart, columns in marts.items():
        rows = re.findall(
            r'<code>(\w+)</code><small>[^<]+</small></th><td role="cell" class="wide">([^<]+)</td>', parts[mart]
        )
        assert tuple(name for name, _ in rows) == columns
        assert all(meaning.strip() for _, meaning in rows)


def test_three_rows_of_the_latest_date_are_shown(connection: DuckDBPyConnection) -> None:
    part = sections(rendered(connection))["rep_scorecard"]
    names = re.search(r"<code>rep_name</code>.*", part)
    assert names
    shown = re.findall(r'data-l="Row \d">([^<]+)</td>', names[0])
    query = "select rep_name from marts.rep_scorecard where as_of_on = '2026-11-15' order by rep_id limit 3"
    assert shown == [row[0] for row in connection.execute(query).fetchall()]
    assert len(shown) == SAMPLE_ROWS


def test_a_mart_without_rows_says_so(connection: DuckDBPyConnection) -> None:
    assert "It has no rows in the latest week." in sections(rendered(connection))["contests"]


class TestPeople:
    def words(self, connection: DuckDBPyConnection) -> set[str]:
        rows = connection.execute("select rep_id, rep_name from marts.rep_scorecard").fetchall()
        return {word for row in rows for word in row}

    def test_pseudonyms_stand_for_them(self, connection: DuckDBPyConnection) -> None:
        page = rendered(connection, 'people.level = "pseudonym"')
        assert not [word for word in self.words(connection) if word in page]
        assert "people stand under pseudonyms" in page
        assert re.search(r'data-l="Row 1">R-[0-9a-f]{8}<', page)

    def test_at_the_level_of_teams_no_row_tells_of_them(self, connection: DuckDBPyConnection) -> None:
        page = rendered(connection, 'people.level = "team"')
        assert not [word for word in self.words(connection) if word in page]
        parts = sections(page)
        assert "No rows are shown: the table tells of single persons." in parts["rep_scorecard"]
        assert 'data-l="Row 1"' not in parts["deal_positions"]
        assert 'data-l="Row 1"' in parts["team_scorecard"]


def test_the_same_rows_give_the_same_bytes(connection: DuckDBPyConnection, sample_company: Sample) -> None:
    settings = sample_company[0].settings_file.read_text(encoding="utf-8")
    assert rendered(connection, settings) == (sample_company[0].out / "dictionary.html").read_text(encoding="utf-8")


class TestLineage:
    def test_a_mart_comes_from_what_was_loaded(self) -> None:
        lineage = lineage_of("should_have_declined")
        assert {"opportunities", "approvals", "term_requests", "walk_away_points"} <= set(lineage.raw)
        assert "should_have_declined" in lineage.scores

    def test_an_interval_is_no_way_to_what_else_has_intervals(self) -> None:
        lineage = lineage_of("approval_rates")
        assert {"opportunities", "approvals"} <= set(lineage.raw)
        assert not {"readiness", "outcomes", "red_flags", "contacts"} & set(lineage.raw)
        assert lineage.scores == ("approval_rates", "weeks")

    def test_by_way_of_steps_that_are_not_sql(self) -> None:
        lineage = lineage_of("correlation")
        assert {"opportunities", "quotas"} <= set(lineage.raw)

    def test_every_mart_comes_from_something(self) -> None:
        marts = [model.name.removeprefix("marts.") for model in read_models(shipped.SQL) if model.schema == "marts"]
        assert [mart for mart in marts if not lineage_of(mart).raw] == []


def test_in_a_browser(sample_company: Sample, tmp_path: Path) -> None:
    """It does not scroll sideways, asks for nothing, is dark in the dark, and prints."""
    page = sample_company[0].out / "dictionary.html"
    with chromium(tmp_path / "profile") as browser:
        for width in (320, 390, 720, 1280):
            browser.open(page, width=width)
            assert browser.evaluate("document.documentElement.scrollWidth") <= width
        assert browser.requests() == [page.as_uri()]
        assert browser.complaints() == []
        colours = set()
        for scheme in ("light", "dark"):
            browser.open(page, scheme=scheme)
            colours.add(browser.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert len(colours) == 2
        assert browser.pdf().startswith(b"%PDF")
