"""The conversation with a mail server: what is sent, refused, tried later, or unknown."""

from __future__ import annotations

import socket
import struct
from pathlib import Path
from threading import Thread

import pytest

from jobs.errors import SettingsError
from jobs.mail.server import MailUnreachable, Reply, Server, connected, server_of
from jobs.settings import parse_settings
from tests.mail.servers import PASSWORD, Mailbox, certificate, free_port, login, mail_server

MESSAGE = b"Subject: x\r\n\r\nHello\r\n.a line that begins with a dot\r\n"


def server(
    port: int, security: str = "none", user: str = "", password: str = "", ca_file: Path | None = None
) -> Server:
    return Server("127.0.0.1", port, security, user, password, 20, ca_file)


def send(port: int, *recipients: str) -> list[Reply]:
    with connected(server(port)) as postman:
        return [postman.post("batna@acme.example", recipient, MESSAGE) for recipient in recipients]


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


def test_a_message_that_is_larger_than_the_server_takes_is_refused_before_it_is_sent() -> None:
    box = Mailbox()
    with mail_server(box, data_size_limit=len(MESSAGE) - 1) as port:
        [reply] = send(port, "ada@x.example")
    assert (reply.verdict, reply.code) == ("refused", 552)
    assert reply.words == "the mail is larger than the server takes, or the mailbox is full"


def test_a_conversation_that_the_server_has_ended_is_begun_again() -> None:
    box = Mailbox(answer=lambda address: "421 bye" if address.startswith("bo") else "250 OK")
    with mail_server(box) as port, connected(server(port)) as postman:
        replies = []
        for name in ("ada", "bo", "cy"):
            postman.make_ready()
            replies.append(postman.post("batna@acme.example", f"{name}@x.example", MESSAGE).verdict)
    assert replies == ["sent", "temporary", "sent"]
    assert box.recipients == ["ada@x.example", "cy@x.example"]


@pytest.mark.parametrize("greeting", [b"", b"421 too busy\r\n"])
def test_a_server_that_hangs_up_before_anything_was_said_may_take_it_later(greeting: bytes) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def hang_up() -> None:
        conversation, _ = listener.accept()
        with conversation:
            conversation.sendall(greeting)

    thread = Thread(target=hang_up, daemon=True)
    thread.start()
    with pytest.raises(MailUnreachable) as raised, connected(server(listener.getsockname()[1])):
        pass
    thread.join()
    listener.close()
    assert raised.value.is_temporary
    assert ("it said 421" if greeting else "it fell silent, or hung up") in raised.value.fault


def test_tls_at_a_server_that_does_not_speak_it_at_once(tmp_path: Path) -> None:
    made, _ = certificate(tmp_path)
    with (
        mail_server(Mailbox()) as port,
        pytest.raises(MailUnreachable, match='security = "starttls" is for such a server') as raised,
        connected(server(port, "tls", ca_file=made)),
    ):
        pass
    assert not raised.value.is_temporary


@pytest.mark.parametrize(
    ("last", "verdict"),
    [
        ("DATA", "temporary"),  # the command: no word of the message was asked for
        ("Subject", "temporary"),  # in the middle of it: a server throws away what has no end
        (".", "unknown"),  # after its end: it may have been taken
    ],
)
def test_what_a_server_that_hangs_up_has_taken(last: str, verdict: str) -> None:
    heard, replies = hang_up_at(last, MESSAGE + b"x" * 20_000_000 + b"\r\n")
    assert replies == [Reply(verdict)]  # type: ignore[arg-type]
    assert heard == last


def hang_up_at(last: str, message: bytes) -> tuple[str, list[Reply]]:
    """Hand a message to a server that goes when it has heard a line that begins so; that word, and the replies."""
    listener, heard = socket.create_server(("127.0.0.1", 0)), [""]

    def talk() -> None:
        conversation, _ = listener.accept()
        conversation.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with conversation, conversation.makefile("rb") as said:
            conversation.sendall(b"220 hello\r\n")
            in_message = False
            for line in said:
                words = line.decode().strip()
                if words == "." if last == "." else words.upper().startswith(last.upper()):
                    heard[0] = last
                    return
                if words.upper() == "DATA":
                    in_message = True
                    conversation.sendall(b"354 go on\r\n")
                elif not in_message:
                    conversation.sendall(b"250 OK\r\n")

    thread = Thread(target=talk, daemon=True)
    thread.start()
    with connected(server(listener.getsockname()[1])) as postman:
        reply = postman.post("batna@acme.example", "ada@x.example", message)
    thread.join()
    listener.close()
    return heard[0], [reply]


@pytest.mark.parametrize("host", ["smtp..acme.example", "x" * 300])
def test_a_host_that_is_no_name(host: str) -> None:
    with (
        pytest.raises(MailUnreachable, match="this is no name of a server") as raised,
        connected(Server(host, 25, "none", "", "", 20, None)),
    ):
        pass
    assert not raised.value.is_temporary


class TestEncryption:
    """STARTTLS, TLS, and logging in over them."""

    def test_starttls_and_a_password(self, tmp_path: Path) -> None:
        made, context = certificate(tmp_path)
        box = Mailbox()
        options = {"tls_context": context, "require_starttls": True, "authenticator": login, "auth_required": True}
        with mail_server(box, **options) as port:
            with connected(server(port, "starttls", "batna", PASSWORD, made)) as postman:
                assert postman.post("a@x.example", "b@x.example", MESSAGE).verdict == "sent"
            with (
                pytest.raises(MailUnreachable, match="it said 535 to this user and password") as raised,
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
            with connected(server(port, "tls", ca_file=made)) as postman:
                assert postman.post("a@x.example", "b@x.example", MESSAGE).verdict == "sent"
            with (
                pytest.raises(MailUnreachable, match="no encrypted connection could be made") as raised,
                connected(server(port, "tls")),
            ):
                pass
            assert not raised.value.is_temporary, "a certificate that nobody knows does not mend itself"

    def test_certificates_that_are_not_there_are_no_fault_of_the_server(self, tmp_path: Path) -> None:
        with (
            mail_server(Mailbox()) as port,
            pytest.raises(SettingsError, match=r"gone\.pem: cannot be read as certificates \(No such file"),
            connected(server(port, "tls", ca_file=tmp_path / "gone.pem")),
        ):
            pass

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

    def test_one_that_cannot_be_sent_is_told_without_it(self) -> None:
        with pytest.raises(SettingsError, match="has signs beyond ASCII") as raised:
            server_of(parse_settings(self.TEXT), {"BATNA_MAIL_PASSWORD": "geheim\u00e4"})
        assert "geheim" not in str(raised.value)

    def test_without_a_server_there_is_no_mail(self) -> None:
        with pytest.raises(SettingsError, match=r"mail\.host is not set"):
            server_of(parse_settings(""), {})
