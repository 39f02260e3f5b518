"""Probabilities: fractions of one, or hundredths."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.load.loading import Loader, one_column


class TestHundredths:
    """Salesforce writes 35 for 35 %, others 0.35: a column is read one way, and what speaks against it is refused."""

    def one(self, texts: list[str], loader: Loader, percent: bool | None = True) -> Any:
        formats = {} if percent is None else {"probability": {"percent": percent}}
        sources = {"mine": {"extends": "generic", "entity": "opportunities", "formats": formats}}
        return loader.one(one_column("probability", texts), sources=sources)

    @pytest.mark.parametrize(
        ("percent", "texts", "values"),
        [(True, ["35", "0", "1", "100", "0.5 %", "12.5"], ["0.35", "0", "0.01", "1", "0.005", "0.125"]),
         (None, ["35", "0", "100"], ["0.35", "0", "1"]), (None, ["0.35", "0", "1"], ["0.35", "0", "1"]),
         (False, ["0.35", "35 %"], ["0.35", "0.35"])],
    )  # fmt: skip
    def test_what_is_read(self, percent: bool | None, texts: list[str], values: list[str], loader: Loader) -> None:
        assert self.one(texts, loader, percent).rows_refused == 0
        found = loader.values("select probability from raw.opportunities order by record_number")
        assert found == [Decimal(value) for value in values]

    @pytest.mark.parametrize("text", ["0.35", "0,35", "0.009"])
    def test_a_fraction_among_hundredths_is_refused(self, text: str, loader: Loader) -> None:
        result = self.one(["35"] * 5 + [text], loader)
        assert result.rows_refused == 1
        assert loader.values("select reason from ops.rejects")[0].startswith(
            "is no share of 1 to 100 hundredths, or 0 (percent = false"
        )

    def test_a_column_of_fractions_that_is_said_to_be_hundredths_refuses_the_file(self, loader: Loader) -> None:
        result = self.one(["0.35", "0.9", "1"], loader)
        assert result.status == "refused"
        assert "percent = false in the formats" in result.problem
