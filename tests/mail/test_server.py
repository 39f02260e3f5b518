"""The conversation with a mail server: what is sent, refused, tried later, or unknown."""

from __future__ import annotations

import socket
from pathlib import Path
from threading import Thread

import pytest

from jobs.errors import SettingsError
from jobs.mail.server import MailUnreachable, Reply, Server, connected, post, server_of
from jobs.settings import parse_settings
from tests.mail.servers import PASSWORD, Mailbox, certificate, free_port, login, mail_server

MESSAGE = b"Subject: x\r\n\r\nHello\r\n.a line that begins with a dot\r\n"


def server(
    port: int, security: str = "none", user: str = "", password: str = "", ca_file: Path | None = None
) -> Server:
    return Server("127.0.0.1", port, security, user, password, 20, ca_file)


def send(port: int, *recipients: str) -> list[Reply]:
    with connected(server(port)) as smtp:
        return [post(smtp, "batna@acme.example", recipient, MESSAGE) for recipient in recipients]


def test_a_message_arrives_byte_for_byte() -> None:
    box = Mailbox()
    with mail_server(box) as port:
        assert send(port, "ada@acme.example") == [Reply("sent", 250)]
    assert box.taken == [("ada@acme.example", MESSAGE)]


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("550 no such user", Reply("refused", 550)),
        ("551 not here", Reply("refused", 551)),
        ("450 busy", Reply("temporary", 450)),
        ("452 full", Reply("temporary", 452)),
    ],
)
def test_a_recipient_who_is_refused_does_not_keep_the_others_from_theirs(said: str, reply: Reply) -> None:
    box = Mailbox(answer=lambda address: said if address.startswith("bo") else "250 OK")
    with mail_server(box) as port:
        assert send(port, "ada@x.example", "bo@x.example", "cy@x.example") == [
            Reply("sent", 250), reply, Reply("sent", 250),
        ]  # fmt: skip
    assert box.recipients == ["ada@x.example", "cy@x.example"]


@pytest.mark.parametrize(("said", "verdict"), [("554 spam", "refused"), ("451 try later", "temporary")])
def test_a_message_that_is_refused_as_a_whole(said: str, verdict: str) -> None:
    box = Mailbox(to_data=lambda: said)
    with mail_server(box) as port:
        [reply] = send(port, "ada@x.example")
    assert reply.verdict == verdict


def test_silence_after_the_message_was_handed_over_is_unknown() -> None:
    """A server that takes the whole message and hangs up: it may have been taken."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        conversation, _ = listener.accept()
        with conversation, conversation.makefile("rb") as said:
            conversation.sendall(b"220 hello\r\n")
            for line in said:
                if line.startswith(b"DATA"):
                    conversation.sendall(b"354 go on\r\n")
                elif line == b".\r\n":
                    return
                elif (
                    b":" in line.partition(b"Subject")[0]
                    or line[:4] in (b"EHLO", b"ehlo", b"RSET", b"rset")
                    or line.upper().startswith((b"MAIL", b"RCPT"))
                ):
                    conversation.sendall(b"250 OK\r\n")
                elif line.upper().startswith(b"DATA"):
                    conversation.sendall(b"354 go on\r\n")

    thread = Thread(target=talk, daemon=True)
    thread.start()
    assert send(listener.getsockname()[1], "ada@x.example") == [Reply("unknown")]
    thread.join()
    listener.close()


class TestEncryption:
    """STARTTLS, TLS, and logging in over them."""

    def test_starttls_and_a_password(self, tmp_path: Path) -> None:
        made, context = certificate(tmp_path)
        box = Mailbox()
        options = {"tls_context": context, "require_starttls": True, "authenticator": login, "auth_required": True}
        with mail_server(box, **options) as port:
            with connected(server(port, "starttls", "batna", PASSWORD, made)) as smtp:
                assert post(smtp, "a@x.example", "b@x.example", MESSAGE).verdict == "sent"
            with (
                pytest.raises(MailUnreachable, match="it said 535") as raised,
                connected(server(port, "starttls", "batna", "wrong", made)),
            ):
                pass
            assert not raised.value.is_temporary
            assert "wrong" not in str(raised.value)
        assert box.recipients == ["b@x.example"]

    def test_tls_from_the_first_byte(self, tmp_path: Path) -> None:
        made, context = certificate(tmp_path)
        box = Mailbox()
        with mail_server(box, ssl_context=context) as port:
            with connected(server(port, "tls", ca_file=made)) as smtp:
                assert post(smtp, "a@x.example", "b@x.example", MESSAGE).verdict == "sent"
            with (
                pytest.raises(MailUnreachable, match="no encrypted connection could be made") as raised,
                connected(server(port, "tls")),
            ):
                pass
            assert not raised.value.is_temporary, "a certificate that nobody knows does not mend itself"

    def test_a_server_without_starttls_gets_nothing(self) -> None:
        box = Mailbox()
        with (
            mail_server(box) as port,
            pytest.raises(MailUnreachable, match="does not offer"),
            connected(server(port, "starttls")),
        ):
            pass
        assert box.taken == []


def test_no_server_is_said_and_may_be_there_later() -> None:
    with (
        pytest.raises(MailUnreachable, match=r"cannot be reached \(Connection refused\)") as raised,
        connected(server(free_port())),
    ):
        pass
    assert raised.value.is_temporary


class TestSettings:
    TEXT = '[mail]\nhost = "mail.acme.example"\nsender = "batna@acme.example"\nuser = "batna"\n'

    def test_the_password_is_in_the_environment(self) -> None:
        found = server_of(parse_settings(self.TEXT), {"BATNA_MAIL_PASSWORD": "secret"})
        assert (found.host, found.port, found.security, found.password) == (
            "mail.acme.example",
            587,
            "starttls",
            "secret",
        )
        assert "secret" not in repr(found)

    def test_one_that_is_missing_is_named(self) -> None:
        with pytest.raises(SettingsError, match="the environment has no BATNA_MAIL_PASSWORD"):
            server_of(parse_settings(self.TEXT), {})

    def test_without_a_server_there_is_no_mail(self) -> None:
        with pytest.raises(SettingsError, match=r"mail\.host is not set"):
            server_of(parse_settings(""), {})
