"""A few of the broken files that `make fuzz` loads by the thousand, and the ones that once ended in an exception."""

from __future__ import annotations

import pytest

from tests.load.fuzz import end_of, seeds
from tests.load.loading import Loader, deals, many
from tests.load.mutations import mutated

FILES = seeds()


@pytest.mark.parametrize("number", range(0, 100, 10))
def test_broken_files_are_loaded_or_refused_with_a_reason(number: int, loader: Loader) -> None:
    ends = {end_of(loader.reset(loader.folder), each, FILES) for each in range(number, number + 10)}
    assert ends <= {"loaded", "refused", "unchanged", "ignored"}


def test_a_number_breaks_a_file_in_one_way() -> None:
    broken = [mutated(number, FILES) for number in range(50)]
    assert broken == [mutated(number, FILES) for number in range(50)]
    assert len(set(broken)) > 45


@pytest.mark.parametrize(
    "name", ["deals.csv.gz", "deals.csv.zst", "deals.parquet", "deals.xlsx", "deals.json", "deals[1]*.csv"]
)
def test_what_a_file_is_called_says_nothing_of_its_bytes(name: str, loader: Loader) -> None:
    assert loader.one(deals(*many(3)), name).rows_loaded == 3


def test_a_damaged_parquet_file_is_named_without_the_words_of_the_engine(loader: Loader) -> None:
    problem = loader.one(b"PAR1" + b"\0" * 40, "deals.parquet").problem
    assert problem == "deals.parquet: it is a truncated or damaged Parquet file. Copy or export it again."
