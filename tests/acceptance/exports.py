"""Exports of two good deals, their reps and quotas, as text; and the records of a file that came out."""

from __future__ import annotations

import csv
from pathlib import Path

WEEK, DAY = "2026-W46", "2026-11-15"

HEADER = "opportunity_id,opportunity_name,rep_id,stage,amount,currency,created_at,close_on,closed_at,probability"
REPS = "rep_id,rep_name,team\nann,Ann Example,North\nbob,Bob Example,North\neve,Eve Example,South\n"
QUOTAS = "rep_id,period_start_on,quota_amount,currency\nann,2026-10-01,10000,USD\nbob,2026-10-01,9000,SEK\n"
GOOD = (
    "good,Good,ann,Negotiation,1000,USD,2026-08-01,2026-12-01,,.5",
    "won,Won,ann,Won,5000,USD,2026-08-01,,2026-10-10,",
)


def deals(*lines: str, header: str = HEADER) -> str:
    return "\n".join((header, *lines, ""))


def records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
