"""`batna doctor`: each thing that can be wrong is found, with its mend; and where nothing is, all is well."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from jobs.ledger import Ledger, RunRow
from jobs.lock import held
from jobs.upkeep.doctor import Finding, examine
from jobs.upkeep.probes import PROBES
from jobs.workspace import Workspace
from tests.commanded import Batna
from tests.fakes import NOON
from tests.mail.servers import Mailbox, free_port, mail_server

MAIL = '[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nsender = "batna@acme.example"\n'


def look(workspace: Workspace, environment: dict[str, str] | None = None) -> list[Finding]:
    return list(examine(workspace, NOON, environment or {}, PROBES))


def mends(workspace: Workspace, environment: dict[str, str] | None = None) -> list[tuple[str, str]]:
    return [(found.about, found.text) for found in look(workspace, environment) if found.state == "mend"]


def publish(workspace: Workspace, exported_at: str, *broken_on: str) -> None:
    """A warehouse that was scored on 2026-11-15, with rows that a check looks for."""
    with closing(duckdb.connect(str(workspace.warehouse))) as connection:
        connection.execute("create schema ops; create schema scores")
        times = "arrived_at timestamp, exported_at timestamp, newest_stamp_at timestamp"
        connection.execute(f"create table ops.files (entity varchar, {times})")
        connection.execute("insert into ops.files values ('opportunities', ?, ?, null)", [exported_at, exported_at])
        connection.execute("create table scores.weeks as select date '2026-11-15' as as_of_on")
        connection.execute("create table scores.wrong (as_of_on date, id varchar)")
        for day in broken_on:
            connection.execute("insert into scores.wrong values (?, 'x')", [day])


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "sql" / "checks").mkdir(parents=True)
    (tmp_path / "sql" / "checks" / "nothing_is_wrong.sql").write_text("select as_of_on, id from scores.wrong")
    monkeypatch.setattr("jobs.shipped.SQL", tmp_path / "sql")


def run(status: str, **after: int) -> Callable[[Workspace], None]:
    def begin(workspace: Workspace) -> None:
        ledger = Ledger(workspace.ledger)
        ledger.begin(RunRow("R", "weekly", NOON + timedelta(**after)))
        if status != "running":
            ledger.end("R", NOON + timedelta(**after), status, 1, None)  # type: ignore[arg-type]

    return begin


def settings(text: str) -> Callable[[Workspace], None]:
    return lambda workspace: workspace.settings_file.write_text(text) and None


# what somebody has done -> about, and a part of what is said
FAULTS: dict[str, tuple[Callable[[Workspace], object], str, str]] = {
    "settings that cannot be used": (settings("[workspac]\n"), "settings", 'batna.toml:1: "workspac" is no key'),
    "no settings at all": (lambda w: w.settings_file.unlink(), "settings", "this folder is no workspace"),
    "a folder that was removed": (lambda w: w.rejects.rmdir(), "folders", "rejects is missing"),
    "a run that failed": (run("failed"), "runs", "weekly: failed (2026-11-16T12:00)"),
    "a clock that was set back": (run("ok", hours=1), "clock", "and the last run began at 2026-11-16 13:00 UTC"),
    "a run that was cut short": (lambda w: w.erasure.write_text("{}"), "lock", "a run was cut short"),
    "a journal that somebody changed": (lambda w: w.journal.write_text("{}"), "lock", "journal.json: it says what a run that was cut short has still to put in its place, and is damaged"),
    "a damaged manifest": (lambda w: w.manifest.write_text("no"), "archive", "manifest.jsonl: it is damaged (line 1 is no JSON)"),
    "a ledger that cannot be read": (lambda w: w.ledger.write_bytes(b"nonsense" * 200), "record", "runs.sqlite: cannot be used (file is not a database)"),
    "a warehouse that does not open": (lambda w: w.warehouse.write_bytes(b"x" * 999), "warehouse", "the warehouse is damaged: it is no DuckDB file"),
    "old exports": (lambda w: publish(w, "2026-11-01"), "exports", "is of 2026-11-01, 15 days old; schedule.max_age is 8"),
    "a check that does not hold": (
        lambda w: publish(w, "2026-11-15", "2026-11-15"), "checks", "1 of 1 do not hold of 2026-11-15: nothing_is_wrong",
    ),
    "a mail server that does not answer": (settings(MAIL.format(port=free_port())), "mail", "it cannot be reached"),
    "a recipient whose language no pages are made in": (
        settings(MAIL.format(port=25) + '[[delivery.recipients]]\naddress = "cro@acme.example"\nlanguage = "ms"\n'), "languages",
        "cro@acme.example is to have ms, and pages are made in en",
    ),
    "a password that is not there": (
        settings(MAIL.format(port=25).replace('"none"', '"tls"') + 'user = "a"\n'), "mail", "the environment has no",
    ),
}  # fmt: skip


@pytest.mark.usefixtures("checks")
@pytest.mark.parametrize(("harm", "about", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_found(workspace: Workspace, harm: Callable[[Workspace], object], about: str, said: str) -> None:
    harm(workspace)
    found = [finding for finding in look(workspace) if finding.state == "mend" and finding.about == about]
    assert any(said in finding.text for finding in found), look(workspace)
    assert all(finding.mend for finding in found)


@pytest.mark.usefixtures("checks")
def test_where_nothing_is_wrong_all_is_well(workspace: Workspace) -> None:
    publish(workspace, "2026-11-15", "2026-11-08")
    run("ok", hours=-1)(workspace)
    box = Mailbox()
    with mail_server(box) as port:
        settings(MAIL.format(port=port))(workspace)
        before = {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*") if path.is_file()}
        assert mends(workspace, {"BATNA_PING_WEEKLY": "https://hc.example/x"}) == []
    assert box.taken == [], "it only says hello"
    after = {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*") if path.is_file()}
    assert {path: after.get(path) for path in before} == before


def test_one_fault_is_told_once_and_the_clock_is_told_all_the_same(workspace: Workspace) -> None:
    workspace.ledger.write_bytes(b"nonsense" * 200)
    told = [(found.about, found.state) for found in look(workspace) if found.about in ("record", "clock", "runs")]
    assert told == [("record", "mend"), ("clock", "ok")]


def test_what_the_doctor_says_of_mail_does_not_send_back_to_the_doctor(workspace: Workspace) -> None:
    settings(MAIL.format(port=free_port()))(workspace)
    [found] = [finding for finding in look(workspace) if finding.about == "mail"]
    assert found.mend == "Look at [mail] in batna.toml, and whether the server is up"


def test_a_run_that_is_on_is_said_and_no_fault(workspace: Workspace) -> None:
    with held(workspace, "weekly", NOON):
        [found] = [finding for finding in look(workspace) if finding.about == "lock"]
    assert found.state == "ok"
    assert f"a run is on: batna weekly, process {os.getpid()} on" in found.text


def test_an_address_that_is_none_is_told_without_it(workspace: Workspace) -> None:
    for address in ("secret-address", "http://[secret", "https://me:secret@hc.example/x", "https://hc.example/sec ret"):
        [(about, text)] = mends(workspace, {"BATNA_PING_LOAD": address})
        assert about == "addresses"
        assert text.startswith("BATNA_PING_LOAD holds no address of the web")
        assert "secret" not in text


def test_a_warehouse_with_a_damaged_block_is_one_finding_among_the_others(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(workspace, "2026-11-15", "2026-11-08")

    def damaged(*_: object, **__: object) -> None:
        raise duckdb.FatalException("Corrupt database file: computed checksum 1 does not match\nStack Trace")

    monkeypatch.setattr("jobs.upkeep.probes.newest_export", damaged)
    [(about, text)] = mends(workspace)
    assert about == "warehouse"
    assert text.endswith("warehouse.duckdb: the warehouse is damaged: a part of it is not what was written")


def test_a_warehouse_that_is_damaged_all_over_is_told(workspace: Workspace) -> None:
    publish(workspace, "2026-11-15", "2026-11-08")
    content = workspace.warehouse.read_bytes()
    workspace.warehouse.write_bytes(content[:12288] + b"x" * (len(content) - 12288))
    [(about, text)] = mends(workspace)
    assert about == "warehouse"
    assert "warehouse.duckdb: the warehouse is damaged" in text or "cannot be opened as a warehouse" in text


def test_a_disk_without_room(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.upkeep.probes.SPARE_BYTES", 10**18)
    [(about, _)] = mends(workspace)
    assert about == "disk"


def test_a_folder_that_may_not_be_written(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*, dir: Path, suffix: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("jobs.workspace.TemporaryFile", closed)
    told = "may not be used by this user (Permission denied)"
    assert mends(workspace) == [("folders", f"{workspace.root}: {told}")], "of all of them one word is enough"
    monkeypatch.setattr("os.geteuid", lambda: workspace.root.stat().st_uid + 1)
    [found] = [finding for finding in look(workspace) if finding.about == "folders"]
    assert found.mend.endswith(f"run it again: it belongs to {workspace.root.owner()}")


def test_of_a_disk_that_can_only_be_read_one_word_is_enough(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*, dir: Path, suffix: str) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("jobs.workspace.TemporaryFile", closed)
    assert mends(workspace) == [("folders", f"{workspace.root}: this disk can only be read (Read-only file system)")]


def test_weeks_and_folders_of_exports_that_are_somebody_elses(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("out/2026-W46", "inbox/crm"):
        (workspace.root / place).mkdir()
    (workspace.inbox / "crm" / "deals.csv").write_text("x")

    def use(folder: Path) -> None:
        if folder.name in ("2026-W46", "crm"):
            raise PermissionError(13, "Permission denied", str(folder))

    real = os.access
    monkeypatch.setattr("jobs.upkeep.probes.require_usable", use)
    monkeypatch.setattr("os.access", lambda path, mode: Path(path).name != "deals.csv" and real(path, mode))
    told = "may not be used by this user (Permission denied)"
    assert mends(workspace) == [
        ("folders", f"{workspace.out / '2026-W46'}: {told}"),
        ("folders", f"{workspace.inbox / 'crm'}: {told}"),
        ("folders", f"{workspace.inbox / 'crm' / 'deals.csv'} cannot be read"),
    ]


class TestCommand:
    """What is printed, and the exit code."""

    @pytest.fixture
    def batna(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Batna:
        monkeypatch.setattr("jobs.upkeep.commands.now", lambda: NOON)
        return Batna(capsys)

    def test_all_is_well(self, workspace: Workspace, batna: Batna) -> None:
        assert batna("doctor", "--workspace", workspace.root) == 0
        assert batna.out.startswith("ok    settings   batna.toml can be used\n")
        assert batna.out.endswith("All is well.\n")

    def test_something_is_not(self, workspace: Workspace, batna: Batna) -> None:
        run("failed")(workspace)
        assert batna("doctor", "--workspace", workspace.root) == 1
        assert "mend  runs       weekly: failed" in batna.out
        assert "                 -> `batna runs show R` says why\n" in batna.out
        assert batna.out.endswith("1 of 15 needs mending.\n")

    def test_for_monitoring(self, workspace: Workspace, batna: Batna) -> None:
        run("failed")(workspace)
        assert batna("doctor", "--workspace", workspace.root, "--format", "json") == 1
        assert [each["about"] for each in json.loads(batna.out) if each["state"] == "mend"] == ["runs"]
