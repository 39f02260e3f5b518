"""A published week goes to everybody once, by a real mail server, whatever that says."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from jobs.deliver.deliver import Request
from jobs.ledger import Ledger
from jobs.slot import Slot
from tests.deliver.conftest import WEEK, Sender
from tests.fakes import NOON
from tests.mail.servers import Mailbox, free_port, mail_server

ROOT = Path(__file__).parent.parent.parent
SLOT = Request(slot=Slot("deliver", date(2026, 11, 16), NOON))
ALL = ["cro@acme.example", "vp@acme.example", "north@acme.example"]


def pages(sender: Sender) -> dict[str, str]:
    found = sorted(path for path in sender.workspace.out.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def test_everybody_gets_the_week_once(sender: Sender) -> None:
    box, before = Mailbox(), pages(sender)
    with mail_server(box) as port:
        sender.settings(port)
        assert sender.send() == ["sent", "sent", "sent"]
        assert sender.send() == ["before", "before", "before"]
    assert box.recipients == ALL
    assert sender.error is None
    assert sender.rows() == [(address, "sent", 250, 1) for address in sorted(ALL)]
    assert pages(sender) == before


def test_a_second_date_of_the_same_week_is_not_sent_again(sender: Sender) -> None:
    box = Mailbox()
    with mail_server(box) as port:
        sender.settings(port)
        sender.send()
        with Ledger(sender.workspace.ledger).transaction() as connection:
            assert connection.execute("select distinct week from deliveries").fetchall() == [(WEEK,)]
        sender.settings(port, 'pages = "none"')
        text = sender.workspace.settings_file.read_text(encoding="utf-8").replace("cro@", "CRO@")
        sender.workspace.settings_file.write_text(text, encoding="utf-8")
        assert sender.send() == ["before"] * 3, "an address is the same in capitals"


class TestMessage:
    """What arrives, parsed."""

    @pytest.fixture
    def box(self, sender: Sender) -> Mailbox:
        box = Mailbox()
        with mail_server(box) as port:
            sender.settings(port)
            sender.send()
        return box

    def test_its_head(self, box: Mailbox) -> None:
        first, second, third = box.messages()
        assert [first["To"], first["From"], first["Subject"]] == [
            "cro@acme.example", "batna@acme.example", "Week of all (en)",
        ]  # fmt: skip
        assert first["Date"].datetime == NOON
        assert second["Subject"] == "Week of all (ms)"
        assert third["Subject"] == "Week of North (en)"
        assert len({message["Message-ID"] for message in (first, second, third)}) == 3
        assert first["Message-ID"].startswith(f"<{WEEK}.")
        assert first["Message-ID"].endswith("@acme.example>")

    def test_its_body_has_a_plain_twin(self, box: Mailbox) -> None:
        message = box.messages()[0]
        plain, rich = message.get_body(("plain",)), message.get_body(("html",))
        assert plain
        assert rich
        assert plain.get_content().splitlines() == ["As of 2026-11-15"]
        assert "<p>As of 2026-11-15" in rich.get_content()

    def test_its_pages_are_the_published_ones_byte_for_byte(self, sender: Sender, box: Mailbox) -> None:
        message = box.messages()[0]
        files = list(message.iter_attachments())
        assert [file.get_filename() for file in files] == ["index.html", "ada.html"]
        week = sender.workspace.out / WEEK
        assert [file.get_payload(decode=True) for file in files] == [
            (week / "index.html").read_bytes(), (week / "reps" / "ada.html").read_bytes(),
        ]  # fmt: skip
        assert {(file.get_content_type(), file.get_content_charset()) for file in files} == {("text/html", "utf-8")}
        assert [file.get_filename() for file in box.messages()[2].iter_attachments()] == ["ada.html"]

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ('pages = "none"', "As of 2026-11-15"),
            ('pages = "link"\naddress = "https://x.example/out/"', f"https://x.example/out/{WEEK}"),
        ],
    )
    def test_a_link_or_nothing_in_their_place(self, sender: Sender, more: str, said: str) -> None:
        box = Mailbox()
        with mail_server(box) as port:
            sender.settings(port, more)
            sender.send()
        message = box.messages()[0]
        plain = message.get_body(("plain",))
        assert plain
        assert said in plain.get_content()
        assert list(message.iter_attachments()) == []


class TestRefusals:
    """What is tried again, and what is not."""

    def test_a_recipient_who_is_refused_is_told_and_left_to_a_person(self, sender: Sender) -> None:
        box = Mailbox(answer=lambda address: "550 unknown" if address.startswith("vp") else "250 OK")
        with mail_server(box) as port:
            sender.settings(port)
            assert sender.send(request=SLOT) == ["sent", "refused", "sent"]
            assert sender.error == "DeliveryFailed"
            assert "no such mailbox" in sender.outcomes[1].fault
            assert sender.rows()[2] == ("vp@acme.example", "refused", 550, 1)
            box.answer = lambda _: "250 OK"
            assert sender.send(request=SLOT) == ["before", "refused", "before"], "not by itself"
            assert sender.send() == ["before", "sent", "before"], "by hand it is"
        assert sorted(box.recipients) == sorted(ALL)

    def test_what_fails_for_a_time_is_tried_again(self, sender: Sender) -> None:
        box = Mailbox(answer=lambda address: "451 later" if address.startswith("cro") else "250 OK")
        with mail_server(box) as port:
            sender.settings(port)
            assert sender.send(request=SLOT) == ["temporary", "sent", "sent"]
            assert sender.error == "DeliveryDelayed"
            box.answer = lambda _: "250 OK"
            assert sender.send(request=SLOT) == ["sent", "before", "before"]
        assert sender.rows()[0] == ("cro@acme.example", "sent", 250, 2)
        assert sorted(box.recipients) == sorted(ALL)

    def test_a_server_that_hangs_up_at_one_recipient_gets_the_others_all_the_same(self, sender: Sender) -> None:
        """By each attempt: it would hang up at the same one first every time."""
        box = Mailbox(answer=lambda address: "421 bye" if address.startswith("cro") else "250 OK")
        with mail_server(box) as port:
            sender.settings(port)
            assert sender.send(request=SLOT) == ["temporary", "sent", "sent"]
        assert box.recipients == ALL[1:]

    def test_without_a_server_nobody_is_marked_and_all_get_it_later(self, sender: Sender) -> None:
        sender.settings(free_port())
        assert sender.send() == ["temporary"] * 3
        assert sender.error == "DeliveryDelayed"
        assert "cannot be reached" in sender.outcomes[0].fault
        assert sender.rows() == []
        box = Mailbox()
        with mail_server(box) as port:
            sender.settings(port)
            assert sender.send() == ["sent"] * 3

    def test_a_password_that_is_not_there_is_for_a_person_to_mend(self, sender: Sender) -> None:
        sender.settings(9)
        text = sender.workspace.settings_file.read_text(encoding="utf-8")
        sender.workspace.settings_file.write_text(text.replace('"none"', '"tls"\nuser = "batna"'), encoding="utf-8")
        assert sender.send() == ["refused"] * 3
        assert sender.error == "DeliveryFailed"
        assert sender.outcomes[0].fault == "the environment has no BATNA_MAIL_PASSWORD"

    def test_a_team_that_the_week_does_not_have(self, sender: Sender) -> None:
        box = Mailbox()
        with mail_server(box) as port:
            sender.settings(port)
            text = sender.workspace.settings_file.read_text(encoding="utf-8").replace('"North"', '"nowhere"')
            sender.workspace.settings_file.write_text(text, encoding="utf-8")
            assert sorted(sender.send()) == ["no page", "sent", "sent"]
        assert sender.error == "DeliveryFailed"

    def test_a_week_that_is_not_published(self, sender: Sender) -> None:
        assert sender.send(request=Request(date(2026, 11, 8))) == []
        assert sender.error == "DataRefused"


class TestKill:
    """A process that is killed between handing over and writing it down."""

    @pytest.mark.parametrize(
        ("step", "got"),
        [("taken on: mail", []), ("handed over: mail", ["cro@acme.example"])],
        ids=["before it is handed over", "after it is handed over"],
    )
    def test_nobody_ever_gets_a_second_mail(self, sender: Sender, step: str, got: list[str]) -> None:
        box = Mailbox()
        with mail_server(box) as port:
            sender.settings(port)
            command = [sys.executable, "-m", "tests.deliver.killed", str(sender.workspace.root), step]
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            died = subprocess.run(command, cwd=ROOT, env=environment, check=False)
            assert died.returncode == -signal.SIGKILL
            assert box.recipients == got
            assert sender.rows() == [("cro@acme.example", "sending", None, 1)]
            assert sender.send() == ["unknown", "sent", "sent"]
            assert sender.error == "DeliveryFailed", "somebody is to ask the recipient"
            assert sender.send() == ["unknown", "before", "before"]
        assert box.recipients == [*got, "vp@acme.example", "north@acme.example"]
