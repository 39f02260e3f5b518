"""What leads to a week and to its languages: the list of weeks, and links from page to page."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from jobs.render import render_week_list
from jobs.render.editions import edition_of
from jobs.slot import LeftOut
from tests.render.pages import WAREHOUSES, read, render, resolved, settings, words

NOWHERE = Path("nowhere")


def test_the_list_of_weeks_puts_the_latest_first() -> None:
    page = render_week_list(settings(), dict.fromkeys(["2026-W45", "2026-W46", "2025-W52"], NOWHERE))
    assert re.findall(r'href="([^"]+)"', page) == [
        "2026-W46/index.html", "2026-W45/index.html", "2025-W52/index.html", "dictionary.html",
    ]  # fmt: skip
    assert "Nov 9\u2009–\u200915, 2026" in page
    assert "No week yet" in render_week_list(settings(), {})


def test_the_list_of_weeks_is_in_the_language_of_the_pages_that_it_links_to() -> None:
    page = render_week_list(settings('[reporting]\nlanguages = ["ru", "en"]\n'), {"2026-W46": NOWHERE})
    assert '<html lang="ru">' in page
    assert "9–15 нояб. 2026\u202fг." in page
    assert "Week" not in words(page)


def test_the_list_of_weeks_leads_to_the_languages_that_each_week_has(tmp_path: Path) -> None:
    for week, languages in (("2026-W45", '"en"'), ("2026-W46", '"ms", "ru", "en"')):
        render(WAREHOUSES["bare"](), tmp_path / week, f"[reporting]\nlanguages = [{languages}]\n")
    page = render_week_list(settings(), {week: tmp_path / week for week in ("2026-W45", "2026-W46")})
    assert re.findall(r'href="([^"]+)"(?: lang="([^"]+)")?', page)[:-1] == [
        ("2026-W46/index.html", ""), ("2026-W46/en/leader/index.html", "en"), ("2026-W46/ru/leader/index.html", "ru"),
        ("2026-W45/index.html", ""),
    ]  # fmt: skip
    assert all((tmp_path / link).is_file() for link in re.findall(r'href="([^"]+)"', page)[:-1])


def test_a_week_that_the_schedule_left_out_is_listed_without_a_link() -> None:
    left_out = [LeftOut("2026-W46", date(2026, 10, 30)), LeftOut("2026-W44", None)]
    page = render_week_list(settings(), {"2026-W45": NOWHERE}, left_out)
    assert "1 week</h1>" in page
    assert page.index("Week 46") < page.index("Week 45") < page.index("Week 44")
    assert "Left out: the newest export of opportunities was of Oct 30, 2026" in page
    assert re.findall('href="([^"]+)"', page) == ["2026-W45/index.html", "dictionary.html"]


def test_a_page_leads_to_the_same_one_in_each_other_language(tmp_path: Path) -> None:
    text = '[reporting]\nlanguages = ["ms", "en", "zh_Hans"]\neditions = ["leader", "rep", "team"]\n'
    pages = render(WAREHOUSES["bare"](), tmp_path, text)
    folders = {"ms": "", "en": "en/leader/", "zh-Hans": "zh_Hans/leader/"}
    for name, source in pages.items():
        language = next(value for tag, key, value in read(source).attributes if (tag, key) == ("html", "lang"))
        links = re.findall(r'<a href="([^"]+)" lang="([^"]+)" hreflang="([^"]+)">([^<]+)</a>', source)
        page = name.removeprefix(folders[language])
        wanted = (
            {}
            if edition_of(name) != "leader"
            else {code: folder + page for code, folder in folders.items() if code != language}
        )
        assert {code: resolved(name, link) for link, code, _, _ in links} == wanted, name
        assert set(wanted.values()) <= pages.keys()
        assert all(written == code for _, written, code, _ in links)
        assert {word for *_, word in links} <= {"Bahasa Melayu", "English", "简体中文"}


def test_pages_in_one_language_name_no_other(tmp_path: Path) -> None:
    assert not any("hreflang" in source for source in render(WAREHOUSES["bare"](), tmp_path).values())
