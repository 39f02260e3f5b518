"""Short calls of web addresses: webhooks and dead-man switches. Nothing waits for them for long."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from http.client import HTTPException, HTTPMessage, InvalidURL
from ssl import SSLCertVerificationError
from threading import Thread
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

NO_ADDRESS = "no address of the web: it begins with https:// or http://, and holds neither blanks nor a user"
TIMEOUT = 10.0  # seconds, for all of it


class WebError(Exception):
    """A call that did not do what it should. Its words name no address, which may be a secret.

    status: of HTTP, None where there was no answer. was_sent: the other side may have taken it all the same.
    """

    def __init__(self, words: str, status: int | None = None, *, was_sent: bool = False) -> None:
        self.status = status
        self.was_sent = was_sent
        super().__init__(words)


class ForSomebodyToMend(WebError):
    """What fails however often it is tried."""


class NotAnAddress(ForSomebodyToMend):
    """What cannot be called."""

    def __init__(self) -> None:
        super().__init__(f"the address is {NO_ADDRESS}")


def get(address: str) -> None:
    """Call an address. Raises WebError."""
    _within_time(lambda: _open(address, None))


def post_json(address: str, content: Mapping[str, object]) -> None:
    """Send JSON to an address. Raises WebError."""
    body = json.dumps(content).encode()
    _within_time(lambda: _open(address, body))


def below(address: str, name: str) -> str:
    """An address one step further: what stands after `?` stays there. Raises WebError."""
    try:
        parts = urlsplit(address)
    except ValueError:
        raise NotAnAddress from None
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{name}"))


def is_web_address(text: str) -> bool:
    """Whether this can be called. One with a user and a password before the server's name cannot."""
    try:
        parts = urlsplit(text)
        has_port = parts.port is None or parts.port > 0  # a port that is no number raises ValueError
    except ValueError:
        return False
    is_plain = not re.search(r"[\x00-\x20\x7f]", text) and "@" not in parts.netloc
    return parts.scheme in ("http", "https") and bool(parts.hostname) and has_port and is_plain


class _Redirects(HTTPRedirectHandler):
    """What was sent to an address that has moved is lost: the new one gets a call without it. So that is an error."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if not is_web_address(newurl) or (req.data is not None and code != 303):  # 303: it was taken, see there
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _open(address: str, body: bytes | None) -> None:
    if not is_web_address(address):
        raise NotAnAddress
    request = Request(address, body, {"Content-Type": "application/json"} if body else {})
    try:
        with build_opener(_Redirects).open(request, timeout=TIMEOUT):
            pass
    except HTTPError as error:
        error.close()
        raise WebError(f"the other side said {error.code}", error.code) from None
    except URLError as error:
        if isinstance(error.reason, SSLCertVerificationError):
            words = f"its certificate is not trusted ({error.reason.verify_message})"
            raise ForSomebodyToMend(words) from None
        raise WebError(f"no answer ({type(error.reason).__name__})") from None
    except (ValueError, InvalidURL):
        raise NotAnAddress from None
    except (OSError, HTTPException) as error:
        raise WebError(f"no answer ({type(error).__name__})", was_sent=True) from None


def _within_time(call: Callable[[], None]) -> None:
    """Give up in time, also where a name cannot be looked up, for which the system takes as long as it likes."""
    failed: list[Exception] = []

    def work() -> None:
        try:
            call()
        except Exception as error:  # the thread that waits raises it
            failed.append(error)

    thread = Thread(target=work, daemon=True)
    thread.start()
    thread.join(TIMEOUT)
    if thread.is_alive():
        raise WebError("no answer in time", was_sent=True)
    if failed:
        raise failed[0]
