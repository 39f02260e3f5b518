"""What is odd in files without refusing them: counted as a finding, and kept."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from jobs.disk import folder_sha256
from jobs.workspace import Workspace
from tests.acceptance.commands import new_workspace, put, read, rows, weekly
from tests.acceptance.exports import DAY, GOOD, QUOTAS, REPS, WEEK, deals, records

# code of the finding, id of the deal or rep, words on the method page, the deal's row (none for a rep)
ODDITIES = [
    ("open_amount_missing", "bare", "Open deal without an amount", "bare,X,ann,Negotiation,,USD,2026-08-01,2026-12-01,,.5"),
    ("amount_not_positive", "minus", "Amount of zero or less", "minus,X,ann,Negotiation,-50,USD,2026-08-01,2026-12-01,,.5"),
    ("amount_not_positive", "less", "Amount of zero or less", "less,X,ann,Won,-50,USD,2026-08-01,,2026-10-10,"),
    ("closed_before_created", "early", "Closed before it was created", "early,X,ann,Won,50,USD,2026-08-01,,2026-07-01,"),
    ("probability_certain", "never", "Open deal at a probability of 0 or 1", "never,X,ann,Negotiation,50,USD,2026-08-01,2026-12-01,,0"),
    ("probability_certain", "sure", "Open deal at a probability of 0 or 1", "sure,X,ann,Negotiation,50,USD,2026-08-01,2026-12-01,,1"),
    ("stage_unmapped", "odd", "Stage that the settings do not know", "odd,X,ann,Horse trading,50,USD,2026-08-01,2026-12-01,,.5"),
    ("owner_unknown", "stray", "Owner who is not in the rep list", "stray,X,zoe,Negotiation,50,USD,2026-08-01,2026-12-01,,.5"),
    ("owner_missing", "nobodys", "Deal without an owner", "nobodys,X,,Negotiation,50,USD,2026-08-01,2026-12-01,,.5"),
    ("currency_without_rate", "abroad", "Currency without an exchange rate", "abroad,X,ann,Negotiation,50,SEK,2026-08-01,2026-12-01,,.5"),
    ("rep_without_quota", "eve", "Rep without a quota", "eves,X,eve,Negotiation,50,USD,2026-08-01,2026-12-01,,.5"),
    ("quota_currency_without_rate", "bob", "Quota in a currency without an exchange rate", "bobs,X,bob,Negotiation,50,USD,2026-08-01,2026-12-01,,.5"),
]  # fmt: skip

BAD_ROWS = (
    ("inf,X,ann,Won,Infinity,USD,2026-08-01,,2026-10-10,", "amount: 'Infinity' is no number that fits"),
    ("nan,X,ann,Won,NaN,USD,2026-08-01,,2026-10-10,", "amount: 'NaN' is no number that fits"),
    ("feb,X,ann,Won,5,USD,2026-02-30,,2026-10-10,", "created_at: '2026-02-30' is no time"),
    ("high,X,ann,Won,5,USD,2026-08-01,,2026-10-10,1.5", "probability: '1.5' is no share between 0 and 1"),
    ("none,X,ann,,5,USD,2026-08-01,,2026-10-10,", "stage is empty"),
    (",X,ann,Won,5,USD,2026-08-01,,2026-10-10,", "opportunity_id is empty"),
)

HOSTILE = '<script>alert(1)</script><b>"x"\'&amp;{{ 7919*7919 }}%(n)s\N{PARTY POPPER}'
HOSTILE_REPS = ("../../etc", "/etc/passwd", "<b>r</b>", "{{ 7919*7919 }}", "r" * 3000, "rép / ünï?#%")


def tables(workspace: Workspace) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in a fixed order."""
    with closing(duckdb.connect(str(workspace.warehouse), read_only=True)) as connection:
        listed = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where not temporary order by all"
        ).fetchall()
        return {name: connection.execute(f"select * from {name} order by all").fetchall() for (name,) in listed}


def odd_workspace(root: Path) -> Workspace:
    workspace = new_workspace(root)
    filler = [f"fill{i},Fill,ann,Qualified,{100 + i},USD,2026-08-01,2026-12-01,,.3" for i in range(30)]
    hostile = [
        f'"h{i}","{HOSTILE.replace(chr(34), chr(34) * 2)}","{rep}",Negotiation,100,USD,2026-08-01,2026-12-01,,.5'
        for i, rep in enumerate(HOSTILE_REPS)
    ]
    bad = [line for line, _ in BAD_ROWS]
    unborn = "unborn,X,ann,Negotiation,50,USD,9999-08-01,9999-12-01,,.5"
    lines = [*GOOD, unborn, *(row for _, _, _, row in ODDITIES), *hostile, *filler, *bad]
    put(workspace, {"deals.csv": deals(*lines), "reps.csv": REPS, "quotas.csv": QUOTAS})
    ended = weekly(workspace, DAY)
    assert (ended.code, ended.err) == (0, "")
    assert f"{len(bad)} refused" in ended.out
    return workspace


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return odd_workspace(tmp_path_factory.mktemp("odd") / "acme ünï & co")


class TestCounted:
    """One workspace with every oddity that does not refuse a file, and with names that try to break out."""

    @pytest.mark.parametrize(("code", "name", "words", "row"), ODDITIES, ids=[f"{o[0]}-{o[1]}" for o in ODDITIES])
    def test_an_oddity_is_a_finding(self, odd: Workspace, code: str, name: str, words: str, row: str) -> None:
        found = rows(
            odd,
            f"select opportunity_id, rep_id, cast(as_of_on as text) as day from marts.findings where code = '{code}'",
        )
        assert any(name in (each["opportunity_id"], each["rep_id"]) and each["day"] == DAY for each in found)
        page = read(odd, WEEK, "method.html")
        assert words in page
        assert name in page.split(words, 1)[1][:200]
        kept = rows(odd, f"select 1 as n from raw.opportunities where opportunity_id = '{row.split(',')[0]}'")
        assert kept, "nothing is dropped"

    def test_nothing_is_guessed_about_them(self, odd: Workspace) -> None:
        strength = (
            "select rep_id from marts.rep_scorecard where rep_id in ('bob', 'eve') and batna_strength is not null"
        )
        assert rows(odd, strength) == []
        held = (
            "select opportunity_id, win_probability from marts.deal_positions where opportunity_id in ('never', 'sure')"
        )
        assert all(0 < row["win_probability"] < 1 for row in rows(odd, held))
        counted = "select opportunity_id from marts.deal_positions where is_candidate and opportunity_id in ('bare', 'minus', 'odd', 'abroad')"
        assert rows(odd, counted) == []

    def test_a_deal_of_the_future_is_not_at_the_table(self, odd: Workspace) -> None:
        at_the_table = "select 1 as n from marts.deal_positions where is_candidate and opportunity_id = 'unborn'"
        assert rows(odd, at_the_table) == []

    def test_bad_rows_are_kept_with_their_reasons(self, odd: Workspace) -> None:
        reasons = [row["_reason"] for row in records(odd.rejects / "deals.csv")]
        assert len(reasons) == len(BAD_ROWS)
        for (_, expected), reason in zip(BAD_ROWS, reasons, strict=True):
            assert reason.startswith(expected)
        [sums] = rows(
            odd, "select sum(rows_in) as n, sum(rows_loaded + rows_unchanged + rows_refused) as parts from ops.files"
        )
        assert sums["n"] == sums["parts"]
        page = read(odd, WEEK, "method.html")
        assert "'Infinity' is no number" in page or f"{len(reasons)} rows were refused" in page

    def test_names_cannot_break_out_of_a_page_or_a_folder(self, odd: Workspace) -> None:
        reps = odd.out / WEEK / "reps"
        pages = {path for path in odd.out.rglob("*") if path.is_file()}
        assert all(path.name.isascii() and len(path.name) < 80 and path.suffix == ".html" for path in pages)
        assert len(list(reps.iterdir())) == len(rows(odd, "select 1 as n from marts.rep_scorecard"))
        for path in pages:
            text = path.read_text(encoding="utf-8")
            assert "<script" not in text
            assert "<b>r</b>" not in text
            assert "62710561" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in "".join(path.read_text() for path in reps.iterdir())

    def test_a_second_run_gives_the_same_bytes_and_rows(self, odd: Workspace) -> None:
        pages, found = folder_sha256(odd.out), tables(odd)
        assert weekly(odd, DAY).code == 0
        assert folder_sha256(odd.out) == pages
        assert tables(odd) == found
