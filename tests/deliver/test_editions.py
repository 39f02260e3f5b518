"""Pages of reps and teams go to whom they are for, and to nobody else: by mail, and into folders."""

from __future__ import annotations

import os
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from jobs.modes import mode_of
from tests.commanded import Batna
from tests.deliver.conftest import WEEK, Sender
from tests.fakes import NOON, STAGES
from tests.mail.servers import Mailbox, mail_server

EDITIONS = '[reporting]\neditions = ["leader", "rep", "team"]\n'
MAIL = '[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nsender = "batna@acme.example"\n'
ADA = '[[delivery.recipients]]\naddress = "ada@acme.example"\nrole = "rep"\nrep = "R1"\n'
NORTH = (
    '[[delivery.recipients]]\naddress = "north@acme.example"\nrole = "team_member"\nteam = "North"\nlanguage = "ms"\n'
)
PAGES = ("index.html", "reps/ada.html", "en/rep/reps/ada-55.html", "en/rep/reps/bo-d653b016.html",
         "en/team/teams/north-43f853bb.html", "en/team/teams/south-0dd2dae4.html", "ms/leader/index.html",
         "ms/team/teams/north-43f853bb.html")  # fmt: skip


@pytest.fixture
def week(sender: Sender) -> Path:
    """The published week, with pages of every edition."""
    folder = sender.workspace.out / WEEK
    for page in (*PAGES, "en/rep/reps/ada.html", "ms/team/teams/north.html"):
        (folder / page).parent.mkdir(parents=True, exist_ok=True)
        (folder / page).write_text(f"{page}\n")
    return folder


def told(sender: Sender, *parts: str, port: int = 9) -> None:
    sender.workspace.settings_file.write_text("".join((EDITIONS, MAIL.format(port=port), *parts)))


class TestMail:
    """Roles rep and team_member."""

    def test_each_gets_the_own_page_and_no_other_once(self, sender: Sender, week: Path) -> None:
        box = Mailbox()
        with mail_server(box) as port:
            told(sender, ADA, NORTH, port=port)
            assert sender.send() == ["sent", "sent"]
            assert sender.send() == ["before", "before"]
        ada, north = box.messages()
        assert [(message["To"], message["Subject"]) for message in (ada, north)] == [
            ("ada@acme.example", "Page of R1"), ("north@acme.example", "Page of North"),
        ]  # fmt: skip
        [page] = ada.iter_attachments()
        assert page.get_payload(decode=True) == (week / "en/rep/reps/ada.html").read_bytes()
        [page] = north.iter_attachments()
        assert page.get_payload(decode=True) == (week / "ms/team/teams/north.html").read_bytes()

    def test_a_week_that_was_made_without_the_edition(self, sender: Sender) -> None:
        box = Mailbox()
        with mail_server(box) as port:
            told(sender, ADA, '[[delivery.recipients]]\naddress = "cro@acme.example"\n', port=port)
            assert sender.send() == ["no page", "sent"]
        assert sender.outcomes[0].fault.startswith("the week was made without this page")
        assert sender.error == "DeliveryFailed"
        assert box.recipients == ["cro@acme.example"]
        assert [row[0] for row in sender.rows()] == ["cro@acme.example"], "who got none is on no record"

    def test_a_dry_run_writes_them(
        self, sender: Sender, week: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:  # fmt: skip
        monkeypatch.setattr("jobs.stages.shipped_stages", lambda: STAGES)
        monkeypatch.setattr("jobs.command.now", lambda: NOON)
        told(sender, ADA, NORTH)
        assert Batna(capsys)("deliver", "--workspace", sender.workspace.root, "--to-file", tmp_path / "dry") == 0
        names = sorted(path.name for path in (tmp_path / "dry").iterdir())
        assert names == ["001-ada@acme.example.eml", "002-north@acme.example.eml"]
        message = message_from_bytes((tmp_path / "dry" / names[0]).read_bytes(), policy=default)
        assert [part.get_filename() for part in message.iter_attachments()] == ["ada.html"]

    @pytest.mark.parametrize(
        ("more", "address"),
        [
            ('address = "https://x.example/out"\n', "https://x.example/out"),
            ('[[delivery.folders]]\npath = "{share}"\nedition = "rep"\nrep = "R1"\naddress = "https://y.example/ada/"\n',
             "https://y.example/ada"),
        ],
        ids=["of out", "of the folder"],
    )  # fmt: skip
    def test_a_link_leads_to_where_the_page_is(
        self, sender: Sender, week: Path, tmp_path: Path, more: str, address: str
    ) -> None:
        box = Mailbox()
        with mail_server(box) as port:
            told(sender, f'[delivery]\npages = "link"\n{more.format(share=tmp_path)}', ADA, port=port)
            sender.send()
        [message] = box.messages()
        plain = message.get_body(("plain",))
        assert plain
        assert f"{address}/{WEEK}" in plain.get_content()


class TestFolders:
    """A folder has the pages of one edition."""

    @pytest.fixture
    def shares(self, tmp_path: Path) -> Path:
        for name in ("leaders", "teams", "north", "bo"):
            (tmp_path / name).mkdir()
        return tmp_path

    @pytest.fixture
    def sent(self, sender: Sender, week: Path, shares: Path) -> Path:
        folders = [("teams", "team", ""), ("north", "team", 'team = "North"\n'), ("bo", "rep", 'rep = "R2"\n')]
        parts = [f'[[delivery.folders]]\npath = "{shares / name}"\nedition = "{edition}"\n{more}'
                 for name, edition, more in folders]  # fmt: skip
        os.chmod(shares / "teams", 0o755)
        os.chmod(shares / "leaders", 0o700)
        told(sender, f'[delivery]\nfolder = "{shares / "leaders"}"\n', *parts)
        assert sender.send() == ["sent"] * 4
        return shares

    def test_that_of_leaders_has_their_pages_and_the_list_of_weeks(self, sent: Path) -> None:
        own = [page for page in PAGES if "/rep/" not in page and "/team/" not in page]
        assert below(sent / "leaders") == sorted([*(f"{WEEK}/{page}" for page in own), "dictionary.html", "index.html"])

    def test_those_of_teams_and_reps_have_theirs_and_nothing_else(self, sent: Path) -> None:
        north = [f"{WEEK}/en/team/teams/north-43f853bb.html", f"{WEEK}/ms/team/teams/north-43f853bb.html"]
        assert below(sent / "north") == north
        teams = [*north, f"{WEEK}/en/team/teams/south-0dd2dae4.html", f"{WEEK}/ms/team/teams/north.html"]
        assert below(sent / "teams") == sorted(teams)
        assert below(sent / "bo") == [f"{WEEK}/en/rep/reps/bo-d653b016.html"]

    def test_who_may_read_a_folder_may_read_what_is_put_there(self, sent: Path) -> None:
        assert mode_of(sent / "teams" / WEEK / "en/team/teams/north-43f853bb.html") == 0o644
        assert mode_of(sent / "leaders" / WEEK / "index.html") == 0o600

    @pytest.mark.parametrize("inside", ["", "north"])
    def test_a_link_puts_no_two_editions_into_one(self, sender: Sender, week: Path, shares: Path, inside: str) -> None:
        """Settings are read without the disk, and cannot see it."""
        (shares / "link").symlink_to(shares / "leaders", target_is_directory=True)
        (shares / "leaders" / inside).mkdir(exist_ok=True)
        team = f'[[delivery.folders]]\npath = "{shares / "link" / inside}"\nedition = "team"\n'
        told(sender, f'[delivery]\nfolder = "{shares / "leaders"}"\n', team)
        assert sender.send() == ["refused", "refused"]
        assert "by a link" in sender.outcomes[1].fault
        assert below(shares / "leaders") == []

    def test_where_there_is_no_page_nothing_is_put(self, sender: Sender, shares: Path) -> None:
        told(sender, f'[[delivery.folders]]\npath = "{shares / "bo"}"\nedition = "rep"\nrep = "R2"\n')
        assert sender.send() == ["no page"]
        assert below(shares / "bo") == []


def below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
