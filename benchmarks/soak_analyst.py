"""An analyst who opens what is published again and again, and keeps count of what was wrong."""

from __future__ import annotations

import json
import re
import select
import sys
from collections.abc import Iterator
from contextlib import closing

from jobs.warehouse import connect
from jobs.workspace import Workspace

_WEEK = """
select
    (select max(as_of_on) from ops.weeks),
    (select max(as_of_on) from marts.company_week),
    (select max(as_of_on) from marts.deal_positions),
    (select open_count from marts.company_week order by as_of_on desc limit 1),
    (select sum(open_count) from marts.rep_scorecard
        where as_of_on = (select max(as_of_on) from marts.company_week))
"""


def read_on(workspace: Workspace, pause: float) -> None:
    """Look until standard input ends; then print the number of looks, and the faults."""
    looks, faults = 0, list[str]()
    while not select.select([sys.stdin], [], [], pause)[0]:
        looks += 1
        try:
            faults += [*_numbers(workspace), *_pages(workspace)]
        except Exception as error:
            faults.append(f"{type(error).__name__}: {error}")
    print(json.dumps({"looks": looks, "faults": faults}))


def _numbers(workspace: Workspace) -> Iterator[str]:
    with closing(connect(workspace.warehouse, read_only=True)) as connection:
        [(frozen, scored, deals, company, reps)] = connection.execute(_WEEK).fetchall()
    if not frozen == scored == deals or company != reps:
        yield f"half a week: {frozen}, {scored} and {deals}; {company} and {reps} open deals"


def _pages(workspace: Workspace) -> Iterator[str]:
    latest = workspace.out / workspace.weeks()[-1]
    text = (latest / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'href="((?:reps|teams)/[^"#]+)"', text)
    missing = [link for link in links if not (latest / link).is_file()]
    if missing or not links or not text.rstrip().endswith("</html>"):
        yield f"half a page in {latest.name}: {len(links)} links, {missing}"
