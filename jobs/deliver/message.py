"""One mail: the summary with its plain twin, and the pages as they were published."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from jobs.deliver.plain import plain_text, title
from jobs.render.mail import Summary
from jobs.settings import Settings


def message_id(settings: Settings, week: str, recipient: str) -> str:
    """Always the same for one week and recipient, so that a mail server knows a second one."""
    told = f"{settings.workspace.name}\n{week}\n{recipient.casefold()}"
    domain = settings.mail.sender.partition("@")[2]
    return f"<{week}.{hashlib.sha256(told.encode()).hexdigest()[:24]}@{domain}>"


def message_of(
    settings: Settings, week: str, recipient: str, summary: Summary, pages: Path | None, now: datetime
) -> EmailMessage:
    """The mail to one recipient. pages: the published week, whose pages are attached byte for byte; None: none are."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = title(summary.html)
    message["From"], message["To"] = settings.mail.sender, recipient
    message["Date"], message["Message-ID"] = format_datetime(now), message_id(settings, week, recipient)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(plain_text(summary.html), cte="quoted-printable")
    message.add_alternative(summary.html, subtype="html", cte="quoted-printable")
    for page in summary.pages if pages else ():
        assert pages is not None, "it is asked for above"
        name = page.rpartition("/")[2]
        content = (pages / page).read_bytes()
        message.add_attachment(content, "text", "html", filename=name, params={"charset": "utf-8"})
    return message
