"""A catalogue is whole: every message, in every form of its plural, with the same variables and markup."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import get_args

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from jobs import shipped
from jobs.render.language import SOURCE_LANGUAGE, catalogue_path
from jobs.settings.kinds import Language

LOCALE = shipped.REPORTS / "locale"
LANGUAGES = sorted(path.parts[-3] for path in LOCALE.glob("*/LC_MESSAGES/batna.po"))
SCRIPTS = {"ru": "[\u0400-\u04ff]", "zh_Hans": "[\u4e00-\u9fff]"}  # a message with a word in it has a letter of these
_WORD = re.compile(r"[A-Za-z]{3,}")
_VARIABLE = re.compile(r"%\((\w+)\)s")
_MARKUP = re.compile(r"</?\w+[^>]*>")
_PERCENT = re.compile(r"%(?![%(])")


def test_every_language_of_the_settings_has_a_catalogue() -> None:
    assert set(LANGUAGES) == set(get_args(Language)) - {SOURCE_LANGUAGE}


@cache
def _catalogue(language: str) -> Catalog:
    with catalogue_path(LOCALE, language).open("rb") as source:
        return read_po(source, locale=language)


def _messages(language: str) -> Iterator[Message]:
    return (message for message in _catalogue(language) if message.id)


def _forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def _source(message: Message) -> str:
    """The words in the templates; of a plural those for many, which name all that varies."""
    return str(message.id[1] if isinstance(message.id, tuple) else message.id)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_and_no_other(language: str) -> None:
    with (LOCALE / "batna.pot").open("rb") as source:
        wanted = {message.id for message in read_po(source) if message.id}
    assert {message.id for message in _messages(language)} == wanted, "run `make messages`"
    assert [message.id for message in _messages(language) if message.fuzzy or not all(_forms(message))] == []
    assert not _catalogue(language).obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_have_the_forms_of_the_language(language: str) -> None:
    plurals = [message for message in _messages(language) if isinstance(message.id, tuple)]
    assert plurals
    assert [m.id for m in plurals if len(_forms(m)) != _catalogue(language).num_plurals] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_variables_and_markup_stay(language: str) -> None:
    for message in _messages(language):
        source = _source(message)
        for form in _forms(message):
            assert set(_VARIABLE.findall(form)) == set(_VARIABLE.findall(source)), form
            assert Counter(_MARKUP.findall(form)) == Counter(_MARKUP.findall(source)), form
            assert not _PERCENT.search(re.sub("%%", "", form)), f"a percent sign is written %%: {form}"
            assert form == form.strip(), form


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_stays_in_english(language: str) -> None:
    left = [
        message.id
        for message in _messages(language)
        if _source(message) in _forms(message) and _WORD.search(_VARIABLE.sub("", _source(message)))
    ]
    assert left == []


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) & set(SCRIPTS)))
def test_words_are_in_the_letters_of_the_language(language: str) -> None:
    for message in _messages(language):
        if _WORD.search(_VARIABLE.sub("", _MARKUP.sub("", _source(message)))):
            assert all(re.search(SCRIPTS[language], form) for form in _forms(message)), message.id
