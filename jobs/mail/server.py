"""The mail server that the settings name, and a conversation with it."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from jobs.errors import BatnaError, SettingsError
from jobs.settings import Settings

Verdict = Literal["sent", "refused", "temporary", "unknown"]
_MEANINGS = {
    530: "the server wants a login (user in [mail])",
    550: "the server has no such mailbox, or takes no mail for it from us",
    552: "the mail is larger than the server takes, or the mailbox is full",
    553: "the server does not allow this address, or mail.sender",
    554: "the server takes no mail like this from us",
}
_SILENT = 'it fell silent, or hung up (a server that speaks TLS at once wants security = "tls")'
_MEND = "Look at [mail] in batna.toml, and whether the server is up"


class MailUnreachable(BatnaError):
    """The mail server did not answer, or would not talk to us; nothing was sent. is_temporary: later it may."""

    def __init__(self, place: str, fault: str, mend: str, *, is_temporary: bool) -> None:
        self.is_temporary = is_temporary
        super().__init__(place, fault, mend)


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed in. security: starttls, tls or none. ca_file: whom to trust besides the system's list."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    timeout: int
    ca_file: Path | None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other side said to one message. code: of SMTP, None where it fell silent.

    unknown: it fell silent after the message was handed over, so it may have been taken. words: what was wrong, where
    that can be told.
    """

    verdict: Verdict
    code: int | None = None
    words: str = field(default="", compare=False)


@dataclass
class Postman:
    """Hands in one message after the other."""

    server: Server
    smtp: smtplib.SMTP

    def make_ready(self) -> None:
        """Connect again where the server has ended the conversation, as some do once they refuse a message.

        Raises as `connected` does.
        """
        with suppress(smtplib.SMTPException, OSError):
            if self.smtp.rset()[0] == 250:
                return
        self.smtp.close()
        self.smtp = _reached(self.server)

    def post(self, sender: str, recipient: str, message: bytes) -> Reply:
        """Hand in one message for one recipient; every outcome is a reply."""
        smtp = self.smtp
        size = [f"size={len(message)}"] if smtp.has_extn("size") else []
        try:
            smtp.rset()
            for code, _ in (smtp.mail(sender, size), smtp.rcpt(recipient)):
                if code not in (250, 251):
                    return _refusal(code)
        except (smtplib.SMTPException, OSError):
            return Reply("temporary")
        return _hand_over(smtp, message)


def server_of(settings: Settings, environment: Mapping[str, str]) -> Server:
    """The mail server. Raises SettingsError where there is none, or the environment does not hold its password."""
    mail = settings.mail
    if not mail.host:
        raise SettingsError("batna.toml", "mail.host is not set", "Name the mail server in [mail]")
    password = environment.get(mail.password_env, "")
    if mail.user and not password:
        mend = f"Put the password of {mail.user} into {mail.password_env}"
        raise SettingsError("batna.toml", f"the environment has no {mail.password_env}", mend)
    if mail.user and not f"{mail.user}{password}".isascii():
        fault = f"mail.user or the password in {mail.password_env} has signs beyond ASCII, and logging in knows none"
        raise SettingsError("batna.toml", fault, "Give this account a plain name and password")
    ca_file = Path(mail.ca_file) if mail.ca_file else None
    return Server(mail.host, mail.port, mail.security, mail.user, password, mail.timeout, ca_file)


@contextmanager
def connected(server: Server) -> Iterator[Postman]:
    """A conversation with the server, encrypted and authenticated as the settings say.

    Raises MailUnreachable, and SettingsError where `mail.ca_file` cannot be read.
    """
    postman = Postman(server, _reached(server))
    try:
        yield postman
    finally:
        with suppress(smtplib.SMTPException, OSError):
            postman.smtp.quit()


def _hand_over(smtp: smtplib.SMTP, message: bytes) -> Reply:
    try:
        code, _ = smtp.docmd("data")
        if code != 354:
            return _refusal(code)
        smtp.send(re.sub(rb"(?m)^\.", b"..", message if message.endswith(b"\r\n") else message + b"\r\n"))
    except (smtplib.SMTPException, OSError):
        return Reply("temporary")  # a message whose end has not come is thrown away
    try:
        smtp.send(b".\r\n")
        code, _ = smtp.getreply()
    except (smtplib.SMTPException, OSError):
        return Reply("unknown")
    return Reply("sent", code) if code == 250 else _refusal(code)


def _reached(server: Server) -> smtplib.SMTP:
    place = f"mail server {server.host}:{server.port}"
    try:
        return _opened(server)
    except smtplib.SMTPResponseException as error:
        is_temporary = 400 <= error.smtp_code < 500
        is_stranger = isinstance(error, smtplib.SMTPAuthenticationError)
        fault = f"it said {error.smtp_code}" + (" to this user and password" if is_stranger else "")
        raise MailUnreachable(place, fault, _MEND, is_temporary=is_temporary) from error
    except smtplib.SMTPServerDisconnected as error:
        raise MailUnreachable(place, _SILENT, _MEND, is_temporary=True) from error
    except (smtplib.SMTPException, ssl.SSLError) as error:
        raise MailUnreachable(place, _words(error), _MEND, is_temporary=False) from error
    except OSError as error:
        raise MailUnreachable(place, _words(error), _MEND, is_temporary=True) from error
    except UnicodeError:  # what was wrong with a name, or a part of it, is too long or empty
        raise MailUnreachable(place, "this is no name of a server", _MEND, is_temporary=False) from None


def _opened(server: Server) -> smtplib.SMTP:
    context = _trusting(server.ca_file)
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
    try:
        smtp.ehlo()
        if server.security == "starttls":
            smtp.starttls(context=context)
            smtp.ehlo()
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _trusting(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:  # ssl.SSLError is one
            fault = f"cannot be read as certificates ({error.strerror or type(error).__name__})"
            raise SettingsError(str(ca_file), fault, "mail.ca_file in batna.toml names it") from None
    return context


def _refusal(code: int) -> Reply:
    """What the code means; the server's own words may quote what was sent."""
    return Reply("temporary", code) if 400 <= code < 500 else Reply("refused", code, _MEANINGS.get(code, ""))


def _words(error: Exception) -> str:
    """The kind of fault in the system's words; what the server says may quote what was sent."""
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "it does not offer what the settings ask for (STARTTLS, or a way to log in)"
    if isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER":
        return 'it does not speak TLS at once (security = "starttls" is for such a server)'
    if isinstance(error, ssl.SSLError):
        return f"no encrypted connection could be made ({getattr(error, 'verify_message', '') or error.reason})"
    if isinstance(error, OSError):
        return f"it cannot be reached ({error.strerror or type(error).__name__})"
    return f"it would not talk ({type(error).__name__})"
