"""Every word of a page is a message that can be translated, and the catalogue holds all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from babel.support import NullTranslations
from markupsafe import Markup

import jobs.render.week
from jobs import shipped
from jobs.render.language import Messages, catalogue_path, translations
from tests.render.pages import EDITIONS, WAREHOUSES, render, words

LOCALE = shipped.REPORTS / "locale"
# What is data and not words: names, ids and codes of columns.
_DATA = r"""(?x)
    Acme|Sons|Jonas|Weber|Priya|Nair|Chen|Wei|\u9648\u4f1f|Mariya|Sokolova|North|South|Ltd
    |Harbour|Duero|Lotus|Cobalt|Seraya|Quarry|Fjord|Orchid|Castell|Pelangi|Arbor|Brightwater|Saffron|Baltic|Merganser|A\ new\ budget
    |Negotiation/Review|Proposal|VP\ Sales|USD|smb|enterprise|Nov|Dec|Oct|Sep|Aug|Jul|and
    |batna\ backfill|batna\ weekly\ --as-of\ [0-9-]+|readiness|met_at|opportunities|close_on|not\ a\ date
    |[DRPW][0-9]|[KM](?![a-z])
"""


class Marked(NullTranslations):
    """A language in which every message stands in brackets."""

    def gettext(self, message: str) -> str:
        return "\u27e6" + message + "\u27e7"

    def ngettext(self, msgid1: str, msgid2: str, num: int) -> str:
        return self.gettext(msgid1 if num == 1 else msgid2)


def _mapping() -> tuple[list[tuple[str, str]], dict[str, Any]]:
    with (LOCALE / "babel.cfg").open(encoding="utf-8") as source:
        methods, options = parse_mapping_cfg(source)
    return methods, options


def _extracted() -> Iterator[str | tuple[str, ...]]:
    methods, options = _mapping()
    for _, _, message, _, _ in extract_from_dir(shipped.REPORTS, methods, options):
        yield message


def test_the_catalogue_holds_every_message_of_the_templates() -> None:
    with (LOCALE / "batna.pot").open("rb") as source:
        catalogue = {message.id for message in read_po(source) if message.id}
    assert {tuple(m) if isinstance(m, list) else m for m in _extracted()} == catalogue, "run `make messages`"


@pytest.mark.parametrize("warehouse", sorted(set(WAREHOUSES) - {"bare"}))
def test_every_word_of_a_page_is_a_message(warehouse: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs.render.week, "translations", lambda *_: Marked())
    for name, source in render(WAREHOUSES[warehouse](), tmp_path, EDITIONS).items():
        text = words(source)
        while text != (text := re.sub(r"\u27e6[^\u27e6\u27e7]*\u27e7", " ", text)):
            pass
        left = re.sub(_DATA, " ", text)
        assert re.findall(r"[^\W\d_]{2,}", left) == [], name


def test_every_message_is_one_sentence_or_one_phrase() -> None:
    for message in _extracted():
        for form in (message,) if isinstance(message, str) else message:
            assert form == form.strip(), form
            assert not form.startswith((",", ".", ";")), form


def test_messages_escape_what_is_put_into_them() -> None:
    messages = Messages(NullTranslations())
    assert messages.gettext("%(name)s leads", name="<b>") == Markup("&lt;b&gt; leads")
    assert messages.gettext("35%% off") == "35% off"
    assert messages.ngettext("%(num)s deal", "%(num)s deals", 2) == "2 deals"
    assert isinstance(messages.gettext("plain"), Markup)


def test_a_sentence_that_ends_in_an_abbreviation_has_one_full_stop() -> None:
    messages = Messages(NullTranslations())
    assert messages.gettext("Left: %(deal)s. Next.", deal="Acme & Sons Ltd.") == "Left: Acme &amp; Sons Ltd. Next."
    assert messages.gettext("Left: %(deal)s.", deal=Markup("<b>Acme Ltd</b>.")) == Markup("Left: <b>Acme Ltd</b>.")
    assert messages.gettext("%(deal)s, %(count)s.", deal="Acme Ltd.", count=2) == "Acme Ltd., 2."
    assert messages.ngettext("%(num)s week to %(day)s.", "%(num)s weeks to %(day)s.", 2, day="9 нояб.") == (
        "2 weeks to 9 нояб."
    )


def test_russian_keeps_a_short_word_and_a_dash_beside_their_neighbours(tmp_path: Path) -> None:
    path = catalogue_path(tmp_path, "ru")
    path.parent.mkdir(parents=True)
    path.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=3; plural=n%3;\\n"\n\n'
        'msgid "Owner"\nmsgstr "У нас — и в этом"\n\n'
        'msgid "%(num)s deal"\nmsgid_plural "%(num)s deals"\nmsgstr[0] "с %(num)s"\nmsgstr[1] "с %(num)s"\nmsgstr[2] "с %(num)s"\n',
        encoding="utf-8",
    )
    words = translations("ru", tmp_path)
    assert words.gettext("Owner") == "У\xa0нас\xa0— и\xa0в\xa0этом"
    assert words.ngettext("%(num)s deal", "%(num)s deals", 5) == "с\xa0%(num)s"


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, "0 сделок"), (1, "1 сделка"), (3, "3 сделки"), (5, "5 сделок"), (12, "12 сделок"), (21, "21 сделка"), (104, "104 сделки")],
)  # fmt: skip
def test_a_count_in_russian_has_the_form_that_it_asks_for(count: int, told: str) -> None:
    messages = Messages(translations("ru", LOCALE))
    assert messages.ngettext("%(number)s deal", "%(number)s deals", count, number=count) == told


def test_a_language_with_a_catalogue_is_used(tmp_path: Path) -> None:
    path = catalogue_path(tmp_path, "ms")
    path.parent.mkdir(parents=True)
    path.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=1; plural=0;\\n"\n\n'
        'msgid "Owner"\nmsgstr "Pemilik"\n', encoding="utf-8"
    )  # fmt: skip
    assert translations("ms", tmp_path).gettext("Owner") == "Pemilik"
