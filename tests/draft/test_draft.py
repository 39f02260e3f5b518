"""`batna profile FILE`: the draft is TOML, says what it doubts, and loads the file when it is pasted into batna.toml."""

from __future__ import annotations

import gzip
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.commands import Ended, batna, new_workspace
from tests.load.binary_files import archive
from tests.load.loading import SHARED, Loader

PIPEDRIVE = (
    "Geschäft;Titel;Firma;Betreuer;Status;Wert;Angelegt;Abschluss\n"
    "D1;Ofen;Acme;Ann;Offen;1.234,50 €;13.02.2026;01.12.2026\nD2;Herd;Bolt;Bob;Offen;99,00 €;14.02.2026;05.11.2026\n"
)
NOTION = (
    "Deal number,Deal name,Company,Sales rep,Phase,Deal size,Win probability,Date created,Expected close date,Last touched,Score\n"
    'A-1,"Plan, big",Acme,Ann,Proposal,"$1,200.50",40,"Oct 7, 2025 6:55 PM","Dec 1, 2025",10/7/25,7\n'
    'A-2,Plan,Bolt,Bob,Won,$900,90,"Oct 17, 2025 9:00 AM","Nov 1, 2025",10/19/25,8\n'
)

# title, file, its content, what the draft must say, entity and rows
SAMPLES: list[tuple[str, str, bytes, list[str], str, int]] = [
    ("a CRM in English with dates and money as people write them", "deals.csv", NOTION.encode(),
     ['rep_id = "Sales rep"', 'amount = "Deal size"', 'probability = "Win probability"', "probability = { percent = true }", 'date_order = "mdy"', '# "Score"  7 | 8'],
     "opportunities", 2),
    ("packed", "deals.csv.gz", gzip.compress(NOTION.encode()), ['entity = "opportunities"'], "opportunities", 2),
    ("an archive", "export.zip", archive(NOTION, "Deals.csv"), ['[sources.export_export_deals]'], "opportunities", 2),
    ("days that read in two orders", "list.csv", NOTION.replace('"Oct 7, 2025 6:55 PM"', "03.04.2025").replace('"Oct 17, 2025 9:00 AM"', "05.06.2025").encode(),
     ['created_at = { date_order = "dmy" }  # ? reads as mdy too'], "opportunities", 2),
    ("a rep list in which names are the only ids", "team.csv", b"Sales Agent,Manager,Office\nAnn,Zoe,West\nBob,Zoe,East\n",
     ['rep_id = "Sales Agent"', 'rep_name = "Sales Agent"  # ? Ann | Bob  (the id, where there is no name)', 'region = "Office"'], "reps", 2),
    ("quotas", "goals.csv", b"Owner,Quarter,Target\nAnn,2026-10-01,90000\nBob,2026-10-01,80000\n", ['quota_amount = "Target"'], "quotas", 2),
    ("quotes, backslashes and commas in names", "odd.csv", NOTION.replace("Deal size", '"Deal ""size"" \\, now"').encode(), ['amount = "Deal \\"size\\" \\\\, now"'], "opportunities", 2),
]  # fmt: skip


def drafted(path: Path, tmp_path: Path) -> Ended:
    workspace = new_workspace(tmp_path / "acme")
    return batna("profile", path, "--workspace", workspace.root)


def loads(text: str, paths: list[Path], tmp_path: Path) -> list[Any]:
    """What becomes of the files under the drafted profiles."""
    loader = Loader(tmp_path)
    return loader.load_paths(paths, sources=tomllib.loads(text)["sources"])


@pytest.mark.parametrize(("name", "content", "said", "entity", "rows"), [c[1:] for c in SAMPLES], ids=[c[0] for c in SAMPLES])  # fmt: skip
def test_a_draft_that_is_pasted_loads_the_file(
    name: str, content: bytes, said: list[str], entity: str, rows: int, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    ended = drafted(path, tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert [line for line in said if line not in ended.out] == []
    (result,) = loads(ended.out, [path], tmp_path)
    assert (result.problem, result.entity, result.rows_loaded) == (None, entity, rows)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data is not here")
@pytest.mark.parametrize(
    ("folder", "counts"),
    [
        ("maven_crm", {"sales_pipeline.csv": ("opportunities", 8800), "sales_teams.csv": ("reps", 35), "accounts.csv": ("accounts", 85), "products.csv": ("products", 7)}),
        ("meridian", {"deals.csv": ("opportunities", 75), "reps.csv": ("reps", 10)}),
    ],
)  # fmt: skip
def test_real_exports_load_under_their_drafts(folder: str, counts: dict[str, tuple[str, int]], tmp_path: Path) -> None:
    paths = [SHARED / folder / name for name in counts]
    text = "\n".join(batna("profile", p, "--workspace", new_workspace(tmp_path / p.stem).root).out for p in paths)
    results = loads(text, paths, tmp_path)
    assert {r.file_name: (r.entity, r.rows_loaded) for r in results} == counts


def test_a_file_that_a_profile_reads_needs_none(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text("opportunity_id,rep_id,stage,created_at,Deal size,colour\nO1,r,P,2026-01-01,5,red\n")
    text = drafted(path, tmp_path).out
    assert "# deals.csv: the profile generic reads it already, as opportunities." in text
    assert 'amount = "Deal size"  # 5' in text
    assert '# "colour"  red' in text
    (result,) = loads(text, [path], tmp_path)
    assert result.rows_loaded == 1


@pytest.mark.parametrize("name", ["pipedrive/czech.csv", "hubspot/german-labels.csv"])
def test_headers_in_another_language_leave_a_doubt_and_name_the_other_way(name: str, tmp_path: Path) -> None:
    text = drafted(Path("tests/load/corpus").resolve() / name, tmp_path).out
    assert "the entity may be another one" in text
    assert "[sources.<name>.headers]" in text
    assert 'entity = "reps"  # ?' in text


def test_a_file_most_of_which_is_known_leaves_no_doubt_of_its_entity(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text(NOTION)
    assert 'entity = "opportunities"\n' in drafted(path, tmp_path).out


def test_a_required_column_that_is_missing_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text(NOTION.replace("Sales rep", "x"))
    text = drafted(path, tmp_path).out
    assert '# rep_id = ""  # ? required, and no column looks like it' in text
    assert tomllib.loads(text)["sources"]["deals"]["entity"] == "opportunities"


def test_nothing_but_three_values_of_a_column_is_shown(tmp_path: Path) -> None:
    rows = "".join(f"N{i},Person {i},Phase,2026-01-0{1 + i % 9}\n" for i in range(50))
    path = tmp_path / "deals.csv"
    path.write_text(f"Deal number,Owner,Status,Created\n{rows}")
    text = drafted(path, tmp_path).out
    assert {f"Person {i}" for i in range(50) if f"Person {i} " in text or f"Person {i}\n" in text} == {"Person 0", "Person 1", "Person 2"}  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [(None, 2, "there is no such file"), (b"", 3, "it is empty"), (b"PK\x03\x04x", 3, "damaged archive")],
)
def test_what_cannot_be_drafted(content: bytes | None, code: int, words: str, tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    if content is not None:
        path.write_bytes(content)
    ended = drafted(path, tmp_path)
    assert (ended.code, ended.out) == (code, "")
    assert words in ended.err
