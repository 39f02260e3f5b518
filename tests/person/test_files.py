"""A person in files and texts: what is replaced, and what only looks like them."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from jobs.load.erased import Erased
from jobs.load.profiles import all_profiles
from jobs.person.containers import hidden_copy, unread_members
from jobs.person.identity import Identity
from jobs.person.pages import hidden_page, is_under_bare_id
from tests.load.loading import Loader

ADA = Identity("REP-77", ("Ada Lovelace", "ada@example.org"), "erased-1")
NUMBER = Identity("17", ("Ada Lovelace",), "erased-1")
OWN = {
    "ours": {"entity": "opportunities", "id_prefix": "eu-", "columns": {
        "opportunity_id": "deal", "rep_id": "owner", "stage": "step", "created_at": "made"}},
    "moves": {"entity": "opportunity_changes", "columns": {
        "opportunity_id": "deal", "changed_at": "at", "field": "what", "old_value": "was", "new_value": "is"},
        "values": {"field": {"Owner": "rep_id", "Price": "amount"}}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("title", "who", "source", "expected"),
    [
        ("an id in a column for people", ADA, "rep_id,period_start_on,quota_amount\nREP-77,2026-07-01,5\n", "erased-1,2026-07-01,5"),
        ("not another id that begins alike", ADA, "rep_id,period_start_on,quota_amount\nREP-771,2026-07-01,5\n", None),
        ("an id that is a number, only in such a column", NUMBER, "rep_id,period_start_on,quota_amount\n17,2026-07-01,17\n", "erased-1,2026-07-01,17"),
        ("a telling id anywhere", ADA, "whatever;else\nREP-77;x\n", "erased-1;x"),
        ("a number anywhere is a number", NUMBER, "whatever;else\n17;x\n", None),
        ("a name in a sentence, capitals aside", ADA, "whatever,else\nask ada lovelace!,x\n", "ask erased-1!,x"),
        ("not part of a longer word", ADA, "whatever,else\nAda Lovelaceson,x\n", None),
        ("an id without the prefix that a profile puts before it", Identity("eu-17", (), "erased-1", ("eu-",)),
         "deal,owner,step,made\nD1,17,Negotiation,2026-01-01\n", "D1,erased-1,Negotiation,2026-01-01"),
        ("fifteen signs of an id of Salesforce", Identity("005300000012abcAAA", (), "erased-1"),
         "rep_id,period_start_on,quota_amount\n005300000012abc,2026-07-01,5\n", "erased-1,2026-07-01,5"),
        ("a column under its name in a warehouse sync", Identity("17", (), "erased-1"),
         "id,stage_name,close_date,owner_id,created_date,amount\nD1,Open,2026-01-01,17,2026-01-01,17\n", "D1,Open,2026-01-01,erased-1,2026-01-01,17"),
        ("an id of which the profile takes a part", Identity("4876876000000200001", (), "erased-1"),
         "Record Id,Deal Owner.id,Deal Name,Stage,Closing Date,Created Time\nzcrm_1,zcrm_4876876000000200001,a,b,2026-01-01,2026-01-01\n",
         "zcrm_1,erased-1,a,b,2026-01-01,2026-01-01"),
        ("an owner who changed by the name of a property", Identity("7001", (), "erased-1"),
         "deal_id,timestamp,name,value\n1,2026-01-01,hubspot_owner_id,7001\n", "1,2026-01-01,hubspot_owner_id,erased-1"),
        ("an owner who changed", NUMBER, "deal,at,what,was,is\nD1,2026-01-01,Owner,17,18\n", "D1,2026-01-01,Owner,erased-1,18"),
        ("a price that changed", NUMBER, "deal,at,what,was,is\nD1,2026-01-01,Price,17,18\n", None),
        ("of a rep list what no measure reads goes too", NUMBER,
         "rep_id,rep_name,team,shoe size\n17,Ada Lovelace,North,44\n", "erased-1,,North,"),
        ("quotes, separators and line breaks in cells stay", ADA, 'whatever;else\nREP-77;"a;\n""b"""\n', 'erased-1;"a;\n""b"""'),
    ],
)  # fmt: skip
def test_cells_of_a_file(title: str, who: Identity, source: str, expected: str | None, tmp_path: Path) -> None:
    path, target = tmp_path / "file.csv", tmp_path / "out" / "file.csv"
    path.write_text(source, encoding="utf-8")
    changed = hidden_copy(path, target, who, all_profiles(OWN, "batna.toml"))
    if expected is None:
        assert (changed, target.exists()) == ((), False), title
    else:
        assert changed == (2,), title
        assert target.read_text(encoding="utf-8") == source.partition("\n")[0] + "\n" + expected + "\n", title


def test_a_packed_file_stays_packed(tmp_path: Path) -> None:
    path, target = tmp_path / "file.csv.gz", tmp_path / "out.csv.gz"
    path.write_bytes(gzip.compress(b"rep_id,period_start_on,quota_amount\nREP-77,2026-07-01,5\n"))
    assert hidden_copy(path, target, ADA, all_profiles({}, "batna.toml")) == (2,)
    assert b"erased-1" in gzip.decompress(target.read_bytes())


QUOTAS = ("rep_id", "period_start_on", "quota_amount"), ("REP-77", "2026-07-01", "5"), ("r2", "2026-07-01", "6")


def of_format(kind: str) -> bytes:
    stream = io.BytesIO()
    match kind:
        case "q.xlsx":
            with xlsxwriter.Workbook(stream) as book:
                sheet = book.add_worksheet("Quotas")
                for y, row in enumerate((("of Ada Lovelace",), *QUOTAS)):
                    sheet.write_row(y, 0, row)
        case "q.parquet":
            pl.DataFrame(QUOTAS[1:], schema=QUOTAS[0], orient="row").write_parquet(stream)
        case "q.parquet.gz":
            return gzip.compress(of_format("q.parquet"))
        case "q.jsonl":
            lines = [json.dumps(dict(zip(QUOTAS[0], row, strict=True))) for row in QUOTAS[1:]]
            return "\n".join(lines).encode()
        case _:
            with zipfile.ZipFile(stream, "w") as packed:
                for inner in ("q.xlsx", "q.jsonl", "q.parquet.gz"):
                    packed.writestr(inner, of_format(inner))
                packed.writestr("deed.pdf", b"%PDF")
                packed.writestr("a.csv", "\n".join(",".join(row) for row in QUOTAS))
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["q.xlsx", "q.parquet", "q.parquet.gz", "q.jsonl", "q.zip"])
def test_a_file_of_another_format_loads_to_the_same_rows_without_the_person(kind: str, loader: Loader) -> None:
    path, target = loader.folder / kind, loader.folder / "out" / kind
    path.write_bytes(of_format(kind))
    profiles = all_profiles({}, "batna.toml")
    expected = {"q.xlsx": (0, 2)}.get(kind, (2, 0, 2, 2, 2) if kind == "q.zip" else (2,))
    assert sorted(hidden_copy(path, target, ADA, profiles)) == sorted(expected)
    assert hidden_copy(target, loader.folder / "again", ADA, profiles) == ()
    before = [(r.file_name, r.rows_in) for r in loader.load_paths([path])]
    after = loader.reset().load_paths([target])
    assert [(r.file_name, r.rows_in) for r in after] == before
    assert sorted(set(loader.values("select rep_id from raw.quotas"))) == ["erased-1", "r2"]
    assert b"Lovelace" not in target.read_bytes()
    assert unread_members(target) == (("deed.pdf",) if kind == "q.zip" else ())


@pytest.mark.parametrize(
    ("title", "source", "expected"),
    [
        ("the name", "<b>Ada Lovelace</b>", "<b>erased-1</b>"),
        ("the pseudonym of an earlier level", f"<b>R-{ADA.page_mark}</b>", "<b>erased-1</b>"),
        ("the link", f'<a href="reps/ada-lovelace-{ADA.page_mark}.html#x">', '<a href="reps/erased-1.html#x">'),
        ("somebody else's link", '<a href="reps/bo-12345678.html">', '<a href="reps/bo-12345678.html">'),
        ("the id in a list", "<code>D1, REP-77</code>", "<code>D1, erased-1</code>"),
    ],
)
def test_what_a_page_says(title: str, source: str, expected: str) -> None:
    assert hidden_page(source, ADA) == expected, title


def test_a_number_on_a_page_is_the_person_in_a_list_of_ids_alone() -> None:
    assert hidden_page("<code>17, D1</code> 17 deals", NUMBER) == "<code>erased-1, D1</code> 17 deals"
    assert is_under_bare_id((Path(f"reps/17-{NUMBER.page_mark}.html"),), NUMBER)
    assert not is_under_bare_id((Path(f"reps/ada-lovelace-{NUMBER.page_mark}.html"),), NUMBER)


@given(st.text(max_size=30), st.text(max_size=30))
def test_hiding_twice_is_hiding_once_and_leaves_no_name(before: str, after: str) -> None:
    once = ADA.text(f"{before} Ada Lovelace {after}")
    assert ADA.text(once) == once
    assert " Ada Lovelace " not in once


@given(st.text(max_size=12), st.text(max_size=12))
def test_the_list_of_erased_people_knows_them_and_nobody_else(one: str, other: str) -> None:
    erased = Erased("salt").with_person("erased-1", [one.strip()])
    assert erased.cell(one) == "erased-1"
    assert one.strip() == other.strip() or erased.cell(other) == other
    assert one not in str(erased.people) or len(one) < 3
