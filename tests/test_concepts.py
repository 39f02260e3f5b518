"""docs/concepts.md: every concept has a line, and what the line says is there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from jobs import shipped
from jobs.load import entities
from tests.models.world import deal, quota, world

DOCUMENT = Path(__file__).parents[1] / "docs" / "concepts.md"
COUNT = 178
PAGES = {"index.html": "index", "declined.html": "declined", "conduct.html": "conduct", "method.html": "method"}
FOLDERS = {"reps/": "rep", "teams/": "team"}
COMMANDS = ("batna declined", "batna sql", "batna explain")


@dataclass(frozen=True)
class Line:
    """One concept."""

    concept: str
    words: str
    computed: tuple[str, ...]  # columns
    told: str  # where it is shown, or why it is not measured

    @property
    def quoted(self) -> tuple[str, ...]:
        return tuple(re.findall(r"`([^`]+)`", self.told))


def lines() -> tuple[Line, ...]:
    rows = [
        line.strip("|").split("|") for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line[:3] == "| C"
    ]
    return tuple(
        Line(concept.strip(), words.strip(), tuple(re.findall(r"`([^`]+)`", computed)), told.strip())
        for concept, words, computed, told in rows
    )


LINES = lines()


@pytest.fixture(scope="module")
def columns() -> frozenset[str]:
    """Every column of a built warehouse, as schema.table.column."""
    built = world({"opportunities": [deal("d1", probability=0.5)], "quotas": [quota(100)]})
    rows = built.execute(
        "select schema_name || '.' || table_name || '.' || column_name from duckdb_columns()"
    ).fetchall()
    return frozenset(row[0] for row in rows)


def full(name: str) -> str:
    """A column with its schema: marts, where none is said."""
    return name if name.count(".") == 2 else f"marts.{name}"


def test_every_concept_has_exactly_one_line() -> None:
    assert [line.concept for line in LINES] == [f"C{number:03d}" for number in range(1, COUNT + 1)]
    assert all(line.words for line in LINES)


def test_every_column_that_is_named_is_in_the_catalogue(columns: frozenset[str]) -> None:
    named = {(line.concept, full(name)) for line in LINES for name in line.computed}
    beside = {(line.concept, name) for line in LINES for name in line.quoted if name.count(".") == 2}
    assert {(concept, name) for concept, name in named | beside if name not in columns} == set()


def test_every_page_that_is_named_has_a_template() -> None:
    templates = shipped.REPORTS / "templates"
    for line in LINES:
        for name in line.quoted:
            page = PAGES.get(name) or FOLDERS.get(name)
            assert page is None or (templates / f"{page}.html.j2").exists(), (line.concept, name)


def test_what_is_computed_is_shown_somewhere() -> None:
    places = {*PAGES, *FOLDERS, *COMMANDS}
    assert [line.concept for line in LINES if line.computed and not places & set(line.quoted)] == []


def test_what_a_page_is_said_to_show_is_read_by_pages() -> None:
    sources = [*(shipped.ROOT / "jobs" / "render").glob("*.py"), *(shipped.REPORTS / "templates").glob("*.j2")]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    tables, words = set(re.findall(r"(?:scores|marts)\.(\w+)", text)), set(re.findall(r"\w+", text))
    for line in LINES:
        if line.computed and not line.told.startswith("`batna sql`"):
            read = [name for name in line.computed if name.split(".")[0] in tables and name.split(".")[1] in words]
            assert read, line.concept


def test_what_is_not_measured_names_the_column_that_would_make_it_so(columns: frozenset[str]) -> None:
    for line in LINES:
        if line.computed:
            continue
        assert line.told.startswith("not measured: "), line.concept
        named = [name for name in line.quoted if name.count(".") == 1]
        assert named, line.concept
        for name in named:
            table, _, _ = name.partition(".")
            assert table in entities() or full(name) in columns, (line.concept, name)
