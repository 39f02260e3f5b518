"""What is wrong in files and settings: refused with the place, the fault and the mend, or counted as a finding."""

from __future__ import annotations

import csv
import gzip
import json
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from jobs.disk import folder_sha256
from jobs.lock import held
from jobs.render.formats import compact_value
from jobs.workspace import Workspace
from tests.acceptance.commands import Ended, batna, new_workspace, put, read, rows, says_how_to_mend, weekly

WEEK, DAY = "2026-W46", "2026-11-15"

HEADER = "opportunity_id,opportunity_name,rep_id,stage,amount,currency,created_at,close_on,closed_at,probability"
REPS = "rep_id,rep_name,team\nann,Ann Example,North\nbob,Bob Example,North\neve,Eve Example,South\n"
QUOTAS = "rep_id,period_start_on,quota_amount,currency\nann,2026-10-01,10000,USD\nbob,2026-10-01,9000,SEK\n"
GOOD = (
    "good,Good,ann,Negotiation,1000,USD,2026-08-01,2026-12-01,,.5",
    "won,Won,ann,Won,5000,USD,2026-08-01,,2026-10-10,",
)

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


def deals(*lines: str, header: str = HEADER) -> str:
    return "\n".join((header, *lines, ""))


def records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tables(workspace: Workspace) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in a fixed order."""
    with closing(duckdb.connect(str(workspace.warehouse), read_only=True)) as connection:
        listed = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where not temporary order by all"
        ).fetchall()
        return {name: connection.execute(f"select * from {name} order by all").fetchall() for (name,) in listed}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return new_workspace(tmp_path / "acme")


class TestRefused:
    """Nothing is published, every file stays where it was, and the message says what to do."""

    def refused(self, workspace: Workspace, *options: str) -> Ended:
        before = sorted(path.name for path in workspace.inbox.iterdir())
        ended = weekly(workspace, DAY, *options)
        assert ended.code == 3
        assert not workspace.warehouse.exists()
        assert not any(workspace.out.iterdir())
        assert sorted(path.name for path in workspace.inbox.iterdir()) == before
        return ended

    def test_an_empty_inbox_in_a_new_workspace(self, workspace: Workspace) -> None:
        ended = self.refused(workspace)
        fault = "no opportunities have been loaded yet"
        assert says_how_to_mend(ended, str(workspace.inbox), fault, "Put an export of opportunities there")

    @pytest.mark.parametrize("content", [deals(), "rep_id,rep_name\nann,Ann\n"])
    def test_files_without_an_opportunity(self, workspace: Workspace, content: str) -> None:
        put(workspace, {"file.csv": content})
        ended = self.refused(workspace)
        fault = "no opportunities have been loaded yet"
        assert says_how_to_mend(ended, str(workspace.inbox), fault, "Put an export of opportunities there")

    @pytest.mark.parametrize(
        ("name", "content", "fault", "mend"),
        [
            ("empty.csv", b"", "it is empty", "Export it again"),
            ("zeros.csv", b"\0" * 999, "it has no header", "Export it again"),
            (
                "half.csv.gz",
                gzip.compress(deals(*GOOD).encode() * 99)[:200],
                "it is truncated",
                "Copy or export it again",
            ),
            ("quote.csv", b'rep_id,rep_name\na,"never closed\n', "a quote is never closed", "Copy or export it again"),
            ("half.zip", b"PK\x03\x04half", "truncated or damaged archive", "Copy, export or download it again"),
            (
                "rows.jsonl",
                b'{"opportunity_id": "a"}\n{"oppor',
                "its last record breaks off",
                "Copy or export it again",
            ),
            ("junk.csv", bytes(range(256)) * 9, "no profile fits its header", "Add a profile under [sources.<name>]"),
            ("long.csv", b"x" * 5_000_000, "header", "Export it again"),
        ],
    )
    def test_a_file_that_cannot_be_read(
        self, workspace: Workspace, name: str, content: bytes, fault: str, mend: str
    ) -> None:
        put(workspace, {"deals.csv": deals(*GOOD), name: content})
        assert says_how_to_mend(self.refused(workspace), name, fault, mend)

    def test_a_file_that_cannot_be_opened(self, workspace: Workspace) -> None:
        put(workspace, {"deals.csv": deals(*GOOD)})
        (workspace.inbox / "gone.csv").symlink_to(workspace.root / "nowhere" / "gone.csv")
        assert "gone.csv" in self.refused(workspace).err

    def test_a_wrong_header(self, workspace: Workspace) -> None:
        put(workspace, {"deals.csv": deals(*GOOD, header=HEADER.replace("stage", "stagee"))})
        ended = self.refused(workspace)
        fault = "lacks the required column stage of opportunities (profile generic reads it from stage; nearest header: stagee)"
        assert says_how_to_mend(ended, "deals.csv", fault, "Add the column to the export")

    def test_a_header_that_nothing_knows(self, workspace: Workspace) -> None:
        put(workspace, {"deals.csv": "deal,owner,status\n1,2,3\n"})
        fault = "no profile fits its header (deal, owner, status)"
        mend = f"add a profile under [sources.<name>] in {workspace.settings_file}"
        assert says_how_to_mend(self.refused(workspace), "deals.csv", fault, mend)

    def test_two_files_that_claim_one_entity_with_different_profiles(self, workspace: Workspace) -> None:
        workspace.settings_file.write_text(
            '[sources.mine]\nentity = "opportunities"\n'
            'columns = { opportunity_id = "deal no", rep_id = "owner", stage = "step", created_at = "made" }\n'
        )
        put(workspace, {"deals.csv": deals(*GOOD), "mine.csv": "deal no,owner,step,made\nz,ann,Proposal,2026-08-01\n"})
        ended = self.refused(workspace)
        fault = "opportunities already come from another profile (mine, file mine.csv); this file fits profile generic"
        assert says_how_to_mend(ended, "deals.csv", fault, "id_prefix")

    def test_too_many_bad_rows_are_shown_with_their_reasons(self, workspace: Workspace) -> None:
        bad = "bad,X,ann,Negotiation,1e400,USD,2026-08-01,2026-12-01,,.5"
        put(workspace, {"deals.csv": deals(*GOOD, bad)})
        ended = self.refused(workspace)
        fault = "1 of its 3 rows is bad, for example record 4: amount: '1e400' is no number that fits"
        assert says_how_to_mend(ended, "deals.csv", fault, "Mend the export")

    def test_the_others_go_on_when_told(self, workspace: Workspace) -> None:
        put(workspace, {"deals.csv": deals(*GOOD), "junk.csv": "x\n"})
        ended = weekly(workspace, DAY, "--despite-refused")
        assert ended.code == 0
        assert "1 taken, 1 refused" in ended.out
        assert [path.name for path in workspace.inbox.iterdir()] == ["junk.csv"]


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


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Ended]:
    """A week without quotas; then the quotas, and the same week again."""
    workspace = new_workspace(tmp_path_factory.mktemp("first") / "acme")
    put(workspace, {"deals.csv": deals(*GOOD), "reps.csv": REPS})
    assert weekly(workspace, DAY).code == 0
    put(workspace, {"quotas.csv": QUOTAS})
    return workspace, weekly(workspace, DAY)


class TestWhatArrivesLater:
    """A first week, and then what a user puts right."""

    def test_a_week_that_does_not_see_a_new_file_says_so(self, first: tuple[Workspace, Ended]) -> None:
        workspace, again = first
        assert again.code == 0
        if (
            rows(workspace, "select quota_amount from marts.rep_scorecard where rep_id = 'ann'")[0]["quota_amount"]
            is None
        ):
            assert "--restate" in again.out + again.err

    def test_a_corrected_quota_counts_once_the_week_is_restated(self, first: tuple[Workspace, Ended]) -> None:
        workspace, _ = first
        put(workspace, {"quotas.csv": QUOTAS.replace("10000", "12000")})
        assert weekly(workspace, DAY, "--restate").code == 0
        quota = rows(workspace, "select quota_amount from marts.rep_scorecard where rep_id = 'ann'")
        assert quota == [{"quota_amount": 12000}]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("demo") / "batna-demo"
    ended = batna("demo", root)
    assert (ended.code, ended.err) == (0, "")
    assert Path(ended.out.splitlines()[-1]).is_file()
    return Workspace(root)


class TestDeclines:
    """The demo: the register is one thing, whoever asks for it."""

    def test_the_command_the_mart_and_the_page_say_the_same(self, demo: Workspace) -> None:
        ended = batna("declined", "--format", "json", "--workspace", demo.root)
        assert ended.code == 0
        register = json.loads(ended.out)
        mart = rows(demo, "select * from marts.declined_deals")
        assert sorted(register, key=str) == sorted(mart, key=str)
        starts = date(2026, 11, 1).isoformat()
        this = [row for row in register if row["quarter_start_on"] == starts]
        before = [row for row in register if "2025-11-01" <= row["quarter_start_on"] < starts]
        page = read(demo, WEEK, "declined.html")
        demanded = compact_value(sum(row["demanded_amount"] or 0 for row in this))
        assert (
            f"We declined {len(this)} deals this quarter, at demanded prices of €{demanded / 1000:f}".rstrip("0")
            in page
        )
        back = sum(row["returned_at"] is not None for row in before)
        assert f"In the four quarters before there were {len(before)} at" in page
        assert f"of which {back} came back" in page
        verified = [row for row in this if row["is_verified"]]
        assert f"{len(verified)} of {len(this)} are verified" in page
        for row in this:
            assert row["opportunity_name"] in page

    def test_answers_come_back_and_are_not_asked_again(self, demo: Workspace) -> None:
        asked = records(demo.review / "declines.csv")
        answers = ("we_left", "We left", "they_left", "void", "perhaps")
        ids = [row["opportunity_id"] for row in asked[: len(answers)]]
        for row, answer in zip(asked, answers, strict=False):
            row |= {"answer": answer, "reason": "economics" if answer == "we_left" else "", "confirmed_by": "Ann"}
        with (demo.inbox / "declines.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, asked[0])
            writer.writeheader()
            writer.writerows(asked)
        before = rows(demo, "select count(*) as n from marts.declined_deals")[0]["n"]
        ended = weekly(demo, DAY, "--restate")
        assert (ended.code, ended.err) == (0, "")
        confirmed = "select opportunity_id, reason, confirmed_by from marts.declined_deals where origin = 'confirmed'"
        assert sorted(rows(demo, confirmed), key=lambda row: ids.index(row["opportunity_id"])) == [
            {"opportunity_id": ids[0], "reason": "economics", "confirmed_by": "Ann"},
            {"opportunity_id": ids[1], "reason": "other", "confirmed_by": "Ann"},
        ]
        assert rows(demo, "select count(*) as n from marts.declined_deals")[0]["n"] == before + 2
        still = {row["opportunity_id"] for row in records(demo.review / "declines.csv")}
        assert still & set(ids) == {ids[4]}, "only what could not be read is asked again"
        assert "answer: 'perhaps' is not one of we_left, they_left, void" in (demo.rejects / "declines.csv").read_text()


class TestExitCodes:
    def test_of_usage_and_settings(self, workspace: Workspace) -> None:
        assert batna("version").code == 0
        assert weekly(workspace, "15.11.2026").code == 2
        assert batna("wekly").code == 2
        assert batna("declined", "--quarter", "Q3", "--workspace", workspace.root).code == 2
        assert batna("template", "declined").code == 2
        assert batna("init", workspace.root).code == 2
        ended = batna("weekly", "--workspace", workspace.root / "nowhere")
        assert ended.code == 2
        assert says_how_to_mend(ended, "nowhere", "no batna.toml", "batna init")

    def test_an_unknown_key_is_named_with_its_line_and_the_nearest(self, workspace: Workspace) -> None:
        workspace.settings_file.write_text('[workspace]\nname = "Acme"\n\n[batna]\ncorelation = 0.1\n')
        ended = weekly(workspace, DAY)
        assert ended.code == 2
        place = f"{workspace.settings_file}:5"
        assert says_how_to_mend(ended, place, '"corelation" is no key of [batna]', "correlation")

    def test_an_unknown_key_of_a_profile_is_named_with_its_line(self, workspace: Workspace) -> None:
        workspace.settings_file.write_text('[sources.mine]\nentity = "opportunities"\nformat = { decimal = "," }\n')
        ended = weekly(workspace, DAY)
        assert ended.code == 2
        assert says_how_to_mend(ended, f"{workspace.settings_file}:3", "'format' is not known here", "'formats'")

    def test_of_a_wrong_statement_and_of_nothing_published(self, workspace: Workspace) -> None:
        assert batna("sql", "select 1", "--workspace", workspace.root).code == 3
        with closing(duckdb.connect(str(workspace.warehouse))) as connection:
            connection.execute("create table t as select 1 as n")
        assert batna("sql", "select n from t", "--workspace", workspace.root).code == 0
        for statement in ("selekt 1", "drop table t", "select * from read_text('/etc/passwd')"):
            ended = batna("sql", statement, "--workspace", workspace.root)
            assert (ended.code, "raceback" in ended.err) == (1, False)

    def test_of_a_workspace_in_use(self, workspace: Workspace) -> None:
        with held(workspace, "weekly", datetime.now(UTC)):
            ended = weekly(workspace, DAY)
        assert ended.code == 75
        assert says_how_to_mend(
            ended, str(workspace.root), "another run holds this workspace", "Wait until it has ended"
        )

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_of_a_date_that_cannot_be_scored(self, workspace: Workspace, day: str) -> None:
        put(workspace, {"deals.csv": deals(*GOOD)})
        assert weekly(workspace, day).code == 2
