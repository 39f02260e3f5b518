"""What stands beside an amount, and the currency that it tells."""

from __future__ import annotations

import pytest

from tests.load.loading import Loader


class TestCurrencies:
    """What stands beside an amount is evidence of its currency, where one currency alone has that sign."""

    HEADER = "opportunity_id,rep_id,stage,created_at,amount,list_amount,currency\n"

    def rows(self, *cells: str) -> str:
        return self.HEADER + "".join(f"O{i},r,P,2026-01-01,{cell}\n" for i, cell in enumerate(cells))

    @pytest.mark.parametrize(
        ("cells", "currency"),
        [("€5,,", "EUR"), ("5 EUR,,", "EUR"), ("US$5,,", "USD"), ("$5,,", None), ("5 kr,,", None), ("5,,", None),
         ("$5,,CAD", "CAD"), ("5,CHF 6,", "CHF"), ("£5,,GBP", "GBP"), ("€5,,Euro", "Euro")],
    )  # fmt: skip
    def test_what_a_sign_tells(self, cells: str, currency: str | None, loader: Loader) -> None:
        assert loader.one(self.rows(cells, '"1,000.5",,')).rows_loaded == 2
        assert loader.values("select currency from raw.opportunities where opportunity_id = 'O0'") == [currency]

    @pytest.mark.parametrize(("cells", "count"), [("$5,,", 1), ("5 kr,,", 1), ("€5,,", 0), ("$5,,USD", 0), ("5,,", 0)])
    def test_a_sign_of_several_currencies_alone_is_told_of(self, cells: str, count: int, loader: Loader) -> None:
        notes = loader.one(self.rows(cells, '"1,000.5",,')).notes
        assert [note.partition(" records have money with a sign")[0] for note in notes] == ["1"] * count

    @pytest.mark.parametrize("cells", ["€5,,USD", "$5,,EUR", "5,GBP 6,USD", "€5,US$6,"])
    def test_a_sign_that_says_otherwise_refuses_the_row(self, cells: str, loader: Loader) -> None:
        result = loader.one(self.rows(cells, *['"1,000.5",,USD'] * 5))
        assert (result.rows_loaded, result.rows_refused) == (5, 1)
        assert set(loader.values("select reason from ops.rejects")) == {"is in another currency than the row says"}
