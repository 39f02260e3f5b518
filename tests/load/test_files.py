"""Files: encodings, line ends, delimiters, packing, damage."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from jobs.load import IncomingFile, LoadOptions, load_files
from tests.load.loading import ARRIVAL, Loader, deals, many

NAMES = ["Zürich", "Žižek €", "naïve"]
TEXT = deals(*[f"O{i},{name},Proposal,1.5,2026-01-02,2026-12-01" for i, name in enumerate(NAMES)])

READABLE: list[tuple[str, bytes]] = [
    ("UTF-8", TEXT.encode()),
    ("UTF-8 with a mark", TEXT.encode("utf-8-sig")),
    ("UTF-16 with a mark", TEXT.encode("utf-16")),
    ("UTF-16 without a mark", TEXT.encode("utf-16-le")),
    ("UTF-16 the other way round", TEXT.encode("utf-16-be")),
    ("cp1252", TEXT.encode("cp1252")),
    ("packed", gzip.compress(TEXT.encode())),
    ("packed cp1252", gzip.compress(TEXT.encode("cp1252"))),
    ("CRLF", TEXT.replace("\n", "\r\n").encode()),
    ("CR alone", TEXT.replace("\n", "\r").encode()),
    ("mixed line ends", TEXT.replace("\n", "\r\n", 2).encode()),
    ("no line end at the end", TEXT.rstrip("\n").encode()),
    ("semicolons", TEXT.replace(",", ";").encode()),
    ("tabs", TEXT.replace(",", "\t").encode()),
    ("bars", TEXT.replace(",", "|").encode()),
    ("carets", TEXT.replace(",", "^").encode()),
    ("tildes", TEXT.replace(",", "~").encode()),
    ("unit separators", TEXT.replace(",", "\x1f").encode()),
    ("a line that names a colon as separator", b"sep=:\n" + TEXT.replace(",", ":").encode()),
    ("single quotes", "\n".join(",".join(f"'{c}'" for c in line.split(",")) for line in TEXT.splitlines()).encode()),
    ("a line that names the separator", b"sep=;\r\n" + TEXT.replace(",", ";").replace("\n", "\r\n").encode()),
    ("every cell quoted", "\n".join(",".join(f'"{c}"' for c in line.split(",")) for line in TEXT.splitlines()).encode()),
    ("NUL bytes", TEXT.replace("Proposal", "Pro\0posal").encode()),
    ("empty lines before the header", b"\n\r\n" + TEXT.encode()),
    ("empty lines between and after the records", TEXT.replace("\nO1", "\n\nO1").encode() + b"\n\n"),
    ("records of nothing but commas", (TEXT + ",,,,,\n" * 50).encode()),
    ("a comma too many, with nothing behind it", TEXT.replace("12-01\n", "12-01,\n").encode()),
    ("capitals and blanks in the header", TEXT.replace("opportunity_id,rep_id", " Opportunity_ID ,REP_ID").encode()),
]  # fmt: skip


@pytest.mark.parametrize("content", [case[1] for case in READABLE], ids=[case[0] for case in READABLE])
def test_files_that_say_the_same(content: bytes, loader: Loader) -> None:
    result = loader.one(content, "deals.csv.gz" if content[:2] == b"\x1f\x8b" else "deals.csv")
    assert (result.problem, result.rows_in, result.rows_loaded) == (None, 3, 3)
    assert loader.values("select rep_id from raw.opportunities order by opportunity_id") == NAMES
    assert loader.values("select distinct stage from raw.opportunities") == ["Proposal"]


def test_bytes_that_cp1252_leaves_open_are_kept(loader: Loader) -> None:
    loader.one(TEXT.encode("cp1252").replace(b"na", b"\x81"))
    assert loader.values("select rep_id from raw.opportunities where opportunity_id = 'O2'") == ["\x81ïve"]


def test_long_files_keep_letters_that_lie_across_blocks(loader: Loader) -> None:
    header = "opportunity_id,rep_id,stage,created_at,next_step\n"
    filler = "é" * 1000
    text = header + "".join(f"O{i},r,P,2026-01-01,x{filler}\n" for i in range(5000))
    for content in (text.encode(), text.encode("cp1252")):
        other = Loader(loader.folder)
        assert other.one(content).rows_loaded == 5000
        assert other.values("select distinct next_step from raw.opportunities") == ["x" + filler]


def test_line_ends_and_delimiters_inside_quotes(loader: Loader) -> None:
    text = (
        'opportunity_id,rep_id,stage,created_at,loss_detail\nO1,r,P,2026-01-01,"a, ""b""\r\nc"\nO2,r,P,2026-01-01,d\n'
    )
    assert loader.one(text).rows_loaded == 2
    assert loader.values("select loss_detail from raw.opportunities order by 1") == ['a, "b"\nc', "d"]


# title, text of the file, texts that the column must have
QUOTED = [
    ("doubled quotes", 'O1,r,P,2026-01-01,"a ""b"", c"\nO2,r,P,2026-01-01,d\n', ['a "b", c', "d"]),
    ("quotes behind a backslash", 'O1,r,P,2026-01-01,"a \\"b\\", c"\nO2,r,P,2026-01-01,"d"\n', ['a "b", c', "d"]),
    ("a backslash at the end of a cell", 'O1,r,P,2026-01-01,"a\\"\nO2,r,P,2026-01-01,"d ""e"""\n', ["a\\", 'd "e"']),
    ("single quotes with a comma in them", "O1,r,P,2026-01-01,'a, b'\nO2,r,P,2026-01-01,'it''s'\n", ["a, b", "it's"]),
    ("inches in a cell without quotes", "O1,r,P,2026-01-01,5\" pipe\nO2,r,P,2026-01-01,it's\n", ['5" pipe', "it's"]),
]


@pytest.mark.parametrize(("text", "texts"), [case[1:] for case in QUOTED], ids=[case[0] for case in QUOTED])
def test_quotes_are_told_by_the_records(text: str, texts: list[str], loader: Loader) -> None:
    result = loader.one("opportunity_id,rep_id,stage,created_at,next_step\n" + text)
    assert (result.problem, result.rows_refused) == (None, 0)
    assert loader.values("select next_step from raw.opportunities order by record_number") == texts


@pytest.mark.parametrize(
    ("encoding", "note"),
    [("utf-8", ()), ("utf-8-sig", ()), ("cp1252", ("read as cp1252",)), ("utf-16", ("read as utf-16",)), ("utf-16-be", ("read as utf-16-be",))],
)  # fmt: skip
def test_the_encoding_is_told_where_it_is_not_utf_8(encoding: str, note: tuple[str, ...], loader: Loader) -> None:
    assert loader.one(TEXT.encode(encoding)).notes == note


UNREADABLE = [
    ("nothing in it", b"", "it is empty"),
    ("blanks", b" \n\n", "it is empty"),
    ("no names in the header", b",,,\n1,2,3,4\n", "it has no header"),
    ("a broken Excel or zip file", b"PK\x03\x04rest", "damaged archive"),
    ("old Excel", b"\xd0\xcf\x11\xe0rest", "old Excel file (.xls)"),
    ("broken Parquet", b"PAR1rest", "damaged Parquet"),
    ("JSON that is no list of objects", b'{\n "a": 1}\n', "neither JSON lines nor a list"),
    ("a web page with the name of a table", b"<html><table>", "a web page"),
    ("a PDF", b"%PDF-1.7", "a PDF"),
    ("packed data that ends early", gzip.compress(TEXT.encode() * 100)[:-20], "truncated"),
    ("two signs between the cells", TEXT.replace(",", "||").encode(), "the sign between its cells is '||'"),
    ("a quote that is never closed", (TEXT + 'O9,"r,Proposal,1.5').encode(), "truncated"),
    ("a last record that breaks off", (TEXT + "O9,r,Prop").encode(), "truncated"),
]


@pytest.mark.parametrize(("content", "fault"), [case[1:] for case in UNREADABLE], ids=[case[0] for case in UNREADABLE])
def test_files_that_cannot_be_read_are_refused_with_the_reason(content: bytes, fault: str, loader: Loader) -> None:
    result = loader.one(content, "deals.csv")
    assert (result.status, result.entity, result.rows_in) == (
        "refused",
        None if "truncated" not in fault or content[:2] == b"\x1f\x8b" else "opportunities",
        0,
    )
    assert result.problem is not None
    assert result.problem.startswith("deals.csv: ")
    assert fault in result.problem
    assert loader.rows("select * from ops.files") == []


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    (result,) = Loader(tmp_path).load_paths([tmp_path / "gone.csv"])
    assert (result.status, result.sha256) == ("refused", "")


def test_hidden_files_are_left_alone(loader: Loader) -> None:
    assert [(file.file_name, file.status) for file in loader.load({".DS_Store": b"x"})] == [(".DS_Store", "ignored")]


# title, bad record among good ones, reason
DAMAGED = [
    ("too few cells", "X1,r1,Proposal", "has 3 cells where the header has 6"),
    ("too many cells", "X1,r1,Proposal,1,2026-01-01,2026-02-02,more", "has 7 cells where the header has 6"),
    ("a quote in the wrong place", 'X1,"r"1,Proposal,1,2026-01-01,2026-02-02', "has a quote in the wrong place"),
]


@pytest.mark.parametrize(("record", "reason"), [case[1:] for case in DAMAGED], ids=[case[0] for case in DAMAGED])
def test_a_record_that_cannot_be_cut_into_cells_is_refused_alone(record: str, reason: str, loader: Loader) -> None:
    result = loader.one(
        deals(*many(5), record, record.replace("X1", "X2"), *many(5, start=5), record, "O99,r1,P,x,2026-01-01,"),
        max_reject_share=0.5,
    )
    assert (result.rows_in, result.rows_loaded, result.rows_refused) == (14, 10, 4)
    rows = loader.rows("select record_number, column_name, value, reason from ops.rejects order by 1")
    assert [row[0] for row in rows] == [7, 8, 14, 15]
    assert rows[0][1:] == (None, record, reason)
    numbers = loader.rows("select opportunity_id, record_number from raw.opportunities order by 2")
    assert numbers == [(f"O{i}", i + (2 if i < 5 else 4)) for i in range(10)]
    assert result.rejects_path is not None
    written = result.rejects_path.read_text().splitlines()
    assert written[0].endswith(",_reason")
    assert [line.split(",")[0] for line in written[1:]] == ["X1", "X2", "X1", "O99"]


def test_a_rejects_file_keeps_the_records_as_they_stood(loader: Loader) -> None:
    text = 'Opportunity_ID;rep_id;stage;created_at;amount;my own\nO1;r;P;2026-01-01;1,5;"x; y"\nO2;r;;2026-01-01;1,5;-\nO3;r;P;soon;2,5;ü\n'
    result = loader.one(text.encode("cp1252"), "deals.csv", max_reject_share=0.9)
    assert result.rejects_path is not None
    assert result.rejects_path.name == "deals.csv"
    assert result.rejects_path.read_text() == (
        "Opportunity_ID;rep_id;stage;created_at;amount;my own;_file;_record;_column;_value;_reason\n"
        "O2;r;;2026-01-01;1,5;-;deals.csv;3;stage;;stage is empty\n"
        "O3;r;P;soon;2,5;ü;deals.csv;4;created_at;soon;created_at: 'soon' is no time\n"
    )


def test_files_of_one_name_have_rejects_of_their_own(tmp_path: Path) -> None:
    loader = Loader(tmp_path)
    paths = [tmp_path / "a" / "reps.csv", tmp_path / "b" / "reps.csv"]
    for number, path in enumerate(paths):
        path.parent.mkdir()
        path.write_text("rep_id,rep_name,started_on\n" + f"r{number},x,soon\n")
    results = loader.load_paths(paths, max_reject_share=1)
    assert [result.rejects_path.name for result in results if result.rejects_path] == ["reps.csv", "reps-2.csv"]


def test_order_of_records_is_kept_in_a_large_file(tmp_path: Path) -> None:
    """Record numbers are right where DuckDB reads with several threads, whatever the connection was set to."""
    loader = Loader(tmp_path)
    loader.connection.execute("set preserve_insertion_order = false")
    rows = "".join(f"A{i},r1,Proposal,{i}.5,2026-01-01,2026-12-01\n" for i in range(200_000))
    loader.one(deals() + rows)
    assert loader.values(
        "select count(*) from raw.opportunities where opportunity_id <> 'A' || (record_number - 2)"
    ) == [0]
    assert loader.values("select current_setting('preserve_insertion_order')") == [False]


def test_progress_is_told(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text(TEXT)
    told: list[str] = []
    load_files(
        Loader(tmp_path).connection,
        [IncomingFile(path)],
        LoadOptions("UTC", 0.3, 0.2, arrived_at=ARRIVAL),
        rejects_dir=tmp_path / "rejects",
        progress=told.append,
    )
    assert told == ["deals.csv: opportunities"]
