"""The texts for people say what is really processed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jobs.load import entities
from jobs.settings import parse_settings

PEOPLE = Path(__file__).parents[2] / "docs" / "people"
TEXTS = ("impact-assessment.md", "notice-to-workers.md", "works-agreement.md")


def text_of(name: str) -> str:
    return re.sub(r"\s+", " ", (PEOPLE / name).read_text(encoding="utf-8"))


def test_the_assessment_names_every_column_that_names_a_worker_and_no_other() -> None:
    text = text_of("impact-assessment.md")
    flagged = {f"{e.name}.{c.name}" for e in entities().values() for c in e.columns if c.is_person}
    known = {f"{e.name}.{c.name}" for e in entities().values() for c in e.columns}
    named = {word for word in re.findall(r"[a-z_]+\.[a-z_]+", text) if word in known}
    assert named == flagged


def test_the_assessment_lists_every_entity() -> None:
    listed = re.search(r"strike out the others\): (.*?)\. Number", text_of("impact-assessment.md"))
    assert listed is not None
    assert listed[1].split(", ") == [*entities()]


@pytest.mark.parametrize("name", TEXTS)
def test_each_text_names_levels_retention_and_rights(name: str) -> None:
    text = text_of(name)
    assert str(parse_settings("").people.keep_weeks) in text
    assert all(
        word in text
        for word in ("at least five", "pseudonym", "`batna person export", "`batna person erase", "corrections.csv")
    )
    assert "____" in text
    assert re.search(r"pay, (?:bonus|rating)", text)
