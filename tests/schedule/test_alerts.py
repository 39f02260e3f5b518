"""Who is told of what: e-mail, a webhook, a dead-man switch; and that none of them holds up a run."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from jobs.log import Log
from jobs.schedule.alerts import alert_of, ping, send_alert
from jobs.schedule.outside import outside_of
from jobs.schedule.tick import News, tick
from jobs.schedule.wake import Wake
from jobs.settings import Settings, load_settings, parse_settings
from jobs.slot import Slot
from jobs.web import NotAnAddress, WebError, below, get, post_json
from tests.fakes import NOON
from tests.mail.servers import Calls, Mailbox, answers, free_port, mail_server, web_server
from tests.schedule.world import SETTINGS, World

SLOT = Slot("weekly", date(2026, 11, 16), NOON, run_id="R")
DATA_ON = date(2026, 11, 2)
NOBODY = parse_settings("")
# news -> what is told, or nothing
CASES: dict[str, tuple[News, str | None]] = {
    "a run that went well": (News(SLOT, "ok"), None),
    "one that failed": (
        News(SLOT, "failed", "CheckFailed"),
        "The weekly report of 2026-11-16 failed: CheckFailed. Nothing is tried again by itself. "
        "`batna runs show R` says more. Once that is mended, `batna weekly --as-of 2026-11-15` makes up for it.",
    ),
    "refused files": (
        News(SLOT, "failed", "DataRefused", has_refused=True),
        "The weekly report of 2026-11-16 failed: files were refused. Nothing is tried again by itself. "
        "`batna runs show R` says more."
        " Once that is mended, `batna weekly --as-of 2026-11-15` makes up for it.",
    ),
    "old data": (
        News(SLOT, "skipped", "Skipped", DATA_ON),
        "The weekly report of 2026-11-16 was left out: the newest export of opportunities is of 2026-11-02, and is older than "
        "8 days. Put a newer one into the inbox: `batna weekly --as-of 2026-11-15` makes up for it.",
    ),
    "a missed report": (
        News(SLOT, "missed"),
        "The weekly report of 2026-11-16 was missed: nothing was running then. "
        "`batna backfill --from 2026-11-15 --to 2026-11-15` tells its week.",
    ),
    "a report that did not reach everybody": (
        News(Slot("deliver", SLOT.on, NOON, run_id="R"), "failed", "DeliveryFailed"),
        "The weekly report of 2026-11-16 is published, and did not reach everybody. `batna runs show R` says more.",
    ),
    "a delivery that is tried again": (
        News(Slot("deliver", SLOT.on, NOON, run_id="R"), "failed", "DeliveryDelayed", is_over=False), None,
    ),
    "an interruption that is made up for": (News(SLOT, "interrupted", is_over=False), None),
    "one too many": (
        News(SLOT, "interrupted"),
        "The weekly report of 2026-11-16 was interrupted 3 times, and is not tried again. `batna runs show R` says more.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("news", "text"), CASES.values(), ids=CASES.keys())
def test_what_is_told(news: News, text: str | None) -> None:
    alert = alert_of([news], parse_settings('workspace.name = "Acme"'))
    assert (alert and alert.text) == text
    if alert:
        what = "delivery" if news.slot.job == "deliver" else "weekly report"
        assert alert.subject == f"batna, Acme: {what} {news.status}"


def test_several_are_told_together_and_what_was_missed_of_a_job_in_one_sentence() -> None:
    slots = [replace(SLOT, job="load", on=SLOT.on - timedelta(days=day)) for day in range(20)]
    slots += [replace(SLOT, on=SLOT.on - timedelta(days=7 * week)) for week in range(3)]
    alert = alert_of([*(News(slot, "missed") for slot in slots), News(SLOT, "failed", "X"), News(SLOT, "ok")], NOBODY)
    assert alert
    assert alert.subject == "batna, Unnamed workspace: 24 runs need a look"
    assert alert.text.split("\n\n")[:2] == [
        "The nightly loading was missed 20 times from 2026-10-28 to 2026-11-16: nothing was running then. "
        "The next one makes up for it.",
        "The weekly report was missed 3 times from 2026-11-02 to 2026-11-16: nothing was running then. "
        "`batna backfill --from 2026-11-01 --to 2026-11-15` tells these weeks.",
    ]
    assert alert.text.count("\n\n") == 2


def settings(mail_port: int = 0) -> Settings:
    return parse_settings(
        f'mail = {{ host = "127.0.0.1", port = {mail_port or 25}, security = "none", sender = "batna@acme.example" }}\n'
        'alerts.to = ["ops@acme.example", "it@acme.example"]\n'
    )


def log() -> tuple[Log, io.StringIO]:
    return Log(stream := io.StringIO(), lambda: NOON), stream


class TestSending:
    """By mail and by webhook."""

    def test_both(self) -> None:
        box, calls, (told, said) = Mailbox(), Calls(), log()
        alert = alert_of([News(SLOT, "failed", "CheckFailed")], settings())
        assert alert
        with mail_server(box) as port, web_server(calls) as address:
            send_alert(alert, settings(port), {"BATNA_ALERT_WEBHOOK": f"{address}/hook"}, lambda: NOON, told)
        assert box.recipients == ["ops@acme.example", "it@acme.example"]
        assert [(message["To"], message["Auto-Submitted"]) for message in box.messages()] == [
            ("ops@acme.example", "auto-generated"), ("it@acme.example", "auto-generated"),
        ]  # fmt: skip
        assert box.messages()[0].get_content().strip() == alert.text
        assert calls.got == [("POST", "/hook", {"text": f"{alert.subject}\n{alert.text}"})]
        assert said.getvalue() == ""

    def test_what_cannot_be_sent_is_logged_and_the_rest_is(self) -> None:
        calls, (told, said) = Calls(status=500), log()
        alert = alert_of([News(SLOT, "missed")], settings())
        assert alert
        with web_server(calls) as address:
            send_alert(alert, settings(free_port()), {"BATNA_ALERT_WEBHOOK": f"{address}/secret"}, lambda: NOON, told)
        lines = [json.loads(line) for line in said.getvalue().splitlines()]
        assert lines[0]["error"] == "the other side said 500"
        assert "cannot be reached" in lines[1]["error"]
        assert "secret" not in said.getvalue()

    def test_a_refused_recipient_is_logged(self) -> None:
        box, (told, said) = Mailbox(answer=lambda address: "550 no" if address.startswith("ops") else "250 OK"), log()
        alert = alert_of([News(SLOT, "missed")], settings())
        assert alert
        with mail_server(box) as port:
            send_alert(alert, settings(port), {}, lambda: NOON, told)
        assert box.recipients == ["it@acme.example"]
        assert json.loads(said.getvalue())["code"] == 550


class TestDeadManSwitch:
    """Start, success and failure of each run; never a reason for a run to fail."""

    def run(self, world: World, address: str, status: int = 200) -> tuple[list[tuple[str, str, object]], str]:
        calls, (told, said) = Calls(status), log()
        world.now = NOON.replace(hour=4, minute=30)
        with web_server(calls) as found:
            environment = {"BATNA_PING_WEEKLY": address or f"{found}/uuid?x=1"}
            real = outside_of(world.workspace, Wake(), told, lambda: world.now, environment)
            chosen = replace(real, run=world.in_process)
            tick(world.workspace, load_settings(world.workspace.root), chosen)
        return calls.got, said.getvalue()

    def test_a_run_that_goes_well(self, world: World) -> None:
        calls, _ = self.run(world, "")
        assert [path for _, path, _ in calls] == ["/uuid/start?x=1", "/uuid?x=1"]

    def test_one_that_fails(self, world: World) -> None:
        world.export("bad.csv", "refuse", written_at="2026-11-15T03:00+01:00")
        calls, _ = self.run(world, "")
        assert [path for _, path, _ in calls] == ["/uuid/start?x=1", "/uuid/fail?x=1"]

    @pytest.mark.parametrize(
        "address",
        [f"http://127.0.0.1:{free_port()}/secret", "file:///secret", "nonsense:secret", ""],
        ids=["nobody listens", "a file", "no address", "empty"],
    )
    def test_one_that_does_not_answer_changes_nothing(self, world: World, address: str) -> None:
        _, said = self.run(world, address, status=500)
        assert world.rows()[-1][-1] == "ok"
        assert said.count("dead-man switch not reached") == 2
        assert "secret" not in said

    def test_a_job_without_one_calls_nobody(self) -> None:
        told, said = log()
        ping("load", "start", parse_settings(SETTINGS), {"BATNA_PING_WEEKLY": "http://127.0.0.1:1"}, told)
        assert said.getvalue() == ""


class TestWeb:
    """Short calls."""

    @pytest.mark.parametrize(
        "address",
        [
            "ftp://x.example/", "file:///etc/passwd", "x.example", "http:///x", "", "http://[::1", "http://x.example:port/",
            "http://user:word@x.example/", "http://x.example/a b", "http://x.example/a\r\nHost: y", "http://x..y/",
            "http://127.0.0.1:1/\u00fc",
        ],
    )  # fmt: skip
    def test_only_the_web_is_called(self, address: str, capfd: pytest.CaptureFixture[str]) -> None:
        for call in (get, lambda told: post_json(told, {}), lambda told: get(below(told, "start"))):
            with pytest.raises(NotAnAddress, match="the address is no address of the web"):
                call(address)
        assert capfd.readouterr().err == "", "a word on it could name the address"

    @pytest.mark.parametrize("answer", [b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 200 + b"\r\n", b""])
    def test_an_answer_that_is_none_is_no_success(self, answer: bytes, capfd: pytest.CaptureFixture[str]) -> None:
        with answers(answer) as address, pytest.raises(WebError, match="no answer") as raised:
            post_json(f"{address}/secret", {"text": "x"})
        assert "secret" not in f"{raised.value}{capfd.readouterr().err}"

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    def test_what_was_sent_to_an_address_that_has_moved_is_not_taken(self, status: int) -> None:
        calls = Calls()
        with web_server(calls) as there:
            moved = f"HTTP/1.1 {status} Moved\r\nLocation: {there}/new\r\nContent-Length: 0\r\n\r\n"
            with answers(moved.encode()) as address, pytest.raises(WebError, match=f"the other side said {status}"):
                post_json(address, {"text": "x"})
        assert calls.got == []

    def test_a_call_without_content_goes_where_the_address_has_moved_to(self) -> None:
        calls = Calls()
        with web_server(calls) as there:
            moved = f"HTTP/1.1 302 Moved\r\nLocation: {there}/new\r\nContent-Length: 0\r\n\r\n"
            with answers(moved.encode()) as address:
                get(address)
        assert calls.got == [("GET", "/new", None)]

    def test_json_is_sent(self) -> None:
        calls = Calls()
        with web_server(calls) as address:
            post_json(address, {"text": "ü"})
        assert calls.got == [("POST", "/", {"text": "ü"})]

    def test_an_address_one_step_further(self) -> None:
        assert below("https://hc.example/uuid", "start") == "https://hc.example/uuid/start"
        assert below("https://hc.example/uuid/?rid=1", "fail") == "https://hc.example/uuid/fail?rid=1"
