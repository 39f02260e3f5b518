"""Every file of tests/load/corpus, held against the table in its README.md."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from jobs.load import FileResult
from jobs.load.profiles import shipped_tables
from tests.load.corpus_table import FOLDER, Case, Fed, cases
from tests.load.loading import Loader

CASES = cases()
REFUSED = [case for case in CASES if case.refused]
LOADED = [case for case in CASES if not case.refused]


@pytest.mark.parametrize("case", LOADED, ids=lambda case: case.title)
def test_a_file_that_is_loaded(case: Case, loader: Loader) -> None:
    results = _load(case, loader)
    assert [result.problem for result in results] == [None] * len(case.fed)
    assert sorted(map(_fed, results), key=str) == sorted(case.fed, key=str)
    assert {column: _values(column, case, loader) for column in case.values} == case.values


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.title)
def test_a_file_that_is_refused(case: Case, loader: Loader) -> None:
    (result,) = _load(case, loader)
    assert result.status == "refused"
    assert [words for words in case.refused if words not in str(result.problem)] == [], result.problem


def test_a_weekly_data_export_is_loaded_whole(loader: Loader) -> None:
    """What is known and not read is left and told; it keeps nothing from being loaded."""
    names = ["weekly-opportunity", "history", "accounts", "users", "tasks", "quota-weekly", "periods"]
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name in names:
            archive.write(FOLDER / "salesforce" / f"{name}.csv", f"{name}.csv")
    results = loader.load({"WE_2026-11-15.zip": packed.getvalue()})
    assert {(result.entity, result.status) for result in results} == {
        (entity, "loaded") for entity in ("opportunities", "opportunity_snapshots", "accounts", "reps", "activities")
    }
    notes = " ".join(note for result in results for note in result.notes)
    assert "quota-weekly.csv is left: it is the weekly export of Salesforce's ForecastingQuota" in notes
    assert "fiscal.first_month" in notes


def test_a_page_of_an_answer_says_that_it_goes_on(loader: Loader) -> None:
    (result,) = loader.load_paths([FOLDER / "hubspot" / "api-answer.json"])
    assert result.notes == ("it is one page of an answer that goes on: load the other pages with it",)
    (whole,) = loader.reset().load_paths([FOLDER / "dynamics" / "web-api-answer.json"])
    assert whole.notes == ()


def test_the_table_has_every_file_once() -> None:
    files = {path for path in FOLDER.rglob("*") if path.suffix not in (".toml", ".md") and path.is_file()}
    listed = [case.path for case in CASES]
    assert len(listed) == len(set(listed))
    assert {path for path in files if not path.name.startswith(".")} == set(listed)


def test_every_shipped_profile_has_a_file() -> None:
    own = {str(table.get("extends")) for case in CASES for table in case.sources().values()}
    read = {fed.profile for case in CASES for fed in case.fed} | own
    assert set(shipped_tables()) - read == {"review_declines"}, "that one is tested in test_recognise.py"


def _load(case: Case, loader: Loader) -> list[FileResult]:
    return loader.load({case.file_name: case.content()}, sources=case.sources())


def _fed(result: FileResult) -> Fed:
    counts = (result.rows_in, result.rows_loaded, result.rows_unchanged, result.rows_refused)
    return Fed(str(result.entity), str(result.profile), counts)


def _values(column: str, case: Case, loader: Loader) -> list[str]:
    if column == "reason":
        return loader.values(
            "select coalesce(column_name || ' ' || chr(39) || value || chr(39), column_name, 'the record') || ' ' || reason "
            "from ops.rejects order by record_number"
        )
    found = loader.values(f"select {column} from raw.{case.fed[-1].entity} order by record_number")
    return [_written(value) for value in found]


def _written(value: Any) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case Decimal():
            return f"{value.normalize():f}"
        case datetime():
            return value.isoformat(" ", "seconds")
        case _:
            return str(value).replace("\r\n", "\\n").replace("\n", "\\n")
