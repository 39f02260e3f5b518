"""The languages that pages can be written in: English, and each that has a catalogue in reports/locale."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from markupsafe import Markup

SOURCE_LANGUAGE = "en"
DOMAIN = "batna"


def catalogue_path(folder: Path, language: str) -> Path:
    """Where the translations of one language are kept."""
    return folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def available(languages: Sequence[str], folder: Path) -> tuple[str, ...]:
    """Those of the wanted languages that pages can be written in, in the wanted order; else English."""
    known = [name for name in languages if name == SOURCE_LANGUAGE or catalogue_path(folder, name).exists()]
    return tuple(known) or (SOURCE_LANGUAGE,)


def translations(language: str, folder: Path) -> NullTranslations:
    """The messages of one language; those of English are the templates' own words."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    with catalogue_path(folder, language).open("rb") as source:
        catalogue = read_po(source, locale=language, domain=DOMAIN)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(fp=compiled, domain=DOMAIN)


class Messages:
    """gettext and ngettext for templates that are always escaped.

    Jinja's own wrappers ask the context anew at each call; on a page of a thousand words that takes most of
    the time. As with them, messages are markup, what is put in is escaped, and `%%` is a percent sign.
    """

    def __init__(self, words: NullTranslations) -> None:
        self._words = words
        self._message = lru_cache(maxsize=None)(self._find)
        self._plain = lru_cache(maxsize=None)(self._find_plain)

    def gettext(self, message: str, /, **variables: Any) -> Markup:
        """The message in the reader's language, with its variables."""
        return self._message(message) % variables if variables else self._plain(message)

    def ngettext(self, singular: str, plural: str, count: int, /, **variables: Any) -> Markup:
        """The form of a message that fits the count."""
        variables.setdefault("num", count)
        return Markup(self._words.ngettext(singular, plural, count)) % variables

    def _find(self, message: str) -> Markup:
        return Markup(self._words.gettext(message))

    def _find_plain(self, message: str) -> Markup:
        return self._find(message) % {}
