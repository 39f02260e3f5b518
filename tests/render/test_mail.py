"""Summaries of a week for mail, made of the hand-made warehouses."""

from __future__ import annotations

import re

import pytest

from jobs.deliver.plain import plain_text, title
from jobs.render.mail import Letter, Summary, render_mails
from tests.render.pages import WAREHOUSES, settings
from tests.render.warehouse import AS_OF

LIMIT = 102_000  # bytes, from where on a mail is clipped


def mails(name: str, *letters: Letter, text: str = "") -> list[Summary | None]:
    return list(render_mails(WAREHOUSES[name]().connection, settings(text), AS_OF, letters))


def mail(name: str, letter: Letter, text: str = "") -> Summary:
    [summary] = mails(name, letter, text=text)
    assert summary
    return summary


@pytest.mark.parametrize("name", WAREHOUSES)
def test_a_mail_holds_nothing_that_mail_clients_drop(name: str) -> None:
    source = mail(name, Letter("en", is_attached=True)).html
    assert len(source.encode()) < LIMIT
    tags = set(re.findall(r"<([a-z0-9]+)", source.lower()))
    assert not tags & {"style", "svg", "script", "img", "link", "iframe", "form"}
    assert "var(" not in source
    assert "data:" not in source
    assert all(not re.search(rf'<{tag}(?![^>]*style=")[ >]', source) for tag in ("h1", "h2", "td", "th"))


def test_of_the_company(capsys: pytest.CaptureFixture[str]) -> None:
    found = mail("sample", Letter("en", is_attached=True))
    assert title(found.html) == "Walk-Away Weekly · Acme & Sons · Week 46"
    lines = plain_text(found.html).splitlines()
    assert lines[0].startswith("Walk-Away Weekly · Acme & Sons · Week 46")
    assert "Deal | At stake | The move | Owner | By" in lines
    assert "The report is attached: save its pages into one folder, and open them in a browser." in lines
    assert found.pages == ("index.html", "declined.html", "conduct.html", "method.html")


def test_of_a_team_with_a_link() -> None:
    found = mail("sample", Letter("en", "North", "https://x.example/2026-W47/"))
    assert title(found.html) == "Walk-Away Weekly · Team North · Week 46"
    assert found.pages == ("teams/north-43f853bb.html",)
    assert "Read the report: https://x.example/2026-W47/teams/north-43f853bb.html" in plain_text(found.html)


def test_a_team_that_is_not_there() -> None:
    assert mails("sample", Letter("en", "Atlantis"), Letter("en"))[0] is None


def test_a_language_that_is_not_made_is_the_first_one() -> None:
    assert mail("sample", Letter("ms")).pages[0] == "index.html"


def test_at_the_level_of_teams_nobody_is_named() -> None:
    text = plain_text(mail("sample", Letter("en"), text='[people]\nlevel = "team"\n').html)
    assert not re.search("Jonas|Priya|Weber|Nair", text)
    assert re.search("Jonas|Priya", plain_text(mail("sample", Letter("en")).html)), "at the level of names they are"
