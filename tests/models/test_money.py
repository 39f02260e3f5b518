"""Money in several currencies: dated rates, the CRM's own rates crossed to the reporting currency, and money without a rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.models.world import add, empty, one, rows, seen, world

AS_OF = date(2026, 8, 15)
SETTINGS = '[reporting]\ncurrency = "EUR"\n[batna]\ncorrelation = 0\n'


def deal(currency: str | None = "GBP", **more: Any) -> dict[str, Any]:
    return {
        "opportunity_id": "O1",
        "rep_id": "r1",
        "stage": "Negotiation",
        "amount": 100,
        "created_at": "2026-01-05",
        "close_on": "2026-09-01",
        "currency": currency,
    } | more


def won(closed_on: str, **more: Any) -> dict[str, Any]:
    return deal(stage="Won", is_won=True, is_closed=True, closed_at=f"{closed_on} 12:00:00", close_on=closed_on, **more)


def rate(currency: str, units: str, valid_from: str | None = None) -> dict[str, Any]:
    return {"currency": currency, "units_per_corporate": Decimal(units), "valid_from": valid_from}


USD, EUR, GBP = rate("USD", "1"), rate("EUR", "0.8"), rate("GBP", "0.5")
DATED = [rate("GBP", "0.5", "1900-01-01"), rate("GBP", "0.4", "2026-07-01")]

# title, deal, corporate rates, fx_rates, the amount in EUR
CASES: list[tuple[str, Mapping[str, Any], Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]], int | None]] = [
    ("the reporting currency needs no rate", deal("EUR"), [], [], 100),
    ("through the reporting currency's own rate: .8 for .5", deal(), [USD, EUR, GBP], [], 160),
    ("the corporate currency itself", deal("USD"), [USD, EUR], [], 80),
    ("none of the rates is the reporting currency's: not converted", deal(), [USD, GBP], [], None),
    ("an open deal at the rate of the as-of date", deal(), [EUR, *DATED], [], 200),
    ("a won deal at the rate of its closing", won("2026-06-30"), [EUR, *DATED], [], 160),
    ("dated rates go before the current one", won("2026-06-30"), [EUR, rate("GBP", "0.1"), *DATED], [], 160),
    ("both have dates: each by the day", won("2026-06-30"), [rate("EUR", "0.8", "1900-01-01"), rate("EUR", "1", "2026-06-01"), *DATED], [], 200),
    ("no rate before its first day", won("2026-06-30"), [EUR, rate("GBP", "0.4", "2026-07-01")], [], None),
    ("a rate of the future", deal(), [EUR, rate("GBP", "0.4", "2026-09-01")], [], None),
    ("fx_rates go before the CRM's", deal(), [EUR, GBP], [{"currency": "GBP", "valid_from": "2026-01-01", "rate_to_reporting": 3}], 300),
    ("fx_rates of another currency", deal(), [EUR, GBP], [{"currency": "SEK", "valid_from": "2026-01-01", "rate_to_reporting": 3}], 160),
    ("a rate of 0 is none", deal(), [EUR, rate("GBP", "0")], [], None),
]  # fmt: skip


@pytest.mark.parametrize(("row", "corporate", "own", "amount"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_what_a_deal_is_worth_in_the_reporting_currency(
    row: Mapping[str, Any], corporate: Sequence[Mapping[str, Any]], own: Sequence[Mapping[str, Any]], amount: int | None
) -> None:
    tables = {"opportunities": [row], "corporate_rates": corporate, "fx_rates": own}
    built = world({name: held for name, held in tables.items() if held}, settings=SETTINGS, as_of=[AS_OF])
    assert one(built, "select reporting_amount from staging.deals")["reporting_amount"] == amount
    codes = {each["code"] for each in rows(built, "select code from scores.findings")}
    assert ("currency_without_rate" in codes) == (amount is None)
    known = one(built, "select is_measurable, known_share from marts.data_quality where measure = 'reporting_amounts'")
    assert known == {"is_measurable": amount is not None, "known_share": 0 if amount is None else 1}
    is_uncrossed = bool(corporate) and not any(each["currency"] == "EUR" for each in corporate)
    assert ("corporate_rates_not_crossed" in codes) == is_uncrossed


def test_a_current_rate_holds_from_ever_and_a_later_one_from_its_export() -> None:
    connection = empty()
    add(connection, {"opportunities": [won("2026-06-30")], "corporate_rates": [EUR, GBP]})
    add(connection, {"corporate_rates": [rate("GBP", "0.4")], "opportunities": [deal(opportunity_id="O2")]})
    connection.execute("update ops.files set exported_at = timestamp '2026-08-10 08:00:00' where file_number > 2")
    built = seen(connection, settings=SETTINGS, as_of=[date(2026, 7, 31), AS_OF])
    found = rows(built, "select as_of_on, opportunity_id, reporting_amount from staging.deals order by 1, 2")
    assert [tuple(each.values()) for each in found] == [
        (date(2026, 7, 31), "O1", 160),
        (date(2026, 7, 31), "O2", 160),
        (AS_OF, "O1", 160),
        (AS_OF, "O2", 200),
    ]


def test_a_quota_is_converted_at_the_start_of_its_period() -> None:
    quotas = [{"rep_id": "r1", "period_start_on": "2026-07-01", "quota_amount": 100, "currency": "GBP"}]
    rates = [EUR, rate("GBP", "0.5", "1900-01-01"), rate("GBP", "0.4", "2026-07-02")]
    built = world({"opportunities": [deal()], "quotas": quotas, "corporate_rates": rates}, settings=SETTINGS)
    assert one(built, "select quota_amount from staging.rep_quotas")["quota_amount"] == 160
