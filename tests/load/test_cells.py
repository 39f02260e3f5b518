"""Cells: which texts are which values, and which are refused. One column of a file at a time."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.load.loading import Loader, one_column

# title, column of opportunities, texts of the column, values
GOOD: list[tuple[str, str, list[str], list[Any]]] = [
    ("ISO dates", "close_on", ["2026-01-31", "2026-1-5"], [date(2026, 1, 31), date(2026, 1, 5)]),
    ("a date is cut from a time, never shifted", "close_on", ["2023-01-31 00:00:00", "2024-07-11T23:59:00.000-0800"], [date(2023, 1, 31), date(2024, 7, 11)]),
    ("ISO dates with slashes", "close_on", ["2026/03/04"], [date(2026, 3, 4)]),
    ("day first, told by one value", "close_on", ["01-03-2017", "20-10-2016"], [date(2017, 3, 1), date(2016, 10, 20)]),
    ("month first, told by one value", "close_on", ["02/03/24", "02/23/26"], [date(2024, 2, 3), date(2026, 2, 23)]),
    ("a short year never stands in front by chance", "close_on", ["12/5/26", "1/31/26"], [date(2026, 12, 5), date(2026, 1, 31)]),
    ("German dates", "close_on", ["31.12.2025", "1.2.2026"], [date(2025, 12, 31), date(2026, 2, 1)]),
    ("dates with and without a time in one column", "close_on", ["31.12.2025", "30.12.2025 14:00", "2025-12-29"], [date(2025, 12, 31), date(2025, 12, 30), date(2025, 12, 29)]),
    ("both orders say the same", "close_on", ["05.05.2025"], [date(2025, 5, 5)]),
    ("two-digit years are 1970 to 2069", "close_on", ["31/12/70", "31/12/69"], [date(1970, 12, 31), date(2069, 12, 31)]),
    ("times with an offset", "last_activity_at", ["2024-07-11T21:22:07.000+0000", "2024-07-11T21:22:07.000Z", "2024-07-11T21:22:07+02:00", "2024-07-11 21:22:07-0230"],
     [datetime(2024, 7, 11, 21, 22, 7), datetime(2024, 7, 11, 21, 22, 7), datetime(2024, 7, 11, 19, 22, 7), datetime(2024, 7, 11, 23, 52, 7)]),
    ("times of half a day", "last_activity_at", ["02/23/26 08:55 PM", "02/23/26 12:05 AM", "02/23/26 12:05 PM", "2/3/26 8:55 am"],
     [datetime(2026, 2, 23, 20, 55), datetime(2026, 2, 23, 0, 5), datetime(2026, 2, 23, 12, 5), datetime(2026, 2, 3, 8, 55)]),
    ("months by name", "close_on", ["Oct 7, 2025 6:55 PM", "Oct 7, 2025", "7 October 2025", "07-OCT-2025"], [date(2025, 10, 7)] * 4),
    ("months by name, with a clock", "last_activity_at", ["Oct 7, 2025 6:55 PM", "May 1, 2025", "2 May 2025 08:01:02"],
     [datetime(2025, 10, 7, 18, 55), datetime(2025, 5, 1, 23, 59, 59, 999999), datetime(2025, 5, 2, 8, 1, 2)]),
    ("a day stands for its last microsecond", "last_activity_at", ["2024-07-11"], [datetime(2024, 7, 11, 23, 59, 59, 999999)]),
    ("months by name, beside numbers", "close_on", ["31.12.2025", "7. Okt. 2025", "2025-10-07"], [date(2025, 12, 31), date(2025, 10, 7), date(2025, 10, 7)]),
    ("months in the languages of CRMs", "close_on", ["7. Oktober 2025", "7 de octubre de 2025", "7 okt 2025", "7 octobre 2025", "7 октября 2025", "7 paź 2025", "7 Oktober 2025", "2025年10月7日"], [date(2025, 10, 7)] * 8),
    ("months by name with short years, weekdays and ordinals", "close_on", ["07-OCT-25", "Tue, 7 Oct 2025", "Tuesday, October 7th, 2025", "7th of October 2025"], [date(2025, 10, 7)] * 4),
    ("clocks as people and browsers write them", "last_activity_at", ["Oct 7, 2025, 6:55\u202fPM", "7 Oct 2025 at 6:55 p.m.", "Tue, 7 Oct 2025 18:55:00 GMT", "10/7/2025, 6:55:00 PM", "10/13/2025 12:00 a.m."],
     [datetime(2025, 10, 7, 18, 55)] * 4 + [datetime(2025, 10, 13)]),
    ("a zone that is UTC by name", "last_activity_at", ["2024-07-11 21:22:07 UTC", "2024-07-11 21:22 GMT"], [datetime(2024, 7, 11, 21, 22, 7), datetime(2024, 7, 11, 21, 22)]),
    ("compact dates", "close_on", ["20251007", "20251007T185500Z"], [date(2025, 10, 7)] * 2),
    ("compact times", "last_activity_at", ["20251007T185500Z", "20251007"], [datetime(2025, 10, 7, 18, 55), datetime(2025, 10, 7, 23, 59, 59, 999999)]),
    ("plain numbers", "amount", ["1", "-2.5", "+3.25", ".5", "1e3"], [Decimal(1), Decimal("-2.5"), Decimal("3.25"), Decimal("0.5"), Decimal(1000)]),
    ("thousands by commas", "amount", ["42,000", "1,234.50", "7.5"], [Decimal(42000), Decimal("1234.5"), Decimal("7.5")]),
    ("thousands by points", "amount", ["1.234,56", "7,5", "12"], [Decimal("1234.56"), Decimal("7.5"), Decimal(12)]),
    ("thousands by spaces and apostrophes", "amount", ["1 234.5", "1\u00a0234 567", "1'000"], [Decimal("1234.5"), Decimal(1234567), Decimal(1000)]),
    ("a number of many groups is no fraction", "amount", ["1.234.567", "1.234"], [Decimal(1234567), Decimal(1234)]),
    ("one fraction tells the point", "amount", ["1.234", "1.5"], [Decimal("1.234"), Decimal("1.5")]),
    ("groups of India", "amount", ["12,34,567.50", "1,23,456", "45"], [Decimal("1234567.5"), Decimal(123456), Decimal(45)]),
    ("groups of Switzerland", "amount", ["1'234'567.50", "1\u2019234.5"], [Decimal("1234567.5"), Decimal("1234.5")]),
    ("groups by blanks that do not break", "amount", ["1\u202f234,5", "1\u00a0234\u00a0567,25", "1\u2009000"], [Decimal("1234.5"), Decimal("1234567.25"), Decimal(1000)]),
    ("minus as accountants write it", "amount", ["(1,234.50)", "7.5-", "\u22125", "-3"], [Decimal("-1234.5"), Decimal("-7.5"), Decimal(-5), Decimal(-3)]),
    ("signs of money", "amount", ["$1,234.50", "US$ 5", "-$5", "$-5", "($5)", "5 €", "EUR 7.25", "7.25 EUR", "£9", "CHF 1'000.00", "₹1,23,456.00", "kr 5", "5zł"],
     [Decimal("1234.5"), Decimal(5), Decimal(-5), Decimal(-5), Decimal(-5), Decimal(5), Decimal("7.25"), Decimal("7.25"), Decimal(9), Decimal(1000), Decimal(123456), Decimal(5), Decimal(5)]),
    ("signs of money and a comma", "amount", ["1.234,50 €", "EUR 1.234,50", "-1.234,50 EUR", "0,5 €"], [Decimal("1234.5"), Decimal("1234.5"), Decimal("-1234.5"), Decimal("0.5")]),
    ("a leading zero is no group", "amount", ["0.125"], [Decimal("0.125")]),
    ("shares", "probability", ["0", "1", "0.35", "35 %", "7%"], [Decimal(0), Decimal(1), Decimal("0.35"), Decimal("0.35"), Decimal("0.07")]),
    ("shares with a comma", "probability", ["0,5"], [Decimal("0.5")]),
    ("booleans in all spellings", "is_won", ["TRUE", "true", "1", "Yes", "y", "T", "FALSE", "0", "no", "N", "f"], [True] * 6 + [False] * 5),
    ("booleans in other languages", "is_won", ["Ja", "Nein", "VRAI", "FAUX", "Sí", "да", "нет", "WAHR", "是", "否", "1.0", "off", "Ya", "Tidak", "✓"],
     [True, False, True, False, True, True, False, True, True, False, True, False, True, False, True]),
    ("shares with a comma and a percent sign behind a blank", "probability", ["35,5\u00a0%", "7 %"], [Decimal("0.355"), Decimal("0.07")]),
    ("texts are trimmed and otherwise kept", "next_step", ["  a  b ", "Zürich", "1.0", "x;y"], ["a  b", "Zürich", "1.0", "x;y"]),
    ("null tokens", "next_step", ["#N/A", "-", "(blank)", "null", "NULL", "N/A", "   ", "nil"], [None] * 7 + ["nil"]),
    ("zero is no null", "amount", ["0"], [Decimal(0)]),
    ("what is empty stays empty", "amount", ["", "1"], [None, Decimal(1)]),
    ("ids are text and keep their case", "account_id", ["001bm00000ZL8U9", "001BM00000ZL8U9", "007", "1E10", "E+10"], ["001bm00000ZL8U9", "001BM00000ZL8U9", "007", "1E10", "E+10"]),
]  # fmt: skip

# title, column, one bad text beside good ones, reason
BAD = [
    ("no date", "close_on", "soon", "is no date"),
    ("no day of the calendar", "close_on", "2026-02-30", "is no date"),
    ("a word after a date", "close_on", "2026-01-31abc", "is no date"),
    ("a word that is no month", "close_on", "7 Foo 2025", "is no date"),
    ("no day of a month by name", "close_on", "31 Feb 2025", "is no date"),
    ("days as Excel counts them", "close_on", "46025", 'is no date; date_order = "excel" in the formats'),
    ("milliseconds since 1970", "last_activity_at", "1767348000000", 'is no time; date_order = "epoch" in the formats'),
    ("an id that a spreadsheet has cut", "account_id", "1.2E+10", "is a number that was cut short by a spreadsheet"),
    ("a sum in two currencies", "amount", "€5 USD", "is no number that fits"),
    ("a word beside an amount", "amount", "5 pcs", "is no number that fits"),
    ("a bracket that is not closed", "amount", "(5", "is no number that fits"),
    ("two signs", "amount", "--5", "is no number that fits"),
    ("a minus on both sides", "amount", "-5-", "is no number that fits"),
    ("groups of three and of two", "amount", "1,23,45,678,00", "is no number that fits"),
    ("no time", "last_activity_at", "2026-01-31 25:00", "is no time"),
    ("a zone by a name that many have", "last_activity_at", "2026-01-31 10:00 EST", "is no time"),
    ("no number", "amount", "12x", "is no number that fits"),
    ("a number too large", "amount", "123456789012345678", "is no number that fits"),
    ("groups of two", "amount", "12,34,56", "is no number that fits"),
    ("underscores", "amount", "1_000", "is no number that fits"),
    ("no boolean", "is_won", "maybe", "is not true or false"),
    ("a share above one", "probability", "60", "is no share between 0 and 1"),
    ("a negative share", "probability", "-0.1", "is no share between 0 and 1"),
]


@pytest.mark.parametrize(("column", "texts", "values"), [case[1:] for case in GOOD], ids=[case[0] for case in GOOD])
def test_texts_and_their_values(column: str, texts: list[str], values: list[Any], loader: Loader) -> None:
    result = loader.one(one_column(column, texts))
    assert (result.problem, result.rows_refused) == (None, 0)
    assert loader.values(f"select {column} from raw.opportunities order by record_number") == values


@pytest.mark.parametrize(("column", "text", "reason"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_a_bad_cell_refuses_its_row_alone(column: str, text: str, reason: str, loader: Loader) -> None:
    good = {
        "close_on": "2026-01-01",
        "last_activity_at": "2026-01-01",
        "amount": "1.5",
        "is_won": "true",
        "probability": "0.5",
        "account_id": "A",
    }
    result = loader.one(one_column(column, [*[good[column]] * 5, text]))
    assert (result.status, result.rows_loaded, result.rows_refused) == ("loaded", 5, 1)
    rows = loader.rows("select record_number, column_name, value, reason from ops.rejects")
    assert [row[:3] for row in rows] == [(7, column, text)]
    assert rows[0][3].startswith(reason)


AMBIGUOUS = [
    ("day or month first", "close_on", ["02.03.2026", "04.05.2026"], 'date_order = "dmy" or "mdy"'),
    ("two-digit years in front or behind", "close_on", ["01-02-03"], "date_order"),
    ("point or comma", "amount", ["1.234", "2.500"], 'decimal = "." or ","'),
    ("comma or point", "amount", ["1,234"], 'decimal = "." or ","'),
]


@pytest.mark.parametrize(("column", "texts", "setting"), [c[1:] for c in AMBIGUOUS], ids=[c[0] for c in AMBIGUOUS])
def test_two_formats_that_fit_refuse_the_file_and_name_the_setting(
    column: str, texts: list[str], setting: str, loader: Loader
) -> None:
    result = loader.one(one_column(column, texts))
    assert result.status == "refused"
    assert result.problem is not None
    assert setting in result.problem
    assert f"formats.{column}" in result.problem
    assert loader.rows("select * from raw.opportunities") == []


def test_the_setting_that_the_message_names_decides(loader: Loader) -> None:
    formats = {"close_on": {"date_order": "dmy"}, "amount": {"decimal": ","}}
    sources = {"mine": {"extends": "generic", "entity": "opportunities", "formats": formats}}
    text = "opportunity_id,rep_id,stage,created_at,close_on,amount\nO1,r1,Proposal,2026-01-01,02.03.2026,1.234\n"
    assert loader.one(text, sources=sources).status == "loaded"
    assert loader.rows("select close_on, amount from raw.opportunities") == [(date(2026, 3, 2), Decimal(1234))]


def test_codes_are_read_whatever_their_capitals_and_refused_outside_the_list(loader: Loader) -> None:
    rows = [
        "O1,Price,VP,approved",
        "O2,term,C level,Refused",
        "O3,fit,strategic-review,pending",
        "O4,price,vp,approved",
        "O5,price,cfo,approved",
    ]
    result = loader.one("\n".join(["opportunity_id,kind,role,decision", *rows]) + "\n")
    assert (result.rows_loaded, result.rows_refused) == (4, 1)
    assert loader.rows("select kind, role, decision from raw.approvals order by record_number limit 3") == [
        ("price", "vp", "approved"), ("term", "c_level", "refused"), ("fit", "strategic_review", "pending"),
    ]  # fmt: skip
    assert loader.values("select reason from ops.rejects") == [
        "is not one of vp, executive, legal, c_level, strategic_review"
    ]


def test_whole_numbers(loader: Loader) -> None:
    header = "opportunity_id,offered_at,side,amount,round"
    rows = [f"O{i},2026-01-01,seller,10,{text}" for i, text in enumerate(["1", "2.0", "1,000", "7", "1.5"])]
    quoted = [row.replace("1,000", '"1,000"') for row in rows]
    result = loader.one("\n".join([header, *quoted]) + "\n")
    assert (result.rows_loaded, result.rows_refused) == (4, 1)
    assert loader.values("select round from raw.offers order by record_number") == [1, 2, 1000, 7]
    assert loader.values("select reason from ops.rejects") == ["is no whole number"]


def test_an_empty_period_is_a_quarter_and_quarter_start_on_is_known(loader: Loader) -> None:
    assert loader.one("rep_id,quarter_start_on,quota_amount\nr1,2026-01-01,100\n").entity == "quotas"
    assert loader.rows("select period_start_on, period from raw.quotas") == [(date(2026, 1, 1), "quarter")]


def test_changed_values_are_written_in_one_way(loader: Loader) -> None:
    """Each field code has the kind of its column: numbers and dates are decided and checked."""
    rows = [
        'O1,31.12.2025 14:00,Amount,"1.000,50","2.000,75"',
        "O1,31.12.2025,close on,01.01.2026,13.02.2026",
        "O1,31.12.2025,stage,a,b",
        'O1,31.12.2025,probability,"0,5",70%',
        "O1,31.12.2025,rep_id,r1,r2",
    ]
    assert (
        loader.one(
            "\n".join(["opportunity_id,changed_at,field,old_value,new_value", *rows, "O1,31.12.2025,amount,x,y"]) + "\n"
        ).rows_refused
        == 1
    )
    assert loader.rows("select field, old_value, new_value from raw.opportunity_changes order by record_number") == [
        ("amount", "1000.5000", "2000.7500"), ("close_on", "2026-01-01", "2026-02-13"), ("stage", "a", "b"),
        ("probability", "0.500000", "0.700000"), ("rep_id", "r1", "r2"),
    ]  # fmt: skip
    assert loader.rows("select column_name, value from ops.rejects order by 1") == [
        ("new_value", "y"),
        ("old_value", "x"),
    ]
