"""Every column of every mart says what it means, in the file and in the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from jobs import shipped
from jobs.glossary import Entry, Glossary, columns_of_marts, comment_columns, read_glossary, shipped_glossary
from tests.models.world import deal, quota, world

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def built() -> DuckDBPyConnection:
    connection = world({"opportunities": [deal("d1", probability=0.5)], "quotas": [quota(100)]})
    comment_columns(connection)
    return connection


@pytest.fixture(scope="module")
def marts(built: DuckDBPyConnection) -> Mapping[str, tuple[str, ...]]:
    return columns_of_marts(built)


def test_every_column_of_every_mart_has_its_comment_in_the_catalogue(built: DuckDBPyConnection) -> None:
    rows = built.execute(
        "select table_name || '.' || column_name from duckdb_columns() where schema_name = 'marts' and comment is null"
    ).fetchall()
    assert rows == []


def test_nothing_is_explained_that_is_not_there(marts: Mapping[str, tuple[str, ...]]) -> None:
    glossary = shipped_glossary()
    said = {(mart, column) for mart, columns in marts.items() for column in columns}
    general = {column for mart, column in said if (mart, column) not in glossary.within}
    assert set(glossary.within) <= said
    assert set(glossary.everywhere) <= general


def test_what_a_mart_says_otherwise_is_other_than_what_all_say() -> None:
    glossary = shipped_glossary()
    same = [
        (mart, column)
        for (mart, column), entry in glossary.within.items()
        if column in glossary.everywhere and glossary.everywhere[column].text == entry.text
    ]
    assert same == []


def test_every_section_is_one_of_the_measures() -> None:
    text = (DOCS / "measures.md").read_text(encoding="utf-8")
    known = set(re.findall(r"^## (\d)\. ", text, re.MULTILINE))
    glossary = shipped_glossary()
    told = {entry.section for entry in (*glossary.everywhere.values(), *glossary.within.values()) if entry.section}
    assert told <= known


def test_every_text_is_a_sentence() -> None:
    glossary = shipped_glossary()
    texts = [entry.text for entry in (*glossary.everywhere.values(), *glossary.within.values())]
    assert [text for text in texts if not text.endswith(".")] == []


def test_no_name_is_explained_in_two_sections() -> None:
    """TOML refuses a name twice in a table, and not in two."""
    text = (shipped.SQL / "columns.toml").read_text(encoding="utf-8")
    places: dict[str, list[str]] = {}
    table = ""
    for line in text.splitlines():
        if line.startswith("["):
            table = line
        elif " = " in line and ".of." not in table and not line.startswith("#"):
            places.setdefault(line.partition(" = ")[0], []).append(table)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


GLOSSARY = Glossary(
    everywhere={
        "won_amount": Entry("Money won.", "3"),
        "held_share": Entry("Held / all.", "4"),
        "zone": Entry("Zone.", None),
    },
    within={("quarter_end", "won_amount"): Entry("Money won in the week, reporting currency.", "6")},
    units={"_amount": "Reporting currency.", "_share": "0 to 1."},
    bounds={"_low": "Lower bound of {base}.", "_4q": "{base}, of four quarters."},
)
COLUMNS = (
    "won_amount",
    "held_share",
    "held_share_low",
    "held_share_4q",
    "held_share_4q_low",
    "held_4q_low",
    "zone",
    "bin_low",
)
SAID = {
    "a text, its unit and its section": ("company_week", "won_amount", "Money won. Reporting currency. (measures, section 3)"),
    "a unit is not told twice": ("quarter_end", "won_amount", "Money won in the week, reporting currency. (measures, section 6)"),
    "no section": ("company_week", "zone", "Zone."),
    "a bound": ("company_week", "held_share_low", "Lower bound of held_share. (measures, section 4)"),
    "quarters before": ("company_week", "held_share_4q", "held_share, of four quarters. (measures, section 4)"),
    "a bound of quarters before": ("company_week", "held_share_4q_low", "Lower bound of held_share_4q. (measures, section 4)"),
    "a bound of nothing": ("company_week", "bin_low", None),
}  # fmt: skip


@pytest.mark.parametrize("title", SAID)
def test_a_comment_is_made_of_text_unit_and_section(title: str) -> None:
    mart, column, comment = SAID[title]
    assert GLOSSARY.comment(mart, column, COLUMNS) == comment


def test_the_file_is_read_by_section(tmp_path: Path) -> None:
    path = tmp_path / "columns.toml"
    path.write_text('[units]\n[bounds]\n[names]\na = "A."\n[section_2]\nb = "B."\n[section_2.of.zones]\nb = "Bee."\n')
    glossary = read_glossary(path)
    assert glossary.everywhere == {"a": Entry("A.", None), "b": Entry("B.", "2")}
    assert glossary.within == {("zones", "b"): Entry("Bee.", "2")}


def test_every_text_says_what_it_means_by_itself() -> None:
    """`batna columns` shows a column without those before it."""
    glossary = shipped_glossary()
    entries = {
        **glossary.everywhere,
        **{f"{mart}.{column}": entry for (mart, column), entry in glossary.within.items()},
    }
    leaning = re.compile(r"(Of these|The same|How many such|Its |By how|Whether it )")
    assert [column for column, entry in entries.items() if leaning.match(entry.text)] == []
