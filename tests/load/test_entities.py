"""The canonical entities, their tables and templates."""

from __future__ import annotations

import re

import duckdb
import pytest

from jobs.errors import UsageError
from jobs.load import create_raw_tables, entities, template
from tests.load.loading import REPO, Loader

FULL = {"opportunities", "reps", "accounts"}


def test_columns_with_a_code_list_are_codes() -> None:
    for entity in entities().values():
        assert all(column.kind == "code" for column in entity.columns if column.codes), entity.name


@pytest.mark.parametrize("name", list(entities()))
def test_an_entity_is_whole(name: str) -> None:
    entity = entities()[name]
    assert entity.coverage == ("full" if name in FULL else "increment")
    assert entity.key
    assert len(set(entity.names)) == len(entity.names)
    assert set(entity.event) <= set(entity.names)
    assert all(column.about for column in entity.columns)
    assert all(column.is_filled for column in entity.key if column.is_required)


def test_raw_tables_have_the_columns_in_order_with_comments() -> None:
    connection = duckdb.connect()
    create_raw_tables(connection)
    for entity in entities().values():
        rows = connection.execute(
            "select column_name, comment from duckdb_columns() where schema_name = 'raw' and table_name = ? "
            "order by column_index",
            [entity.name],
        ).fetchall()
        own = ("file_number", "record_number", "version_from_at", "is_gone")
        assert tuple(name for name, _ in rows) == (*entity.names, *own)
        assert all(comment for _, comment in rows)
    tables = connection.execute("select comment from duckdb_tables() where schema_name in ('raw', 'ops')").fetchall()
    assert len(tables) == len(entities()) + 3
    assert all(comment for (comment,) in tables)


def test_raw_tables_are_made_once() -> None:
    connection = duckdb.connect()
    create_raw_tables(connection)
    connection.execute("insert into raw.reps (rep_id) values ('r1')")
    create_raw_tables(connection)
    assert connection.execute("select count(*) from raw.reps").fetchall() == [(1,)]


@pytest.mark.parametrize("name", list(entities()))
def test_a_template_is_read_by_the_generic_profile(name: str, loader: Loader) -> None:
    result = loader.one(template(name))
    assert (result.entity, result.profile, result.status, result.rows_in) == (name, "generic", "loaded", 0)


def test_a_template_of_no_entity_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="'opportunities'"):
        template("oportunities")


def test_the_documentation_lists_every_entity_with_its_key_and_required_columns() -> None:
    text = (REPO / "docs" / "exports.md").read_text()
    rows = re.findall(r"^\| (\w+) \| (yes)? ?\| ([\w, ]+) \| ([\w, ]*?) ?\|$", text, re.MULTILINE)
    documented = {name: (full == "yes", key, also) for name, full, key, also in rows}
    expected = {
        entity.name: (
            entity.coverage == "full",
            ", ".join(column.name for column in entity.key),
            ", ".join(c.name for c in entity.columns if c.is_required and not c.is_key),
        )
        for entity in entities().values()
    }
    assert documented == expected
