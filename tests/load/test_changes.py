"""What a later export adds, against a reference in memory: whole, or compared in parts as large files are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.load import versions
from tests.load.loading import ARRIVAL, WEEK, Loader

KEYS = ("O1", "O2", "O3", "O4", "O5")
Export = dict[str, int | None]  # amounts by id; the key is missing where the export lacks the deal
ONE_EXPORT = st.dictionaries(st.sampled_from(KEYS), st.one_of(st.none(), st.integers(1, 3)))
EXPORTS = st.lists(ONE_EXPORT.map(lambda export: {"O0": 9, **export}), min_size=3, max_size=4)  # one deal is in all


def reference(exports: Sequence[Export]) -> list[tuple[int, str, int | None, bool]]:
    """Week, id, amount and is_gone of every version: a value is kept where it is not that of the version before."""
    kept: list[tuple[int, str, int | None, bool]] = []
    last: dict[str, tuple[int | None, bool]] = {}
    for week, export in enumerate(exports):
        for key, amount in sorted(export.items()):
            if last.get(key) != (amount, False):
                kept.append((week, key, amount, False))
                last[key] = (amount, False)
        for key, (amount, is_gone) in sorted(last.items()):
            if key not in export and not is_gone:
                kept.append((week, key, amount, True))
                last[key] = (amount, True)
    return kept


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Loader:
    return Loader(tmp_path_factory.mktemp("changes"))


@pytest.mark.parametrize("at_once", [versions.ROWS_AT_ONCE, 1], ids=["whole", "in parts"])
@settings(max_examples=10)
@given(exports=EXPORTS)
def test_every_change_is_kept_once(shared: Loader, at_once: int, exports: list[Export]) -> None:
    loader = shared.reset()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(versions, "ROWS_AT_ONCE", at_once)
        for week, export in enumerate(exports):
            lines = [f"{key},r1,P,{'' if amount is None else amount}," for key, amount in export.items()]
            text = "\n".join(["opportunity_id,rep_id,stage,amount,created_at", *lines]) + "\n"
            [result] = loader.load({f"week-{week}.csv": text}, arrived_at=ARRIVAL + week * WEEK, max_shrink=1.0)
            assert result.problem is None
    found = loader.rows(
        "select files.arrived_at, opportunity_id, amount, is_gone from raw.opportunities "
        "join ops.files as files using (file_number) order by 1, 4, 2"
    )
    assert [((at - ARRIVAL) // WEEK, key, amount, is_gone) for at, key, amount, is_gone in found] == reference(exports)


def test_a_value_that_comes_back_is_a_version_again(loader: Loader, tmp_path: Path) -> None:
    header = "opportunity_id,changed_at,field,new_value"
    for week, value in enumerate(("A", "B", "A", "A")):
        text = f"{header}\nO1,2026-01-01T12:00,stage,{value}\nO2,2026-01-0{week + 1}T12:00,stage,{value}\n"
        loader.load({f"changes-{week}.csv": text}, arrived_at=ARRIVAL + week * WEEK)
    assert loader.values("select new_value from raw.opportunity_changes where opportunity_id = 'O1' order by file_number") \
        == ["A", "B", "A"]  # fmt: skip
