"""The pages in Chinese: marks, gaps and lines as Chinese is set."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from jobs import shipped
from jobs.render.language import Messages, translations
from jobs.render.mail import Letter, render_mails
from tests.render.pages import WAREHOUSES, render, settings, words
from tests.render.warehouse import AS_OF

_LANGUAGES = '[reporting]\nlanguages = ["zh_Hans"]\n'
_WIDE = "\u3001\u3002\uff01\uff09\uff0c\uff1a\uff1b\uff1f"


@cache
def _pages(warehouse: str) -> dict[str, str]:
    with TemporaryDirectory() as folder:
        return render(WAREHOUSES[warehouse](), Path(folder), _LANGUAGES)


@pytest.mark.parametrize("warehouse", sorted(WAREHOUSES))
def test_no_blank_follows_a_mark_that_has_one_within_itself(warehouse: str) -> None:
    for name, source in _pages(warehouse).items():
        assert re.findall(rf"[{_WIDE}](?:</?(?:a|b|code|small|span)\b[^<>]*>)*\s", source) == [], name


@pytest.mark.parametrize("warehouse", sorted(WAREHOUSES))
def test_no_mark_of_english_follows_a_word(warehouse: str) -> None:
    for name, source in _pages(warehouse).items():
        assert re.findall(r"[\u4e00-\u9fff] ?[,.:;()]", re.sub("</?(?:a|b|code)\\b[^<>]*>", "", words(source))) == [], (
            name
        )


@pytest.mark.parametrize("warehouse", sorted(WAREHOUSES))
def test_a_page_says_that_it_is_chinese(warehouse: str) -> None:
    for name, source in _pages(warehouse).items():
        assert '<html lang="zh-Hans">' in source, name


def test_a_line_is_not_broken_between_a_count_and_its_word() -> None:
    messages = Messages(translations("zh_Hans", shipped.REPORTS / "locale"))
    assert messages.ngettext("%(number)s deal", "%(number)s deals", 4, number=4) == "4\u2060笔"
    assert messages.gettext("Week %(week)s", week=46) == "第\u206046\u2060周"
    assert messages.gettext("For %(name)s", name="Chen Wei") == "致Chen Wei"


def test_a_mail_has_no_sign_that_some_clients_draw_as_a_box(tmp_path: Path) -> None:
    warehouse, chosen = WAREHOUSES["sample"](), settings(_LANGUAGES)
    render(warehouse, tmp_path, _LANGUAGES)
    for letter in (Letter("zh_Hans"), Letter("zh_Hans", "North")):
        [summary] = render_mails(warehouse.connection, chosen, AS_OF, [letter], tmp_path)
        assert summary
        assert "\u4e07" in summary.html  # amounts, which have it in pages
        assert "\u2060" not in summary.html
