"""Whole pages, byte for byte, without the style sheet in them.

`BATNA_WRITE_GOLDEN=1 pytest tests/golden` writes them anew; the difference belongs into the review of a change.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jobs.render import render_week_list
from jobs.render.editions import edition_of
from tests.render.pages import EDITIONS, WAREHOUSES, render, settings, without_css

PAGES = Path(__file__).with_name("pages")
# Every kind of page once, and again where other data gives other sentences.
CASES = [
    ("sample", "index.html"),
    ("sample", "declined.html"),
    ("sample", "conduct.html"),
    ("sample", "method.html"),
    ("sample", "teams/north-43f853bb.html"),
    ("sample", "reps/jonas-weber-a791366f.html"),
    ("sample", "reps/priya-nair-d653b016.html"),
    ("sample", "reps/chen-wei-021bbd75.html"),
    ("bare", "index.html"),
    ("bare", "declined.html"),
    ("bare", "conduct.html"),
    ("bare", "reps/jonas-weber-a791366f.html"),
    ("sample", "en/rep/reps/jonas-weber-a791366f.html"),
    ("sample", "en/team/teams/north-43f853bb.html"),
    ("none_declined", "index.html"),
    ("none_declined", "declined.html"),
]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    return {name: render(make(), tmp_path_factory.mktemp(name), EDITIONS) for name, make in WAREHOUSES.items()}


@pytest.mark.parametrize(("warehouse", "page"), CASES)
def test_a_page_is_as_it_was_agreed(rendered: dict[str, dict[str, str]], warehouse: str, page: str) -> None:
    edition = "" if edition_of(page) == "leader" else edition_of(page)
    _compare(PAGES / warehouse / edition / Path(page).name, without_css(rendered[warehouse][page]))


def test_the_list_of_weeks_is_as_it_was_agreed() -> None:
    _compare(
        PAGES / "weeks.html",
        without_css(render_week_list(settings(), dict.fromkeys(["2026-W45", "2026-W46"], Path("none")))),
    )


def _compare(agreed: Path, source: str) -> None:
    if os.environ.get("BATNA_WRITE_GOLDEN"):
        agreed.parent.mkdir(parents=True, exist_ok=True)
        agreed.write_text(source, encoding="utf-8")
    assert source == agreed.read_text(encoding="utf-8")
