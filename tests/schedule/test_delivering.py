"""The schedule delivers what it has published: soon, again where that may help, and never twice."""

from __future__ import annotations

import pytest

from tests.mail.servers import Mailbox, mail_server
from tests.schedule.world import SETTINGS, World

MONDAY = "2026-11-16T05:30+01:00"
MAIL = """
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "batna@acme.example"
[[delivery.recipients]]
address = "cro@acme.example"
"""


def delivered(world: World) -> list[tuple[int, str]]:
    return [(row[2], row[4]) for row in world.rows() if row[0] == "deliver"]


@pytest.fixture
def mailed(world: World) -> World:
    world.workspace.settings_file.write_text(SETTINGS + MAIL.format(port=9))
    return world


def settings(world: World, port: int) -> None:
    world.workspace.settings_file.write_text(SETTINGS + MAIL.format(port=port))


def test_a_report_is_delivered_once_it_is_published(mailed: World) -> None:
    box = Mailbox()
    with mail_server(box) as port:
        settings(mailed, port)
        mailed.tick(MONDAY)
        mailed.tick("2026-11-16T05:40+01:00")
    assert [row[:2] for row in mailed.rows()] == [("weekly", "2026-11-16"), ("deliver", "2026-11-16")]
    assert box.recipients == ["cro@acme.example"]


def test_of_several_reports_that_were_caught_up_the_latest_is_delivered(mailed: World) -> None:
    box = Mailbox()
    with mail_server(box) as port:
        settings(mailed, port)
        mailed.workspace.settings_file.write_text(
            "schedule.catchup = 2\nschedule.max_age = 60\n" + mailed.workspace.settings_file.read_text()
        )
        mailed.tick("2026-11-09T05:00+01:00")
        mailed.tick("2026-11-17T05:30+01:00")
    assert [row[:2] for row in mailed.rows() if row[4] == "ok"] == [
        ("weekly", "2026-11-09"), ("weekly", "2026-11-16"), ("deliver", "2026-11-16"),
    ]  # fmt: skip
    assert len(box.recipients) == 1


def test_what_fails_for_a_time_is_tried_ever_longer_apart_and_then_told(mailed: World) -> None:
    box = Mailbox(answer=lambda _: "451 later")
    with mail_server(box) as port:
        settings(mailed, port)
        for minute, attempts in [(30, 1), (34, 1), (35, 2), (44, 2), (45, 3)]:
            mailed.tick(f"2026-11-16T05:{minute}+01:00")
            assert len(delivered(mailed)) == attempts, minute
        assert [news.is_over for news in mailed.news if news.slot.job == "deliver"] == [False] * 3
        mailed.tick("2026-11-16T06:30+01:00")
        mailed.tick("2026-11-16T09:30+01:00")
        mailed.tick("2026-11-16T19:30+01:00")
    assert delivered(mailed) == [(attempt, "failed") for attempt in range(1, 6)]
    assert [news.is_over for news in mailed.news if news.slot.job == "deliver"] == [False] * 4 + [True]
    assert mailed.workspace.weeks() == ("2026-W46",)


def test_a_refusal_is_told_at_once_and_not_tried_again(mailed: World) -> None:
    box = Mailbox(answer=lambda _: "550 no")
    with mail_server(box) as port:
        settings(mailed, port)
        mailed.tick(MONDAY)
        mailed.tick("2026-11-16T09:30+01:00")
    assert delivered(mailed) == [(1, "failed")]
    assert (mailed.news[-1].error, mailed.news[-1].is_over) == ("DeliveryFailed", True)


def test_a_service_that_died_between_publishing_and_delivering_delivers_later(mailed: World) -> None:
    settings(mailed, 9)
    mailed.workspace.settings_file.write_text(SETTINGS)
    mailed.tick(MONDAY)
    box = Mailbox()
    with mail_server(box) as port:
        settings(mailed, port)
        mailed.tick("2026-11-16T12:00+01:00")
    assert box.recipients == ["cro@acme.example"]


def test_a_report_of_long_ago_is_no_news(mailed: World) -> None:
    mailed.workspace.settings_file.write_text(SETTINGS)
    mailed.tick(MONDAY)
    mailed.workspace.settings_file.write_text(
        SETTINGS.replace("schedule.retention", "schedule.weekly.on = []\nschedule.retention") + MAIL.format(port=9)
    )
    mailed.tick("2026-11-24T05:30+01:00")
    assert delivered(mailed) == []
