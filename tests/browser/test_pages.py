"""The pages in a real browser: no sideways scroll, no request, dark, print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from jobs.settings.kinds import Language
from tests.browser.chromium import Chromium, chromium
from tests.render.companies import bare, sample
from tests.render.pages import EDITIONS, render
from tests.render.warehouse import Warehouse

LANGUAGES = get_args(Language)
A4 = 703  # what the margins leave of a sheet
WIDTHS = (320, 390, 720, 1280, 1600)

_WIDER = """
[...document.querySelectorAll('body *')]
  .filter(e => !e.closest('.vh,.skip,svg svg,thead') && e.getBoundingClientRect().right > innerWidth + 0.5)
  .map(e => e.tagName + '.' + e.getAttribute('class') + ' ' + e.textContent.trim().slice(0, 40))
"""


# Text that is wider than its box, and rows of a stacked table whose head is squeezed.
_CUT = """
[...document.querySelectorAll('main *')]
  .filter(e => !e.closest('.vh,svg,thead') && e.clientWidth && e.scrollWidth > e.clientWidth + 1)
  .map(e => e.tagName + '.' + e.getAttribute('class') + ' ' + e.textContent.trim().slice(0, 40))
"""
_SQUEEZED = """
[...document.querySelectorAll('table.stack:not(.comp) tbody th')]
  .filter(e => e.getBoundingClientRect().width < e.parentElement.getBoundingClientRect().width - 1)
  .map(e => e.textContent.trim().slice(0, 40))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("pages")
    render(_long_names(), target / "sample", EDITIONS)
    render(bare(), target / "bare", EDITIONS)
    return target


def _long_names() -> Warehouse:
    """The sample with names as long as they come, one of them without a space."""
    warehouse = sample()
    for table, column, name in (
        ("deal_positions", "opportunity_name", "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerk 2026"),
        ("declined_deals", "opportunity_name", "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"),
        ("declined_deals", "confirmed_by_name", "005Sx0000000004IAA-005Sx0000000004IAA-005Sx0000000004IAA"),
        ("rep_scorecard", "rep_name", "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"),
    ):
        warehouse.connection.execute(f"update scores.{table} set {column} = ? where {column} is not null", [name])
    return warehouse


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def _pages(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.html"))


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(browser: Chromium, folder: Path, width: int) -> None:
    for page in _pages(folder):
        browser.open(page, width=width)
        assert browser.evaluate("innerWidth") == width
        assert browser.evaluate("document.documentElement.scrollWidth") <= width, (
            page.name,
            browser.evaluate(_WIDER),
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_cut_off_in_any_language(browser: Chromium, tmp_path: Path, language: str) -> None:
    render(sample(), tmp_path, EDITIONS + f'languages = ["{language}"]\n')
    for page in _pages(tmp_path):
        browser.open(page, width=1280)
        assert browser.evaluate(_CUT) == [], page.name
        browser.open(page, width=390)
        assert browser.evaluate(_CUT) == [], page.name
        assert browser.evaluate(_SQUEEZED) == [], page.name
        browser.open(page, width=A4, media="print")
        assert browser.evaluate(_CUT) == [], page.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_scrolls_sideways_in_any_language_with_its_numbers_open(
    browser: Chromium, tmp_path: Path, language: str
) -> None:
    render(sample(), tmp_path, f'[reporting]\nlanguages = ["{language}"]\n')
    for page in _pages(tmp_path):
        for width in (320, 390, 768):
            browser.open(page, width=width)
            browser.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert browser.evaluate("document.documentElement.scrollWidth") <= width, (page.name, width)


def test_a_page_asks_for_nothing_but_itself(browser: Chromium, folder: Path) -> None:
    for page in _pages(folder):
        browser.open(page)
        assert browser.requests() == [page.as_uri()]
        assert browser.complaints() == []


def test_type_is_never_smaller_than_can_be_read(browser: Chromium, folder: Path) -> None:
    browser.open(folder / "sample" / "index.html", width=320)
    smallest = browser.evaluate(
        "Math.min(...[...document.querySelectorAll('p,td,th,li,dd,dt,span,small,text')]"
        ".map(e => parseFloat(getComputedStyle(e).fontSize)))"
    )
    assert smallest >= 13


def test_dark_and_light_differ_and_both_draw(browser: Chromium, folder: Path) -> None:
    page = folder / "sample" / "index.html"
    browser.open(page, scheme="light")
    light = browser.evaluate("getComputedStyle(document.body).backgroundColor")
    assert browser.screenshot().startswith(b"\x89PNG")
    browser.open(page, scheme="dark")
    dark = browser.evaluate("getComputedStyle(document.body).backgroundColor")
    assert browser.screenshot().startswith(b"\x89PNG")
    assert light != dark


def test_a_page_prints_on_a4(browser: Chromium, folder: Path) -> None:
    for name in ("index.html", "declined.html", "conduct.html", "method.html"):
        browser.open(folder / "sample" / name, scheme="dark")
        printed = browser.pdf()
        assert printed.startswith(b"%PDF")
        boxes = {tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox \[([\d. ]+)\]", printed)}
        assert boxes
        assert all(abs(box[2] - 595) < 2 and abs(box[3] - 842) < 2 for box in boxes), boxes


def test_charts_are_drawn_inside_their_box(browser: Chromium, folder: Path) -> None:
    browser.open(folder / "sample" / "index.html")
    marks = browser.evaluate(
        "[...document.querySelectorAll('.ladder')].map(chart => [...chart.querySelectorAll('.offer,.thr')]"
        ".map(mark => (mark.getBoundingClientRect().left + mark.getBoundingClientRect().right) / 2"
        " - chart.getBoundingClientRect().left).map(x => x / chart.getBoundingClientRect().width))"
    )
    assert marks
    assert all(-0.001 <= x <= 1.001 for ladder in marks for x in ladder), marks


def test_dots_of_a_reliability_picture_lie_inside_its_box(browser: Chromium, folder: Path) -> None:
    browser.open(folder / "sample" / "method.html", width=390)
    marks = browser.evaluate(
        "[...document.querySelectorAll('.picture svg')].map(chart => [...chart.querySelectorAll('.dot')]"
        ".map(dot => [dot.getBoundingClientRect(), chart.getBoundingClientRect()])"
        ".map(([dot, box]) => [(dot.left + dot.right) / 2 - box.left, box.width, (dot.top + dot.bottom) / 2 - box.top]))"
    )
    assert len(marks) == 2
    assert all(0 <= x <= width and 0 <= y <= 280 for picture in marks for x, width, y in picture), marks
