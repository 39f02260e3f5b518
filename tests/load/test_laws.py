"""Laws that hold whatever is in the files."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.load.loading import ARRIVAL, WEEK, Loader

Row = tuple[str, ...]

HEADER = ("opportunity_id", "rep_id", "stage", "amount", "created_at", "modified_at", "next_step")
IDS = st.sampled_from([f"O{i}" for i in range(8)] + ["", " ", "o1"])
AMOUNTS = st.sampled_from(["", "0", "1.5", "-2", "1e3", "1,5", "12x", "1.234", "9" * 20, "-"])
TIMES = st.sampled_from(
    ["", "2026-01-01", "2026-02-01T10:00:00Z", "2026-02-02 11:00", "31.12.2025", "soon", "2026-02-30"]
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
ROWS = st.tuples(
    IDS, st.sampled_from(["r1", "r2", ""]), st.sampled_from(["P", "Won", ""]), AMOUNTS, TIMES, TIMES, TEXTS
)
GOOD_ROWS = st.tuples(
    st.sampled_from(["r1", "r2", ""]),
    st.sampled_from(["P", "Won"]),
    st.sampled_from(["", "0", "1.5", "-2.25"]),
    st.sampled_from(["", "2026-01-01 10:00", "2026-02-01T10:00:00Z"]),
    st.sampled_from(["", "2026-03-01T10:00:00Z", "2026-03-02T10:00:00+02:00"]),
    st.sampled_from(["", "x", "é, \"y\"\nz"]),
)  # fmt: skip
FEW = settings(max_examples=int(os.environ.get("BATNA_LOAD_EXAMPLES", "8")))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("laws")


@pytest.fixture(scope="module")
def pair(folder: Path) -> tuple[Loader, Loader]:
    """Two warehouses, emptied for every example: to make new ones would take longer than to load."""
    return Loader(folder), Loader(folder)


def file(rows: Sequence[Row]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    return stream.getvalue()


def numbered(rows: Sequence[Row]) -> list[Row]:
    """The rows with a key each."""
    return [(f"O{i}", *row) for i, row in enumerate(rows)]


def raw(loader: Loader) -> list[tuple[Any, ...]]:
    """What is known, whichever file and record told it."""
    return loader.rows("select * exclude (file_number, record_number) from raw.opportunities order by all")


@FEW
@given(rows=st.lists(ROWS, max_size=12))
def test_rows_in_are_loaded_unchanged_or_refused(pair: tuple[Loader, Loader], rows: list[Row]) -> None:
    loader = pair[0].reset()
    result = loader.one(file(rows), max_reject_share=1)  # the sum is held by the loader of the tests
    if result.status == "refused":
        assert result.problem is not None
        assert "can be read in" in result.problem
        return
    assert result.rows_in == sum(any(cell.strip(" ") not in ("", "-") for cell in row) for row in rows)
    assert loader.values("select count(distinct record_number) from ops.rejects") == [result.rows_refused]
    if result.rows_refused:
        assert result.rejects_path is not None
        with result.rejects_path.open(newline="") as stream:
            assert len(list(csv.reader(stream))) == result.rows_refused + 1


@FEW
@given(rows=st.lists(ROWS, max_size=12), random=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(pair: tuple[Loader, Loader], rows: list[Row], random: Any) -> None:
    turned = random.sample(rows, len(rows))
    one, two = pair[0].reset(), pair[1].reset()
    first, second = one.one(file(rows), max_reject_share=1), two.one(file(turned), max_reject_share=1)
    assert (first.status, first.rows_loaded, first.rows_refused) == (
        second.status,
        second.rows_loaded,
        second.rows_refused,
    )
    assert raw(one) == raw(two)


@FEW
@given(rows=st.lists(GOOD_ROWS, min_size=1, max_size=12))
def test_loading_twice_changes_nothing(pair: tuple[Loader, Loader], rows: list[Row]) -> None:
    loader = pair[0].reset()
    loader.one(file(numbered(rows)))
    before, files = raw(loader), loader.rows("select * from ops.files")
    again = loader.one(file(numbered(rows)), arrived_at=ARRIVAL + WEEK)
    assert (again.status, again.rows_unchanged) == ("unchanged", len(rows))
    assert (raw(loader), loader.rows("select * from ops.files")) == (before, files)
    marked = loader.one(file([*numbered(rows), *numbered(rows)]), arrived_at=ARRIVAL + 2 * WEEK)
    assert (marked.rows_loaded, marked.rows_unchanged, raw(loader)) == (0, 2 * len(rows), before)


@FEW
@given(
    first=st.lists(GOOD_ROWS, min_size=2, max_size=12),
    second=st.lists(GOOD_ROWS, min_size=2, max_size=12),
    cut=st.integers(1, 11),
)
def test_an_export_in_two_files_gives_the_same_rows(
    pair: tuple[Loader, Loader], first: list[Row], second: list[Row], cut: int
) -> None:
    """Also in a second week, in which rows change and records go."""
    whole, parts = pair[0].reset(), pair[1].reset()
    for week, rows in enumerate((numbered(first), numbered(second))):
        at = ARRIVAL + week * WEEK
        whole.one(file(rows), arrived_at=at, max_shrink=1)
        split = {"1.csv": file(rows[:cut]), "2.csv": file(rows[cut:])} if rows[cut:] else {"1.csv": file(rows)}
        parts.load(split, arrived_at=at, max_shrink=1)
    assert raw(whole) == raw(parts)


@FEW
@given(first=st.lists(GOOD_ROWS, min_size=1, max_size=12), second=st.lists(GOOD_ROWS, min_size=1, max_size=12))
def test_the_last_version_of_every_key_is_the_last_export(
    pair: tuple[Loader, Loader], first: list[Row], second: list[Row]
) -> None:
    """A slow reading of the rules in plain Python, held against what is kept after two full exports."""
    loader = pair[0].reset()
    loader.one(file(numbered(first)), max_shrink=1)
    result = loader.one(file(numbered(second)), arrived_at=ARRIVAL + WEEK, max_shrink=1, accept=["stale"])
    old, new = dict(enumerate(first)), dict(enumerate(second))
    assert result.rows_gone == len(old.keys() - new.keys())
    if result.status == "loaded":
        assert result.rows_loaded == sum(old.get(key) != row for key, row in new.items())
    alive = loader.values(
        "select opportunity_id from (select * from raw.opportunities qualify row_number() over "
        "(partition by opportunity_id order by file_number desc) = 1) where not is_gone order by length(opportunity_id), 1"
    )
    assert alive == [f"O{i}" for i in range(len(second))]
