"""Rendered pages for tests: the three hand-made warehouses, and what a page's source says."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from jobs.render import render_week
from jobs.settings import Settings, parse_settings
from tests.render.companies import bare, none_declined, sample
from tests.render.warehouse import AS_OF, Warehouse

WAREHOUSES = {"sample": sample, "bare": bare, "none_declined": none_declined}
SETTINGS_TEXT = '[workspace]\nname = "Acme & Sons"\ntime_zone = "Europe/Berlin"\n'

EDITIONS = '[reporting]\neditions = ["leader", "rep", "team"]\n'

_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)


def settings(text: str = "") -> Settings:
    """The settings of the hand-made company; `text` is added to its batna.toml."""
    return parse_settings(SETTINGS_TEXT + text)


def render(warehouse: Warehouse, target: Path, text: str = "") -> dict[str, str]:
    """Path below the week's folder -> source of the page."""
    written = render_week(warehouse.connection, settings(text), AS_OF, target)
    return {path.relative_to(target).as_posix(): path.read_text(encoding="utf-8") for path in written}


def without_css(source: str) -> str:
    """The page as golden files keep it."""
    return _STYLE.sub("<style></style>", source)


def words(source: str) -> str:
    """What a reader sees, in one line."""
    reader = Reader()
    reader.feed(source)
    return re.sub(r"\s+", " ", " ".join(reader.texts)).strip()


class Reader(HTMLParser):
    """Collects the tags, ids, links and texts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []  # tag, name, value
        self.texts: list[str] = []
        self.charts: list[dict[str, str]] = []  # attributes of each outermost svg
        self._silent = 0
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._silent += tag in ("style", "title")
        if tag == "svg":
            self.charts += [] if self._depth else [{name: value or "" for name, value in attrs}]
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        self.tags.append("/" + tag)
        self._silent -= tag in ("style", "title")
        self._depth -= tag == "svg"

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)


def read(source: str) -> Reader:
    """The parsed page."""
    reader = Reader()
    reader.feed(source)
    return reader


def resolved(name: str, path: str) -> str:
    """Where a link of a page leads, below the folder of the week."""
    parts = name.split("/")[:-1]
    for part in path.split("/"):
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)
