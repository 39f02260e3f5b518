"""The languages that pages can be written in: English, and each that has a catalogue in reports/locale."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from markupsafe import Markup

from jobs.render.formats import WORD_JOINER

SOURCE_LANGUAGE = "en"
NAMES: Mapping[str, str] = {"en": "English", "ms": "Bahasa Melayu", "ru": "Русский", "zh_Hans": "简体中文"}
DOMAIN = "batna"
# Where a line does not end, and the sign that says so there. Russian begins a line with no dash, and ends it with no
# word of one letter; Chinese, which may break a line anywhere, keeps a count and the word for what it counts together.
_UNBROKEN = {
    "ru": (re.compile(r"(?:(?<=[\s(\u00ab>]\w)|(?<=^\w)) | (?=\u2014)"), "\u00a0"),
    "zh_Hans": (re.compile(r"(?<=\)s)(?=[笔名个周天项次例行类场张成分])|(?<=第)(?=%\()"), WORD_JOINER),
}
_BEFORE_A_STOP = re.compile(r"%\((\w+)\)s\.")


def catalogue_path(folder: Path, language: str) -> Path:
    """Where the translations of one language are kept."""
    return folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def html_name(language: str) -> str:
    """The language as HTML names it."""
    return language.replace("_", "-")


def translations(language: str, folder: Path) -> NullTranslations:
    """The messages of one language; those of English are the templates' own words."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    with catalogue_path(folder, language).open("rb") as source:
        catalogue = read_po(source, locale=language, domain=DOMAIN)
    if language in _UNBROKEN:
        _keep_together(catalogue, *_UNBROKEN[language])
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(fp=compiled, domain=DOMAIN)


def _keep_together(catalogue: Catalog, places: re.Pattern[str], sign: str) -> None:
    for message in catalogue:
        if isinstance(message.string, str):
            message.string = places.sub(sign, message.string)
        else:
            message.string = tuple(places.sub(sign, form) for form in message.string or ())


class Messages:
    """gettext and ngettext for templates that are always escaped.

    Jinja's own wrappers ask the context anew at each call; on a page of a thousand words that takes most of
    the time. As with them, messages are markup, what is put in is escaped, and `%%` is a percent sign. A sentence
    that ends in an abbreviation (Acme Ltd., 9 нояб. 2025 г.) has one full stop.
    """

    def __init__(self, words: NullTranslations) -> None:
        self._words = words
        self._message = lru_cache(maxsize=None)(self._find)
        self._plural = lru_cache(maxsize=10_000)(self._find_plural)
        self._plain = lru_cache(maxsize=None)(self._find_plain)

    def gettext(self, message: str, /, **variables: Any) -> Markup:
        """The message in the reader's language, with its variables."""
        return self._message(message).filled(variables) if variables else self._plain(message)

    def ngettext(self, singular: str, plural: str, count: int, /, **variables: Any) -> Markup:
        """The form of a message that fits the count."""
        variables.setdefault("num", count)
        return self._plural(singular, plural, count).filled(variables)

    def _find(self, message: str) -> _Message:
        return _Message(self._words.gettext(message))

    def _find_plural(self, singular: str, plural: str, count: int) -> _Message:
        return _Message(self._words.ngettext(singular, plural, count))

    def _find_plain(self, message: str) -> Markup:
        return self._find(message).filled({})


class _Message:
    """One message in the reader's language, and which of its variables stand before a full stop."""

    def __init__(self, text: str) -> None:
        self._text = Markup(text)
        self._before_a_stop = frozenset(_BEFORE_A_STOP.findall(text))

    def filled(self, variables: Mapping[str, Any]) -> Markup:
        stopped = {name: variables[name] for name in self._before_a_stop}
        once = {name: value[:-1] for name, value in stopped.items() if isinstance(value, str) and value[-1:] == "."}
        return self._text % {**variables, **once}
