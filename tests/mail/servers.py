"""Real servers on loopback: one takes mail, one answers the web. A test starts and ends them."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

PASSWORD = "correct horse"


@dataclass
class Mailbox:
    """What a mail server has taken. answer: what it says to a recipient; to_data: to a whole message."""

    answer: Callable[[str], str] = lambda _: "250 OK"
    to_data: Callable[[], str] = lambda: "250 OK"
    taken: list[tuple[str, bytes]] = field(default_factory=list)

    def messages(self) -> list[EmailMessage]:
        """The messages, parsed."""
        return [message_from_bytes(content, policy=default) for _, content in self.taken]  # type: ignore[misc]

    @property
    def recipients(self) -> list[str]:
        """To whom they went."""
        return [recipient for recipient, _ in self.taken]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        """Called by the server."""
        told = self.answer(address)
        if told.startswith("250"):
            envelope.rcpt_tos.append(address)
        if told.startswith("421"):
            server.transport.close()
        return told

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Called by the server."""
        told = self.to_data()
        if told.startswith("250"):
            self.taken += [(recipient, envelope.original_content) for recipient in envelope.rcpt_tos]
        return told


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def mail_server(mailbox: Mailbox, **options: Any) -> Iterator[int]:
    """A mail server for as long as the block runs; its port."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    """Knows one password."""
    is_right = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
    return AuthResult(success=is_right, handled=False)


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for localhost that nobody has signed, and the context of a server that shows it."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not here to make a certificate")
    key, made = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(made)],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return made, context


@dataclass
class Calls:
    """What a web server was called with, and the status that it answers."""

    status: int = 200
    got: list[tuple[str, str, Any]] = field(default_factory=list)


@contextmanager
def web_server(calls: Calls, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """A web server for as long as the block runs; its address. context: it shows this certificate."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _answer(self, content: Any) -> None:
            calls.got.append((self.command, self.path, content))
            self.send_response(calls.status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def answers(answer: bytes) -> Iterator[str]:
    """A server that says this to the first call, whatever it is; its address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def say() -> None:
        conversation, _ = listener.accept()
        with conversation:
            conversation.recv(65536)
            conversation.sendall(answer)

    thread = Thread(target=say, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        thread.join()
        listener.close()
