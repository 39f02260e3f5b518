"""Numbers as the reader writes them, rounded half up."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from jobs.render.formats import Formats, compact_value


def formats(language: str = "en", currency: str = "USD") -> Formats:
    return Formats(Locale.parse(language), currency, ZoneInfo("Europe/Berlin"), 2026)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "$0"),
        ("441", "$441"),
        ("441.5", "$442"),
        ("999.5", "$1K"),
        ("5400", "$5.4K"),
        ("5450", "$5.5K"),
        ("5000", "$5K"),
        ("41000", "$41K"),
        ("122500", "$123K"),  # half to even would print $122K beside $68K + $55K
        ("180400", "$180K"),
        ("999999", "$1M"),
        ("1250000", "$1.3M"),
        ("12340000", "$12.3M"),
        ("123400000", "$123M"),
        ("-13500", "\u2212$14K"),
    ],
)
def test_compact_money(amount: str, shown: str) -> None:
    assert formats().money(Decimal(amount)) == shown


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("141.75", "USD", "$141.75"),
        ("161.5385", "USD", "$161.54"),
        ("0.005", "USD", "$0.01"),
        ("180000", "USD", "$180,000"),
        ("180000", "EUR", "€180,000"),
        ("1250.5", "JPY", "¥1,251"),
    ],
)
def test_exact_money(amount: str, currency: str, shown: str) -> None:
    assert formats(currency=currency).exact(Decimal(amount)) == shown


@pytest.mark.parametrize(
    ("share", "places", "shown"),
    [
        (0.77, 0, "77%"),
        (0.665, 1, "66.5%"),
        (0.125, 0, "13%"),
        (1.0, 0, "100%"),
        (-0.0123, 1, "\u22121.2%"),
        (-1e-17, 0, "0%"),
    ],
)
def test_percent(share: float, places: int, shown: str) -> None:
    assert formats().percent(share, places) == shown


@pytest.mark.parametrize(
    ("change", "shown"), [(0.04, "+4"), (-0.055, "\u22126"), (0.0, "0"), (0.004, "0"), (-0.004, "0")]
)
def test_a_change_that_rounds_to_nothing_has_no_sign(change: float, shown: str) -> None:
    assert formats().signed_points(change) == shown


def test_signed_money_has_the_sign_of_what_is_shown() -> None:
    assert formats().signed_money(Decimal("-13500")) == "\u2212$14K"
    assert formats().signed_money(Decimal("18000")) == "+$18K"
    assert formats().signed_money(Decimal("-0.2")) == "$0"


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", "Nov 9"), ("ms", "9 Nov"), ("ru", "9 нояб."), ("zh_Hans", "11\u2060月\u20609\u2060日")],
)
def test_a_day_in_the_readers_language(language: str, shown: str) -> None:
    assert formats(language).day(date(2026, 11, 9)) == shown


def test_a_day_of_another_year_names_the_year() -> None:
    assert formats().day(date(2025, 11, 9)) == "Nov 9, 2025"


def test_a_moment_is_the_day_that_it_is_in_the_workspace() -> None:
    assert formats().day(datetime(2026, 11, 9, 22, 59, 59)) == "Nov 9"
    assert formats().day(datetime(2026, 11, 9, 23, 0)) == "Nov 10"


def test_other_words_of_numbers() -> None:
    assert formats().times(1.31) == "1.3×"
    assert formats().number(1250) == "1,250"
    assert formats().listed(("Harbour", "Duero", "Seraya")) == "Harbour, Duero, and Seraya"
    assert formats().span(date(2026, 11, 9), date(2026, 11, 15)) == "Nov 9\u2009–\u200915, 2026"


def test_chinese_does_not_break_a_line_within_a_day_or_an_amount() -> None:
    chinese = formats("zh_Hans")
    assert chinese.money(Decimal("41000")) == "US$4.1\u2060万"
    assert chinese.long_day(date(2025, 11, 9)) == "2025\u2060年11\u2060月\u20609\u2060日"
    assert chinese.span(date(2026, 11, 9), date(2026, 11, 15)) == "2026\u2060年11\u2060月\u20609\u2060日至15\u2060日"
    assert chinese.exact(Decimal("24570")) == "US$24,570"


@pytest.mark.parametrize(
    ("language", "listed", "joined", "apart", "clauses"),
    [
        ("en", "Harbour, Duero, and Seraya", "Harbour, Duero, Seraya", "Acme, Ltd; Duero", "won; lost"),
        ("ru", "Harbour, Duero и Seraya", "Harbour, Duero, Seraya", "Acme, Ltd; Duero", "won; lost"),
        ("zh_Hans", "Harbour、Duero、Seraya", "Harbour、Duero、Seraya", "Acme, Ltd；Duero", "won；lost"),
    ],
)
def test_lists_have_the_punctuation_of_the_language(
    language: str, listed: str, joined: str, apart: str, clauses: str
) -> None:
    of_language = formats(language)
    names = ("Harbour", "Duero", "Seraya")
    assert of_language.listed(names) == listed
    assert of_language.joined(names) == joined
    assert of_language.listed(("Acme, Ltd", "Duero")) == of_language.joined(("Acme, Ltd", "Duero")) == apart
    assert of_language.clauses(("won", "lost")) == clauses


@pytest.mark.parametrize("name", ["listed", "joined", "clauses"])
def test_a_list_escapes_names_once(name: str) -> None:
    shown = formats().filters()[name](("Acme & Sons", Markup("Duero &amp; Co")))
    assert isinstance(shown, Markup)
    assert shown.count("&amp;") == shown.count("&") == 2


@given(st.decimals(min_value=-(10**13), max_value=10**13, places=4))
def test_compact_money_is_near_the_amount(amount: Decimal) -> None:
    shown = compact_value(amount)
    assert abs(shown - amount) <= max(Decimal("0.5"), abs(amount) * Decimal("0.05"))
    assert compact_value(-amount) == -shown
