"""Each recipient gets the summary and the pages of a language: the real ones, by a real mail server."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from email.message import EmailMessage

import pytest

from jobs.deliver.deliver import Request
from jobs.render.mail import render_mails
from tests.deliver.conftest import AS_OF_ON, WEEK, Sender
from tests.fakes import STAGES
from tests.mail.servers import Mailbox, mail_server
from tests.render.companies import sample
from tests.render.pages import render

REPORTING = "\n[reporting]\nlanguages = {languages}\n"
RU = '\n[[delivery.recipients]]\naddress = "ru@acme.example"\nlanguage = "ru"\n'
TEAM_RU = (
    '\n[[delivery.recipients]]\naddress = "lead@acme.example"\nrole = "team_lead"\nteam = "North"\nlanguage = "ru"\n'
)


def told(sender: Sender, *languages: str) -> None:
    """Publish the pages of the invented company in these languages."""
    pages = sender.workspace.out / WEEK
    shutil.rmtree(pages)
    render(sample(), pages, REPORTING.format(languages=list(languages)).replace("'", '"'))
    stages = replace(STAGES, connect=lambda *_, **__: sample().connection, render_mails=render_mails)
    sender.changes = {"stages": stages}


def sent(sender: Sender, languages: list[str], more: str = "") -> list[EmailMessage]:
    """The mails to cro@ (no language of their own), vp@ (ms), north@ (a team's, no language), ru@ and lead@."""
    box = Mailbox()
    with mail_server(box) as port:
        sender.settings(port, more)
        text = sender.workspace.settings_file.read_text(encoding="utf-8")
        reporting = REPORTING.format(languages=str(languages).replace("'", '"'))
        sender.workspace.settings_file.write_text(text + RU + TEAM_RU + reporting, encoding="utf-8")
        assert sender.send(request=Request(AS_OF_ON)) == ["sent"] * 5
    assert sender.error is None
    return box.messages()


def languages_of(message: EmailMessage) -> list[str]:
    """Of the summary, then of each page that is attached."""
    rich = message.get_body(("html",))
    assert rich
    sources = [rich.get_content(), *(part.get_content() for part in message.iter_attachments())]
    return [re.findall('<html lang="([^"]+)">', source)[0] for source in sources]


def test_each_recipient_gets_the_pages_of_their_language(sender: Sender) -> None:
    told(sender, "en", "ms")
    cro, vp, north, ru, lead = sent(sender, ["en", "ms"])
    assert languages_of(cro) == ["en"] * 5
    assert languages_of(vp) == ["ms"] * 5
    assert languages_of(north) == ["en"] * 2
    assert languages_of(ru) == ["en"] * 5, "no pages are made in Russian"
    assert languages_of(lead) == ["en"] * 2
    assert str(vp["Subject"]).startswith("Mingguan Garis Undur")
    pages = sender.workspace.out / WEEK / "ms" / "leader"
    assert [part.get_payload(decode=True) for part in vp.iter_attachments()] == [
        (pages / str(part.get_filename())).read_bytes() for part in vp.iter_attachments()
    ]


def test_a_link_leads_to_the_pages_of_the_language(sender: Sender) -> None:
    told(sender, "ms", "en", "ru")
    links = []
    for message in sent(sender, ["ms", "en", "ru"], 'pages = "link"\naddress = "https://x.example/out"'):
        plain = message.get_body(("plain",))
        assert plain
        [link] = re.findall(r"https://x\.example/out/(\S+)", plain.get_content())
        links.append(link)
        assert (sender.workspace.out / link).is_file()
    assert links == [
        f"{WEEK}/index.html", f"{WEEK}/index.html", f"{WEEK}/teams/north-43f853bb.html",
        f"{WEEK}/ru/leader/index.html", f"{WEEK}/ru/leader/teams/north-43f853bb.html",
    ]  # fmt: skip


@pytest.mark.parametrize("published", [("en",), ("ms", "en")])
def test_a_week_that_was_told_before_the_languages_changed_goes_out_in_those_it_has(
    sender: Sender, published: tuple[str, ...]
) -> None:
    told(sender, *published)
    cro, vp, north, ru, lead = sent(sender, ["ru", "ms"])
    first = published[0]
    assert [set(languages_of(each)) for each in (cro, north, ru, lead)] == [{first}] * 4
    assert set(languages_of(vp)) == {"ms" if "ms" in published else first}
