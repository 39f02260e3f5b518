"""Nothing of a large file is left out without a word, where a record runs on for longer than what is read at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.load.loading import Loader

HEADER = "opportunity_id,rep_id,stage,created_at,opportunity_name\n"
NAME = "n" * 90  # 350,000 records are over 32 MB, which DuckDB reads at a time
COUNT = 350_000


def records(count: int, first: str = "A") -> str:
    return "".join(f"{first}{number},r,P,2026-01-05,{NAME}\n" for number in range(count))


# title, the record between three records and many others, what is loaded and refused, or None: refused whole
CASES: list[tuple[str, str, tuple[int, int] | None]] = [
    ("a quote in the wrong place", 'X,r,P,2026-01-05,"a"b\n', (COUNT + 3, 1)),
    ("a quote that is never closed", 'X,r,P,2026-01-05,"ab\n', None),
    ("a line of 50 MB", "x" * 50_000_000 + "\n", None),
]


@pytest.mark.parametrize(("between", "counts"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_rows_in_are_loaded_or_refused(between: str, counts: tuple[int, int] | None, tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text(HEADER + records(3) + between + records(COUNT, "B"))
    (result,) = Loader(tmp_path).load_paths([path])
    if counts is None:
        assert "a quote is never closed" in str(result.problem)
        assert result.rows_loaded == 0
    else:
        assert (result.problem, result.rows_loaded, result.rows_refused) == (None, *counts)


def test_a_cell_of_many_lines_that_is_longer_than_any_is_refused_alone_and_soon(tmp_path: Path) -> None:
    """With several threads DuckDB would take minutes over it: this test would not come to its end."""
    path = tmp_path / "deals.csv"
    path.write_text(HEADER + records(3) + 'X,r,P,2026-01-05,"' + "a\n" * 20_000_000 + '"\n' + records(3, "B"))
    (result,) = Loader(tmp_path).load_paths([path])
    assert (result.problem, result.rows_loaded, result.rows_refused) == (None, 6, 1)
