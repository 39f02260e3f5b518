"""The profile dialect of batna.toml (docs/exports.md, Profiles of your own): what each key does, and what is an error."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from jobs.errors import SettingsError
from jobs.load.dialect import KEYS
from jobs.load.profiles import all_profiles
from tests.load.loading import REPO, Loader

BASE = """
[mine]
entity = "opportunities"
[mine.columns]
opportunity_id = "no"
rep_id = "agent"
stage = "step"
created_at = "since"
"""
FILE = "no,agent,step,since,value,note,extra\n1,Ann,Won,2026-01-01,5,a,\n2,Bob,Open,2026-01-02,0,b,x\n"

# title, TOML after BASE, column asked for, its values
FEATURES: list[tuple[str, str, str, list[Any]]] = [
    ("a column", 'amount = "value"', "amount", [5, 0]),
    ("the first header with a value", 'next_step = ["extra", "note"]', "next_step", ["a", "x"]),
    ("headers that are not there are passed over", 'next_step = ["absent", "note"]', "next_step", ["a", "b"]),
    ("parts joined by a blank", '[mine.concatenations]\nopportunity_name = ["agent", "extra"]', "opportunity_name", ["Ann", "Bob x"]),
    ("a constant", '[mine.constants]\ncurrency = "EUR"', "currency", ["EUR", "EUR"]),
    ("a constant stands for empty cells", 'competitor = "extra"\n[mine.constants]\ncompetitor = "none"', "competitor", ["none", "x"]),
    ("a date as TOML writes it", "[mine.constants]\ndecision_on = 2026-03-04", "decision_on::varchar", ["2026-03-04"] * 2),
    ("values by name, others as they are", '[mine.values.stage]\n"Won" = "Closed Won"', "stage", ["Closed Won", "Open"]),
    ("every other value", 'is_won = "step"\n[mine.values.is_won]\n"Won" = true\n"*" = false', "is_won", [True, False]),
    ("a value that means empty in one column", 'amount = "value"\n[mine.null_values]\namount = ["0"]', "amount", [5, None]),
    ("a value that means empty in all columns", 'amount = "value"\nnext_step = "note"', "next_step", ["a", "b"]),
    ("a cell that counts in some records only", 'amount = "value"\n[mine.only_when]\namount = { step = "W.*" }', "amount", [5, None]),
    ("a condition on a header that is not there", 'amount = "value"\n[mine.only_when]\namount = { absent = "x" }', "amount", [None, None]),
    ("records passed over", '[[mine.skip]]\nwhere = { step = "(?i)OPEN|lost" }', "opportunity_id", ["1"]),
    ("records passed over unless they match", '[[mine.skip]]\nunless = { since = "2026-01-0[2-9]" }', "opportunity_id", ["2"]),
    ("hundredths", 'probability = "value"\n[mine.formats.probability]\npercent = true', "probability::double", [0.05, 0.0]),
    ("hundredths that cannot be anything else", 'probability = "value"', "probability::double", [0.05, 0.0]),
    ("a cell that counts for one column in some records only", 'amount = [{ header = "value", only_when = { step = "Won" } }, "extra2", "no"]', "amount", [5, 2]),
    ("values under one header only", 'is_won = [{ header = "extra", values = { x = true, "*" = false } }, { header = "step", values = { Won = true } }]', "is_won", [True, True]),
    ("the part of a cell that is meant", 'next_step = "since"\n[mine.extract]\nnext_step = "(\\\\d+)-01-01"', "next_step", ["2026", "2026-01-02"]),
    ("headers in another language", 'next_step = "remark"\n[mine.headers]\nnote = "remark"', "next_step", ["a", "b"]),
    ("a prefix before every id", 'account_id = "agent"\nid_prefix_test = 1'.replace("\nid_prefix_test = 1", ""), "account_id", ["Ann", "Bob"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "column", "values"), [case[1:] for case in FEATURES], ids=[case[0] for case in FEATURES]
)
def test_what_a_key_does(more: str, column: str, values: list[Any], loader: Loader) -> None:
    result = loader.one(FILE, sources=tomllib.loads(BASE + more))
    assert (result.problem, result.rows_loaded, result.rows_unchanged) == (None, len(values), 2 - len(values))
    assert loader.values(f"select {column} from raw.opportunities order by record_number") == values


def test_keys_of_the_profile_itself(loader: Loader) -> None:
    head = 'id_prefix = "x:"\nnull_values = ["b", "0"]\ncoverage = "increment"\ntime_zone = "Europe/Berlin"\n'
    text = BASE.replace("[mine]\n", "[mine]\n" + head) + 'next_step = "note"\naccount_id = "agent"\n'
    assert loader.one(FILE, sources=tomllib.loads(text)).rows_loaded == 2
    assert loader.rows("select opportunity_id, rep_id, account_id, next_step from raw.opportunities order by 1") == [
        ("x:1", "x:Ann", "x:Ann", "a"), ("x:2", "x:Bob", "x:Bob", None),
    ]  # fmt: skip
    assert loader.rows("select coverage, id_prefix from ops.files") == [("increment", "x:")]


def test_a_price_list_is_joined(loader: Loader) -> None:
    (loader.folder / "prices.csv").write_text("Product;Price\nSeat; 1.000,50 \nDesk;7\n")
    text = BASE + (
        'product = "note"\n[mine.values.product]\nb = "Seat"\n'
        '[[mine.joins]]\nfile = "prices.csv"\non = { product = "product" }\ncolumns = { list_amount = "PRICE" }\n'
    )
    assert loader.one(FILE, sources=tomllib.loads(text)).rows_loaded == 2
    assert loader.values("select list_amount from raw.opportunities order by record_number") == [None, 1000.5]
    (loader.folder / "prices.csv").write_text("Product;Price\nSeat;2.000,50\n")
    assert loader.one(FILE, sources=tomllib.loads(text)).rows_loaded == 1, "a new price list makes it another file"


LINES = "Deal,Price,Count,Gone\na,100.5,2,0\na,10,1,0\na,7,7,1\nb,3,,0\n"


def _with_sums(header: str = "Price") -> Any:
    return tomllib.loads(
        BASE + f'next_step = "note"\n[[mine.joins]]\nfile = "lines.csv"\non = {{ next_step = "Deal" }}\n'
        f'sums = {{ list_amount = ["{header}", "Count"] }}\nskip = [{{ where = {{ Gone = "1" }} }}]\n'
    )


def test_the_records_of_a_reference_file_are_summed(loader: Loader) -> None:
    """Price times count, without the ones passed over; unknown where one of them lacks a number."""
    (loader.folder / "lines.csv").write_text(LINES)
    assert loader.one(FILE, sources=_with_sums()).rows_loaded == 2
    assert loader.values("select list_amount from raw.opportunities order by record_number") == [211, None]


def test_a_sum_over_what_is_no_number_is_refused(loader: Loader) -> None:
    (loader.folder / "lines.csv").write_text(LINES)
    problem = str(loader.one(FILE, sources=_with_sums("Deal")).problem)
    assert "lines.csv: 'a' under 'Deal' of the reference file is no plain number" in problem


JOINS = [
    ("it is not there", None, "is not there"),
    ("it lacks a column", "product,cost\nSeat,1\n", "lacks the column 'price'"),
    ("it has two prices", "product,price\nSeat,1\nSeat,2\n", "more than one record for 'Seat'"),
]


@pytest.mark.parametrize(("content", "fault"), [case[1:] for case in JOINS], ids=[case[0] for case in JOINS])
def test_a_reference_file_that_cannot_be_joined(content: str | None, fault: str, loader: Loader) -> None:
    if content:
        (loader.folder / "prices.csv").write_text(content)
    text = (
        BASE
        + 'product = "note"\n[[mine.joins]]\nfile = "prices.csv"\non = { product = "product" }\ncolumns = { list_amount = "price" }\n'
    )
    result = loader.one(FILE, sources=tomllib.loads(text))
    assert result.status == "refused"
    assert result.problem is not None
    assert fault in result.problem
    assert loader.one("rep_id,rep_name\nr,a\n").status == "loaded"


# title, TOML, words of the message
ERRORS: list[tuple[str, str, list[str]]] = [
    ("no entity", "[mine]\ncolumns = {}", ["batna.toml [sources.mine]", "which entity"]),
    ("an unknown entity", '[mine]\nentity = "oportunities"', ["'oportunities' is no entity", "'opportunities'"]),
    ("an unknown key", '[mine]\nentity = "reps"\ncolums = {}', ["'colums' is not known here", "'columns'"]),
    ("an unknown column", '[mine]\nentity = "reps"\ncolumns = { rep_nam = "x" }', ["[sources.mine] columns", "'rep_nam'", "'rep_name'"]),
    ("an unknown column among constants", '[mine]\nentity = "reps"\nconstants = { tema = "x" }', ["constants", "'team'"]),
    ("an unknown column among values", '[mine]\nentity = "reps"\nvalues = { tema = { a = "b" } }', ["values", "'team'"]),
    ("an unknown column among formats", '[mine]\nentity = "reps"\nformats = { startd_on = { date_order = "dmy" } }', ["formats", "'started_on'"]),
    ("an unknown format", '[mine]\nentity = "reps"\nformats = { date_ordr = "dmy" }', ["formats", "'date_order'"]),
    ("a date order that is none", '[mine]\nentity = "reps"\nformats = { date_order = "dm" }', ["date_order = 'dm'", "dmy, mdy, ymd, excel or epoch"]),
    ("a decimal sign that is none", '[mine]\nentity = "reps"\nformats = { decimal = ";" }', ["decimal = ';'"]),
    ("decimal and thousands alike", '[mine]\nentity = "reps"\nformats = { decimal = ",", thousands = "," }', ["the same sign"]),
    ("a coverage that is none", '[mine]\nentity = "reps"\ncoverage = "half"', ["coverage", "full, increment"]),
    ("a time zone that is none", '[mine]\nentity = "reps"\ntime_zone = "Berlin"', ["'Berlin' is no time zone", "Europe/Berlin"]),
    ("a pattern that is none", '[mine]\nentity = "reps"\nskip = [{ where = { a = "(" } }]', ["skip", "cannot be read"]),
    ("a header that is to mean what is not looked for", '[mine]\nextends = "hubspot_deals"\nheaders = { "Betrag" = "Amonut" }', ["headers", "'Betrag' is to mean 'Amonut'", "'Amount'"]),
    ("a pattern without a group", '[mine]\nentity = "reps"\nextract = { rep_id = "x" }', ["extract", "must have one group"]),
    ("a footer that is no pattern", '[mine]\nentity = "reps"\nfooter = ["("]', ["footer", "cannot be read"]),
    ("a table among headers without a header", '[mine]\nentity = "reps"\ncolumns = { rep_id = [{ values = {} }] }', ["columns.rep_id", "header"]),
    ("an unknown key of such a table", '[mine]\nentity = "reps"\ncolumns = { rep_id = [{ header = "a", vals = {} }] }', ["columns.rep_id", "'values'"]),
    ("an unknown key of a rule", '[mine]\nentity = "reps"\nskip = [{ were = { a = "b" } }]', ["skip", "'where'"]),
    ("a join without a file", '[mine]\nentity = "reps"\njoins = [{ on = { rep_id = "a" } }]', ["joins", "lacks file"]),
    ("a join with columns and sums", '[mine]\nentity = "reps"\njoins = [{ file = "a", on = { team = "b" }, columns = { region = "c" }, sums = { segment = "d" } }]', ["joins", "either columns or sums"]),
    ("a sum over three headers", '[mine]\nentity = "reps"\njoins = [{ file = "a", on = { team = "b" }, sums = { segment = ["a", "b", "c"] } }]', ["joins", "Name one header, or two"]),
    ("rules that are no list", '[mine]\nentity = "reps"\nskip = { where = {} }', ["skip", "[[sources.mine.skip]]"]),
    ("columns that are no table", '[mine]\nentity = "reps"\ncolumns = "x"', ["columns", "it is not a table"]),
    ("a profile that is no table", "mine = 1", ["[sources.mine]", "it is not a table"]),
    ("a prefix that is no text", '[mine]\nentity = "reps"\nid_prefix = 1', ["id_prefix", "not a text"]),
    ("an export date that is none", '[mine]\nentity = "reps"\nexported_at = "then"', ["exported_at", "file name"]),
    ("a profile to extend that is none", '[mine]\nextends = "salesforce_oportunity"', ["names no profile", "'salesforce_opportunity'"]),
    ("profiles that extend one another", '[a]\nextends = "b"\n[b]\nextends = "a"', ["in a circle"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), [case[1:] for case in ERRORS], ids=[case[0] for case in ERRORS])
def test_what_is_an_error_names_the_place_and_the_nearest_valid_name(text: str, words: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        all_profiles(tomllib.loads(text), "batna.toml")
    assert [word for word in words if word not in str(caught.value)] == []


@pytest.mark.parametrize("written", ["dmy", "DMY", "DD-MM-YYYY", "%d.%m.%Y", "dd/mm/yy"])
def test_a_date_order_may_be_written_as_a_pattern(written: str) -> None:
    (profile, *_) = all_profiles({"mine": {"entity": "reps", "formats": {"date_order": written}}}, "batna.toml")
    assert profile.format("started_on").date_order == "dmy"


def test_thousands_tell_the_decimal_sign(loader: Loader) -> None:
    sources = tomllib.loads(BASE + 'amount = "value"\n[mine.formats]\nthousands = ","\n')
    text = 'no,agent,step,since,value\n1,Ann,Won,2026-01-01,"42,000"\n'
    assert loader.one(text, sources=sources).rows_loaded == 1
    assert loader.values("select amount from raw.opportunities") == [42000]


def test_extending_merges_tables_and_the_upper_one_wins(loader: Loader) -> None:
    sources = tomllib.loads(
        BASE
        + '[mine.constants]\ncurrency = "EUR"\nsegment = "a"\n[yours]\nextends = "mine"\nconstants = { segment = "b" }\nsignature = ["extra"]\n'
    )
    (result,) = loader.load({"deals.csv": FILE}, sources=sources)
    assert result.profile == "yours"
    assert loader.rows("select distinct currency, segment from raw.opportunities") == [("EUR", "b")]
    assert loader.rows("select profile, source from ops.files") == [("yours", "mine")]


def test_a_profile_with_ids_of_its_own_is_another_source(loader: Loader) -> None:
    sources = tomllib.loads(BASE + '[yours]\nextends = "mine"\nown_ids = true\nsignature = ["extra"]\n')
    assert loader.one(FILE.replace("extra", "other"), sources=sources).profile == "mine"
    (result,) = loader.load({"deals.csv": FILE}, sources=sources)
    assert (result.profile, result.status) == ("yours", "refused")
    assert "already come from another profile (mine" in str(result.problem)


def test_shipped_profiles_are_sound() -> None:
    profiles = all_profiles({}, "batna.toml")
    assert len({profile.name for profile in profiles}) == len(profiles) - sum(p.name == "generic" for p in profiles) + 1


def test_every_key_is_documented() -> None:
    text = (REPO / "docs" / "exports.md").read_text()
    table = text[text.index("## Profiles of your own") : text.index("## Worked example")]
    named = set(
        re.findall(r"`(\w+)`", "\n".join(row.split("|")[1] for row in table.splitlines() if row.startswith("| `")))
    )
    assert named == set(KEYS)
