"""Who is told when the schedule needs somebody: e-mail, a webhook, a dead-man switch.

What is told names jobs, days and runs; never a person, a row or a figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from jobs.errors import BatnaError
from jobs.log import Log
from jobs.mail.server import connected, server_of
from jobs.run import Clock
from jobs.schedule.tick import News
from jobs.settings import Settings
from jobs.slot import Job
from jobs.web import WebError, below, get, post_json

_JOBS: Mapping[Job, str] = {
    "load": "nightly loading",
    "weekly": "weekly report",
    "retention": "retention",
    "deliver": "delivery",
}


@dataclass(frozen=True, slots=True)
class Alert:
    """What a person should know."""

    subject: str
    text: str


def alert_of(news: Sequence[News], settings: Settings) -> Alert | None:
    """What is to be told of this news; None where all is well."""
    lines = [*_missed(news), *(line for each in news if (line := _line(each, settings)))]
    if not lines:
        return None
    name = settings.workspace.name
    first = news[0] if len(news) == 1 else None
    count = sum(each.status == "missed" or _line(each, settings) is not None for each in news)
    what = f"{_JOBS[first.slot.job]} {first.status}" if first else f"{count} runs need a look"
    return Alert(f"batna, {name}: {what}", "\n\n".join(lines))


def send_alert(alert: Alert, settings: Settings, environment: Mapping[str, str], clock: Clock, log: Log) -> None:
    """By every way that is set up; one that fails is logged, and holds up nothing."""
    address = environment.get(settings.alerts.webhook_env)
    if address:
        try:
            post_json(address, {"text": f"{alert.subject}\n{alert.text}"})
        except WebError as error:
            log.say("alert not taken by the webhook", error=str(error))
    if settings.alerts.to:
        try:
            _mail(alert, settings, environment, clock, log)
        except BatnaError as error:
            log.say("alert not sent by mail", error=str(error))


def ping(job: Job, ending: str, settings: Settings, environment: Mapping[str, str], log: Log) -> None:
    """Tell a dead-man switch: `start`, `fail`, or nothing more where the run went well. It never fails a run."""
    table = getattr(settings.schedule, job, None)
    address = environment.get(table.ping_env) if table else None
    if not address:
        return
    try:
        get(below(address, ending) if ending else address)
    except WebError as error:
        log.say("dead-man switch not reached", error=str(error), job=job)


def _line(news: News, settings: Settings) -> str | None:
    """One paragraph: what, why, and what to do; None where nobody has to know."""
    what = f"The {_JOBS[news.slot.job]} of {news.slot.on}"
    look = f"`batna runs show {news.slot.run_id}` says more."
    match news.status:
        case "skipped":
            of = f" is of {news.data_on}, and" if news.data_on else ""
            fault = f"the newest export of opportunities{of} is older than {settings.schedule.max_age} days"
            make_up = f"`batna weekly --as-of {news.slot.as_of_on}` makes up for it"
            return f"{what} was left out: {fault}. Put a newer one into the inbox: {make_up}."
        case "failed" if news.is_over and news.slot.job == "deliver":
            return f"The weekly report of {news.slot.on} is published, and did not reach everybody. {look}"
        case "failed" if news.is_over:
            why = "files were refused" if news.has_refused else str(news.error)
            day = news.slot.as_of_on
            later = f" Once that is mended, `batna weekly --as-of {day}` makes up for it." if day else ""
            return f"{what} failed: {why}. Nothing is tried again by itself. {look}{later}"
        case "interrupted" if news.is_over:
            return f"{what} was interrupted {settings.schedule.attempts} times, and is not tried again. {look}"
    return None


def _missed(news: Sequence[News]) -> Iterator[str]:
    """One paragraph for each job: three weeks without a service miss twenty nights."""
    for job, name in _JOBS.items():
        days = sorted(each.slot.on for each in news if each.status == "missed" and each.slot.job == job)
        if len(days) == 1:
            yield f"The {name} of {days[0]} was missed: nothing was running then. {_make_up(job, days)}"
        elif days:
            times = f"{len(days)} times from {days[0]} to {days[-1]}"
            yield f"The {name} was missed {times}: nothing was running then. {_make_up(job, days)}"


def _make_up(job: Job, days: Sequence[date]) -> str:
    if job != "weekly":
        return "The next one makes up for it."
    first, last = (day - timedelta(days=1) for day in (days[0], days[-1]))
    return f"`batna backfill --from {first} --to {last}` tells {'its week' if first == last else 'these weeks'}."


def _mail(alert: Alert, settings: Settings, environment: Mapping[str, str], clock: Clock, log: Log) -> None:
    server = server_of(settings, environment)
    with connected(server) as postman:
        for recipient in settings.alerts.to:
            message = EmailMessage(policy=SMTP)
            message["Subject"], message["From"], message["To"] = alert.subject, settings.mail.sender, recipient
            message["Date"], message["Auto-Submitted"] = format_datetime(clock()), "auto-generated"
            message.set_content(alert.text, cte="quoted-printable")
            postman.make_ready()
            reply = postman.post(settings.mail.sender, recipient, message.as_bytes())
            if reply.verdict != "sent":
                log.say("alert not taken by the mail server", verdict=reply.verdict, code=reply.code)
