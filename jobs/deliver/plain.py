"""The plain twin of a mail, made of the same tags, so that both say the same."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_LINES = ("p", "h1", "h2", "tr")
_CELLS = ("td", "th")


def plain_text(html: str) -> str:
    """A line per paragraph, heading and row; cells side by side; a link with its address."""
    reader = _Reader()
    reader.feed(html)
    text = re.sub(r"[ \t\r\n]+", " ", "".join(reader.parts)).replace(" \x00", "\x00").replace("\x00 ", "\x00")
    lines = (line.strip(" |") for line in text.replace("\x00", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def title(html: str) -> str:
    """The words of the title."""
    reader = _Reader()
    reader.feed(html)
    return " ".join("".join(reader.title).split())


class _Reader(HTMLParser):
    """Collects the words; \\x00 stands for the end of a line."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.title: list[str] = []
        self._inside: list[str] = []
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("title", "style"):
            self._inside.append(tag)
        self._link = dict(attrs).get("href") or "" if tag == "a" else self._link
        if tag in ("h1", "h2"):
            self.parts.append("\x00")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("title", "style"):
            self._inside.pop()
        elif tag == "a":
            self.parts.append(f": {self._link}")
        elif tag in _CELLS:
            self.parts.append(" | ")
        elif tag == "table":
            self.parts.append("\x00")
        elif tag in _LINES:
            self.parts.append("\x00" if tag == "tr" else "\x00\x00")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.title += [data] if self._inside[-1] == "title" else []
        else:
            self.parts.append(data)
