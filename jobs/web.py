"""Short calls of web addresses: webhooks and dead-man switches. Nothing waits for them for long."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from threading import Thread
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import Request, urlopen

TIMEOUT = 10.0  # seconds, for all of it


class WebError(Exception):
    """A call that did not do what it should. Its words name no address, which may be a secret.

    status: of HTTP, None where there was no answer. was_sent: the other side may have taken it all the same.
    """

    def __init__(self, words: str, status: int | None = None, *, was_sent: bool = False) -> None:
        self.status = status
        self.was_sent = was_sent
        super().__init__(words)


def get(address: str) -> None:
    """Call an address. Raises WebError."""
    _within_time(lambda: _open(address, None))


def post_json(address: str, content: Mapping[str, object]) -> None:
    """Send JSON to an address. Raises WebError."""
    body = json.dumps(content).encode()
    _within_time(lambda: _open(address, body))


def below(address: str, name: str) -> str:
    """An address one step further: what stands after `?` stays there."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{name}"))


def is_web_address(text: str) -> bool:
    """Whether this can be called."""
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _open(address: str, body: bytes | None) -> None:
    if not is_web_address(address):
        raise WebError("the address is none of the web: it must begin with https:// or http://")
    request = Request(address, body, {"Content-Type": "application/json"} if body else {})
    try:
        with urlopen(request, timeout=TIMEOUT):
            pass
    except HTTPError as error:
        error.close()
        raise WebError(f"the other side said {error.code}", error.code) from None
    except URLError as error:
        raise WebError(f"no answer ({type(error.reason).__name__})") from None
    except (OSError, ValueError) as error:
        raise WebError(f"no answer ({type(error).__name__})", was_sent=isinstance(error, OSError)) from None


def _within_time(call: Callable[[], None]) -> None:
    """Give up in time, also where a name cannot be looked up, for which the system takes as long as it likes."""
    failed: list[WebError] = []

    def work() -> None:
        try:
            call()
        except WebError as error:
            failed.append(error)

    thread = Thread(target=work, daemon=True)
    thread.start()
    thread.join(TIMEOUT)
    if thread.is_alive():
        raise WebError("no answer in time", was_sent=True)
    if failed:
        raise failed[0]
