"""A person as somebody who gets mail: given out, erased, and never sent one week twice for it."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from jobs.deliver.record import hide_erased
from jobs.ledger import Ledger
from jobs.load.erased import read_erased
from jobs.person.erase import erase
from jobs.person.identity import Identity
from jobs.person.settings import without_person
from jobs.records import read_weeks, settings_of
from jobs.settings import load_settings
from jobs.workspace import Workspace
from tests.acceptance.commands import batna, weekly
from tests.mail.servers import Mailbox, mail_server
from tests.person.company import MAIL, NAME, SETTINGS, WHO, company, traces
from tests.person.test_erase import Killed, stopping

WEEK, LAST, LATER = "2026-W34", "2026-08-22", "2026-08-29"
ADA, CRO = "Ada@Example.org", "cro@acme.example"
MAILS = """
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "batna@acme.example"
[alerts]
to = ["ada@example.org"]  # Ada Lovelace looks after it
[delivery]
pages = "none"
[[delivery.recipients]]
address = "Ada@Example.org"
[[delivery.recipients]]
address = "cro@acme.example"
"""


def told(workspace: Workspace, port: int, text: str = MAILS) -> None:
    workspace.settings_file.write_text(SETTINGS + text.format(port=port), encoding="utf-8")


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The company, whose last week Ada and the CRO have got."""
    workspace, box = company(tmp_path_factory.mktemp("company") / "acme"), Mailbox()
    with mail_server(box) as port:
        told(workspace, port)
        assert weekly(workspace, LAST).code == 0
    assert box.recipients == [ADA, CRO]
    return workspace


@pytest.fixture
def workspace(before: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(before.root, tmp_path / "acme")
    return Workspace(tmp_path / "acme")


def on_record(workspace: Workspace) -> list[tuple[str, str, bool]]:
    """Recipient, status and whether there is a Message-ID, in the order of the weeks."""
    sql = "select recipient, status, message_id from deliveries order by week, began_at, rowid"
    return [(row["recipient"], row["status"], bool(row["message_id"])) for row in Ledger(workspace.ledger).rows(sql)]


def records_name(workspace: Workspace) -> str:
    """The settings that the last week was scored under."""
    return read_weeks(workspace)[-1].settings


def sent_by(workspace: Workspace, *command: object) -> list[str]:
    """To whom a command sends mail now."""
    box = Mailbox()
    with mail_server(box) as port:
        text = workspace.settings_file.read_text(encoding="utf-8")
        line = next(line for line in text.splitlines() if line.startswith("port"))
        workspace.settings_file.write_text(text.replace(line, f"port = {port}"), encoding="utf-8")
        ended = batna(*command, "--workspace", workspace.root)
    assert ended.code == 0, ended.err
    return box.recipients


def given(workspace: Workspace, who: str, folder: Path, name: str) -> list[dict[str, str]]:
    ended = batna("person", "export", who, "--output", folder, "--workspace", workspace.root)
    assert ended.code == 0, ended.err
    with (folder / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_what_went_to_an_address_is_given_out_with_the_person(before: Workspace, tmp_path: Path) -> None:
    sent = given(before, WHO, tmp_path / "ada", "deliveries.csv")
    assert [(row["week"], row["recipient"], row["status"]) for row in sent] == [(WEEK, MAIL, "sent")]


def test_settings_that_name_the_person_are_given_out_by_line(before: Workspace, tmp_path: Path) -> None:
    found = given(before, WHO, tmp_path / "ada", "files.csv")
    lines = [row["record_number"] for row in found if row["file"] == "batna.toml"]
    kept = [row["record_number"] for row in found if row["file"].startswith("archive/settings/")]
    assert lines == kept == ["14", "18"]


def test_who_is_known_by_an_address_alone_can_ask_too(before: Workspace, tmp_path: Path) -> None:
    sent = given(before, CRO.upper(), tmp_path / "cro", "deliveries.csv")
    assert [(row["week"], row["recipient"]) for row in sent] == [(WEEK, CRO)]


@pytest.mark.parametrize("address", [MAIL, ADA])
def test_an_address_of_the_rep_list_leads_to_the_id(before: Workspace, address: str) -> None:
    ended = batna("person", "export", address, "--workspace", before.root)
    assert (ended.code, ended.err) == (2, f'ID: "{address}" is a name or an address. Name them by the id: {WHO}.\n')


def test_an_address_that_the_settings_give_to_a_rep_is_theirs_too(before: Workspace, tmp_path: Path) -> None:
    """The rep list may have another one, or none."""
    shutil.copytree(before.root, tmp_path / "acme")
    workspace = Workspace(tmp_path / "acme")
    text = workspace.settings_file.read_text(encoding="utf-8")
    rep = f'address = "cro@acme.example"\nrole = "rep"\nrep = "{WHO}"\n'
    workspace.settings_file.write_text(text.replace('address = "cro@acme.example"\n', rep), encoding="utf-8")
    sent = given(workspace, WHO, tmp_path / "ada", "deliveries.csv")
    assert [row["recipient"] for row in sent] == [MAIL, CRO]
    ended = batna("person", "export", CRO, "--workspace", workspace.root)
    assert (ended.code, ended.err) == (2, f'ID: "{CRO}" is a name or an address. Name them by the id: {WHO}.\n')


def test_an_id_that_the_settings_alone_know_is_somebody_too(before: Workspace, tmp_path: Path) -> None:
    """Their address leads to the id, so the id must lead to them."""
    shutil.copytree(before.root, tmp_path / "acme")
    workspace = Workspace(tmp_path / "acme")
    text = workspace.settings_file.read_text(encoding="utf-8")
    rep = 'address = "cro@acme.example"\nrole = "rep"\nrep = "in no export"\n'
    workspace.settings_file.write_text(text.replace('address = "cro@acme.example"\n', rep), encoding="utf-8")
    sent = given(workspace, "in no export", tmp_path / "cro", "deliveries.csv")
    assert [row["recipient"] for row in sent] == [CRO]


class TestErasure:
    """The address goes, what went to it stays known."""

    def test_the_address_stands_in_batna_toml_alone_and_that_is_said(self, workspace: Workspace) -> None:
        ended = batna("person", "erase", WHO, "--yes", "--workspace", workspace.root)
        assert ended.code == 0, ended.err
        assert "deliveries in runs.sqlite: 1 rows" in ended.out
        assert "batna.toml names the person (lines 14, 18)" in ended.out
        assert traces(workspace.root, WHO, NAME, MAIL).keys() == {"batna.toml"}
        [(hidden, *rest), other] = on_record(workspace)
        assert (hidden.startswith("erased-1-"), rest, other) == (True, ["sent", False], (CRO, "sent", True))

    def test_a_dry_run_counts_and_changes_nothing(self, workspace: Workspace) -> None:
        ended = batna("person", "erase", WHO, "--dry-run", "--workspace", workspace.root)
        assert "deliveries in runs.sqlite: 1 rows" in ended.out
        assert on_record(workspace)[0] == (MAIL, "sent", True)

    @pytest.mark.parametrize("who", [WHO, CRO])
    def test_nobody_gets_the_week_again(self, workspace: Workspace, who: str) -> None:
        batna("person", "erase", who, "--yes", "--workspace", workspace.root)
        assert sent_by(workspace, "deliver") == []

    @pytest.mark.parametrize("step", ["journal written", "erased.json placed", "warehouse.duckdb placed"])
    def test_nor_where_the_erasure_is_cut_short(self, workspace: Workspace, step: str) -> None:
        with pytest.raises(Killed):
            erase(workspace, load_settings(workspace.root), WHO, stopping([], step), dry_run=False)
        assert on_record(workspace)[0][0] == MAIL, "not yet"
        assert sent_by(workspace, "deliver") == []
        assert traces(workspace.root, MAIL).keys() == {"batna.toml"}

    def test_nor_where_it_is_cut_short_before_it_is_decided(self, workspace: Workspace) -> None:
        with pytest.raises(Killed):
            erase(workspace, load_settings(workspace.root), WHO, stopping([], "prepared"), dry_run=False)
        assert sent_by(workspace, "deliver") == []
        assert on_record(workspace)[0] == (MAIL, "sent", True)

    def test_a_later_week_is_on_record_without_the_address(self, workspace: Workspace) -> None:
        """Whoever leaves the address in batna.toml goes on sending to it, once a week."""
        batna("person", "erase", WHO, "--yes", "--workspace", workspace.root)
        assert sent_by(workspace, "weekly", "--as-of", LATER) == [ADA, CRO]
        assert sent_by(workspace, "deliver") == []
        assert traces(workspace.root, MAIL).keys() == {"batna.toml"}, "settings are kept without it too"
        assert [has_id for _, _, has_id in on_record(workspace)] == [False, True, False, True]

    def test_an_address_is_not_erased_twice(self, workspace: Workspace) -> None:
        assert batna("person", "erase", CRO, "--yes", "--workspace", workspace.root).code == 0
        again = batna("person", "erase", CRO.title(), "--yes", "--workspace", workspace.root)
        assert (again.code, again.err) == (
            2, f'ID: "{CRO.title()}" was erased before. Where batna.toml still has the address, take it out.\n'
        )  # fmt: skip

    def test_kept_settings_can_still_be_read_for_a_rebuild(self, workspace: Workspace) -> None:
        names = sorted(path.name for path in workspace.kept_settings.iterdir())
        was = [settings_of(workspace, name).measure_hash() for name in names]
        batna("person", "erase", WHO, "--yes", "--workspace", workspace.root)
        assert [settings_of(workspace, name).measure_hash() for name in names] == was
        recipients = settings_of(workspace, records_name(workspace)).delivery.recipients
        assert [each.address.endswith("@erased.invalid") for each in recipients] == [True, False]

    def test_who_was_erased_by_an_earlier_version_leaves_the_record_with_the_next_delivery(
        self, workspace: Workspace
    ) -> None:
        batna("person", "erase", WHO, "--yes", "--workspace", workspace.root)
        with Ledger(workspace.ledger).transaction() as connection:
            connection.execute("update deliveries set recipient = ? where recipient like 'erased-%'", (MAIL,))
        assert sent_by(workspace, "deliver") == []
        hide_erased(Ledger(workspace.ledger), read_erased(workspace))
        assert on_record(workspace)[0][0].startswith("erased-1-")


def test_settings_that_would_say_something_else_are_left(tmp_path: Path) -> None:
    """A rebuild reads them: a team called as a person is called must not become another one."""
    kept = tmp_path / "kept.toml"
    kept.write_text('[fit]\nindustries = ["Ada Lovelace"]\n')
    identity = Identity(WHO, (NAME,), "erased-1")
    assert without_person(kept, identity, read_erased(Workspace(tmp_path))) is None
    kept.write_text('[workspace]\nname = "Ada Lovelace"\n')
    assert without_person(kept, identity, read_erased(Workspace(tmp_path))) == '[workspace]\nname = "erased-1"\n'


class TestKeeping:
    """people.keep_weeks holds for who got what, too."""

    @pytest.fixture
    def forgotten(self, workspace: Workspace) -> Workspace:
        """Two records of a week that is too old."""
        with Ledger(workspace.ledger).transaction() as connection:
            connection.execute("update deliveries set week = '2026-W28'")
        text = workspace.settings_file.read_text(encoding="utf-8")
        workspace.settings_file.write_text(text + "[people]\nkeep_weeks = 5\n", encoding="utf-8")
        ended = batna("retention", "--workspace", workspace.root)
        assert "runs.sqlite: who got 2026-W28 by mail (2 records)" in ended.out
        return workspace

    def test_that_it_went_out_is_all_that_stays(self, forgotten: Workspace) -> None:
        assert on_record(forgotten) == [("everybody", "forgotten", False)]
        [run] = Ledger(forgotten.ledger).rows("select counts from runs where command = 'retention'")
        assert json.loads(run["counts"])["deliveries"] == 2
        assert MAIL.encode() not in forgotten.ledger.read_bytes()
        assert batna("retention", "--workspace", forgotten.root).out == "Nothing is older than it is kept.\n"

    def test_nobody_is_sent_it_again(self, forgotten: Workspace) -> None:
        """Also where the pages are made anew, and people.keep_weeks is raised."""
        assert not (forgotten.out / "2026-W28").exists()
        assert weekly(forgotten, "2026-07-11").code == 0
        text = forgotten.settings_file.read_text(encoding="utf-8").replace("keep_weeks = 5", "keep_weeks = 53")
        forgotten.settings_file.write_text(text, encoding="utf-8")
        ended = batna("deliver", "--as-of", "2026-07-11", "--workspace", forgotten.root)
        assert ended.code == 1
        assert "forgotten  mail     cro@acme.example: who has had this week is on record no longer" in ended.out
