"""The other ways: a folder, a webhook, files; the plain twin of a mail."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from jobs.deliver.deliver import Request
from jobs.deliver.plain import plain_text, title
from jobs.disk import folder_sha256
from jobs.ledger import Ledger
from jobs.modes import mode_of
from jobs.settings import load_settings
from jobs.weekly import Request as Weekly
from jobs.weekly import weekly
from jobs.workspace import Workspace
from tests.commanded import Batna
from tests.deliver.conftest import AS_OF_ON, WEEK, Sender
from tests.fakes import NOON, STAGES, edges
from tests.mail.servers import Calls, Mailbox, certificate, free_port, mail_server, web_server

ALONE = "[delivery]\n{more}\n"


def only(sender: Sender, more: str) -> None:
    """No mail, just this."""
    sender.workspace.settings_file.write_text(ALONE.format(more=more))


class TestFolder:
    """A copy of the pages elsewhere."""

    @pytest.fixture
    def share(self, sender: Sender, tmp_path: Path) -> Path:
        (tmp_path / "share").mkdir()
        only(sender, f'folder = "{tmp_path / "share"}"')
        return tmp_path / "share"

    def test_holds_the_week_and_what_stands_beside_the_weeks(self, sender: Sender, share: Path) -> None:
        assert sender.send() == ["sent"]
        assert sorted(path.name for path in share.iterdir()) == [WEEK, "dictionary.html", "index.html"]
        assert folder_sha256(share / WEEK) == folder_sha256(sender.workspace.out / WEEK)
        assert (share / "index.html").read_bytes() == (sender.workspace.out / "index.html").read_bytes()

    def test_its_list_leads_to_the_weeks_that_it_holds(self, sender: Sender, share: Path) -> None:
        settings, later = load_settings(sender.workspace.root), AS_OF_ON + timedelta(days=7)
        weekly(sender.workspace, settings, Weekly(later), edges(clock=lambda: NOON + timedelta(days=7)))
        assert (sender.workspace.out / "index.html").read_text().splitlines() == [WEEK, "2026-W47"]
        assert sender.send() == ["sent"]
        assert (share / "index.html").read_text().splitlines() == ["2026-W47"]
        assert sender.send(request=Request(AS_OF_ON)) == ["sent"]
        assert (share / "index.html").read_text().splitlines() == [WEEK, "2026-W47"]

    def test_gets_the_new_pages_of_a_week_that_was_told_again(self, sender: Sender, share: Path) -> None:
        sender.send()
        (sender.workspace.inbox / "more.csv").write_text("opportunity_id\nc\n")
        weekly(sender.workspace, load_settings(sender.workspace.root), Weekly(AS_OF_ON), edges())
        assert sender.send() == ["sent"]
        assert (share / WEEK / "index.html").read_text() == "2026-11-15: 3 deals\n"
        assert sorted(path.name for path in share.iterdir()) == [WEEK, "dictionary.html", "index.html"], (
            "nothing is left behind"
        )

    def test_one_that_is_not_there_may_be_there_later(self, sender: Sender, share: Path) -> None:
        share.rmdir()
        assert sender.send() == ["temporary"]
        assert "No such folder" in sender.outcomes[0].fault
        assert sender.error == "DeliveryDelayed"

    @pytest.mark.parametrize("inside", ["", "inbox", "out", "out/2026-W46"])
    def test_one_in_the_workspace_is_refused(self, sender: Sender, inside: str) -> None:
        only(sender, f'folder = "{sender.workspace.root / inside}"')
        before = sorted(sender.workspace.root.glob("*/*"))
        assert sender.send() == ["refused"]
        assert "it lies in the workspace" in sender.outcomes[0].fault
        assert sorted(sender.workspace.root.glob("*/*")) == before

    def test_what_a_killed_copy_left_is_replaced(self, sender: Sender, share: Path) -> None:
        shutil.copytree(sender.workspace.out / WEEK / "reps", share / f".{WEEK}.new")
        assert sender.send() == ["sent"]
        assert sorted(path.name for path in share.iterdir()) == [WEEK, "dictionary.html", "index.html"]


class TestWebhook:
    """A chat is told once that the week is there."""

    def test_without_a_name_or_a_figure(self, sender: Sender) -> None:
        only(sender, 'webhook_env = "HOOK"\naddress = "https://x.example/out"')
        calls = Calls()
        with web_server(calls) as address:
            assert sender.send({"HOOK": f"{address}/secret"}) == ["sent"]
            assert sender.send({"HOOK": f"{address}/secret"}) == ["before"]
        [(method, path, content)] = calls.got
        assert (method, path) == ("POST", "/secret")
        assert content == {
            "text": f"Unnamed workspace: the walk-away report of week {WEEK} is there. https://x.example/out/{WEEK}/index.html",
            "workspace": "Unnamed workspace", "week": WEEK, "as_of": "2026-11-15",
            "link": f"https://x.example/out/{WEEK}/index.html",
        }  # fmt: skip
        assert b"secret" not in sender.workspace.ledger.read_bytes()

    @pytest.mark.parametrize(
        ("status", "told", "error"),
        [
            (404, "refused", "DeliveryFailed"),
            (429, "temporary", "DeliveryDelayed"),
            (503, "temporary", "DeliveryDelayed"),
        ],
    )
    def test_that_does_not_take_it(self, sender: Sender, status: int, told: str, error: str) -> None:
        only(sender, 'webhook_env = "HOOK"')
        with web_server(Calls(status)) as address:
            assert sender.send({"HOOK": address}) == [told]
        assert sender.error == error
        assert sender.rows() == [("HOOK", told, status, 1)]

    def test_that_does_not_answer(self, sender: Sender) -> None:
        only(sender, 'webhook_env = "HOOK"')
        assert sender.send({"HOOK": f"http://127.0.0.1:{free_port()}/"}) == ["temporary"]
        assert sender.outcomes[0].fault == "no answer (ConnectionRefusedError)"

    def test_that_nobody_vouches_for(self, sender: Sender, tmp_path: Path) -> None:
        """Calling it again does not help: a person is to look at it."""
        only(sender, 'webhook_env = "HOOK"')
        _, context = certificate(tmp_path)
        calls = Calls()
        with web_server(calls, context) as address:
            assert sender.send({"HOOK": f"{address}/secret"}) == ["refused"]
        assert sender.outcomes[0].fault == "its certificate is not trusted (self-signed certificate)"
        assert calls.got == []

    def test_whose_address_is_not_there(self, sender: Sender) -> None:
        only(sender, 'webhook_env = "HOOK"')
        assert sender.send() == ["refused"]
        assert sender.outcomes[0].fault == "the environment has no HOOK"


class TestCommands:
    """`batna deliver`, and the delivery of `batna weekly`."""

    @pytest.fixture
    def batna(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Batna:
        monkeypatch.setattr("jobs.stages.shipped_stages", lambda: STAGES)
        monkeypatch.setattr("jobs.command.now", lambda: NOON)
        return Batna(capsys)

    def test_a_line_per_recipient(self, sender: Sender, batna: Batna) -> None:
        box = Mailbox(answer=lambda address: "550 no" if address.startswith("vp") else "250 OK")
        with mail_server(box) as port:
            sender.settings(port)
            assert batna("deliver", "--workspace", sender.workspace.root) == 1
        assert batna.out.splitlines() == [
            "sent       mail     cro@acme.example",
            "refused    mail     vp@acme.example (550): the server has no such mailbox, or takes no mail for it from us",
            "sent       mail     north@acme.example",
        ]
        assert batna.err.startswith("week 2026-W46: 1 of 3 was not delivered. docs/delivery.md says")

    def test_a_dry_run_writes_what_would_be_sent(self, sender: Sender, batna: Batna, tmp_path: Path) -> None:
        sender.settings(9, 'webhook_env = "HOOK"')
        before = sender.workspace.ledger.read_bytes()
        assert batna("deliver", "--workspace", sender.workspace.root, "--to-file", tmp_path / "dry") == 0
        names = sorted(path.name for path in (tmp_path / "dry").iterdir())
        assert names == [
            "001-cro@acme.example.eml",
            "002-vp@acme.example.eml",
            "003-north@acme.example.eml",
            "webhook.json",
        ]
        message = message_from_bytes((tmp_path / "dry" / names[0]).read_bytes(), policy=default)
        assert message["To"] == "cro@acme.example"
        assert json.loads((tmp_path / "dry" / "webhook.json").read_text())["week"] == WEEK
        assert sender.workspace.ledger.read_bytes() == before
        assert sender.rows() == []

    def test_nobody_else_may_read_what_would_be_sent(self, sender: Sender, batna: Batna, tmp_path: Path) -> None:
        """Also in a folder of others, over an earlier draft, and where somebody has put a link."""
        sender.settings(9, 'webhook_env = "HOOK"')
        (tmp_path / "secret").write_text("mine")
        (tmp_path / "001-cro@acme.example.eml").write_text("an earlier one")
        (tmp_path / "002-vp@acme.example.eml").symlink_to(tmp_path / "secret")
        assert batna("deliver", "--workspace", sender.workspace.root, "--to-file", tmp_path) == 0
        drafts = [*tmp_path.glob("*.eml"), tmp_path / "webhook.json"]
        assert {mode_of(path) for path in drafts} == {0o600}
        assert (len(drafts), (tmp_path / "secret").read_text()) == (4, "mine")

    def test_without_any_way_nothing_is_done(self, workspace: Workspace, batna: Batna) -> None:
        assert batna("deliver", "--workspace", workspace.root) == 0
        assert batna.out.startswith("No delivery is set up")

    def test_the_weekly_job_delivers_the_latest_week(self, sender: Sender, batna: Batna) -> None:
        box = Mailbox()
        with mail_server(box) as port:
            sender.settings(port)
            root = sender.workspace.root
            assert batna("weekly", "--workspace", root, "--as-of", "2026-11-15", "--no-deliver") == 0
            assert box.taken == []
            assert batna("weekly", "--workspace", root, "--as-of", "2026-11-15") == 0
            assert "sent       mail     cro@acme.example" in batna.out
            assert batna("weekly", "--workspace", root, "--as-of", "2026-11-08") == 0
            assert "This is not the latest week: `batna deliver --as-of 2026-11-08` sends it." in batna.out
        assert len(box.taken) == 3

    def test_a_delivery_that_fails_leaves_the_week_published(self, sender: Sender, batna: Batna) -> None:
        sender.settings(free_port())
        assert batna("weekly", "--workspace", sender.workspace.root, "--as-of", "2026-11-15") == 1
        assert batna.out.splitlines()[0] == "week      2026-W46, as of 2026-11-15"
        assert "The other side may take it later: `batna deliver`" in batna.err
        rows = Ledger(sender.workspace.ledger).rows("select command, status from runs order by started_at, rowid")
        assert [tuple(row) for row in rows][-2:] == [("weekly", "ok"), ("deliver", "failed")]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One\n two</p><p>Three</p>", "One two\n\nThree\n"),
        ("<h1>Title</h1><p>Text &amp; more</p>", "Title\n\nText & more\n"),
        (
            "<table><tr><th>Deal</th><th>At stake</th></tr><tr><td>A <b>b</b></td><td>1</td></tr></table>",
            "Deal | At stake\nA b | 1\n",
        ),
        ("<table><tr><td>A</td></tr></table><p>x</p>", "A\n\nx\n"),
        ('<p><a href="https://x.example/">Read</a></p>', "Read: https://x.example/\n"),
        ("<head><title>T</title><style>p {}</style></head><p>x</p>", "x\n"),
    ],
)
def test_the_plain_twin(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_the_title() -> None:
    assert title("<html><head><title>A &amp; B\n· C</title></head><p>x</p></html>") == "A & B · C"
