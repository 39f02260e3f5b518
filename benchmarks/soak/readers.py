"""The ways in which analysts read: each look gives what every week is told by, and what is wrong with that."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from duckdb import DuckDBPyConnection

from jobs.disk import folder_sha256
from jobs.warehouse import connect
from jobs.workspace import Workspace

WEEKS = """
select
    cast(company.as_of_on as varchar) as week,
    concat_ws(' ', open_count, exposure_count, won_amount, expected_amount, batna_strength, held_count) as told,
    (select count(*) from ops.weeks as weeks where weeks.as_of_on = company.as_of_on) as frozen_count,
    (select count(*) from ops.weeks) as all_frozen_count,
    open_count,
    (select sum(reps.open_count) from marts.rep_scorecard as reps where reps.as_of_on = company.as_of_on) as rep_count,
    (select count(*) from marts.deal_positions as deals where deals.as_of_on = company.as_of_on) as deal_count
from marts.company_week as company
order by company.as_of_on
"""
_LINK = re.compile(r'(?:href|src)="([^"#:]+)(?:#[^"]*)?"')
_WEEK = re.compile(r"(\d{4}-W\d{2})/index\.html")
NOTHING_TO_READ, NOTHING_YET = 3, "nothing has been published here yet"
Row = tuple[str, str, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Seen:
    """weeks: what each of them is told by, under its name: the same at every look. None where nothing is published.

    faults: what is wrong. other_mb: peak memory of the process that was started for this look.
    """

    weeks: Mapping[str, str]
    faults: tuple[str, ...] = ()
    other_mb: float = 0.0


Look = Callable[[Workspace], Seen]


def opens_anew(workspace: Workspace) -> Seen:
    """A new connection for each look."""
    if not workspace.warehouse.exists():
        return Seen({})
    with closing(connect(workspace.warehouse, read_only=True)) as connection:
        return _seen(_asked(connection))


class Keeps:
    """A connection that is kept over a publication: it tells what it told, until it is opened again."""

    def __init__(self) -> None:
        self.connection: DuckDBPyConnection | None = None
        self.rows: Sequence[Row] = ()
        self.number = 0

    def __call__(self, workspace: Workspace) -> Seen:
        if not workspace.warehouse.exists():
            return Seen({})
        faults: tuple[str, ...] = ()
        if self.connection and _asked(self.connection) != self.rows:
            faults = ("a connection that was kept open is told something else",)
        if self.connection is None or workspace.warehouse.stat().st_ino != self.number:
            self._open(workspace)
        seen = _seen(self.rows)
        return Seen(seen.weeks, (*faults, *seen.faults))

    def _open(self, workspace: Workspace) -> None:
        if self.connection:
            self.connection.close()
        self.number = workspace.warehouse.stat().st_ino
        self.connection = connect(workspace.warehouse, read_only=True)
        self.rows = _asked(self.connection)


def asks_by_command(workspace: Workspace) -> Seen:
    """`batna sql`, a process for each look."""
    line = [sys.executable, "-m", "jobs", "sql", WEEKS, "--format", "json", "--workspace", str(workspace.root)]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    with process.stdout as stream:  # type: ignore[union-attr]
        told = stream.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode == NOTHING_TO_READ and NOTHING_YET in told:
        return Seen({})
    if process.returncode:
        return Seen({}, (f"batna sql ended with {process.returncode}: {told}",))
    seen = _seen([tuple(row.values()) for row in json.loads(told)])
    return Seen(seen.weeks, seen.faults, usage.ru_maxrss / 1024)


def opens_pages(workspace: Workspace) -> Seen:
    """The list of weeks, as a browser would open it, and every page of the newest week."""
    entrance = workspace.out / "index.html"
    if not entrance.exists():
        return Seen({})
    text = entrance.read_text(encoding="utf-8")
    newest = max(_WEEK.findall(text))
    faults = [*_half(entrance, text), *_gone(entrance, text)]
    for page in sorted((workspace.out / newest).rglob("*.html")):
        told = page.read_text(encoding="utf-8")
        faults += [*_half(page, told), *(f"{page.name} of {newest}: no {link}" for link in _dead(page, told))]
    return Seen({newest: folder_sha256(workspace.out / newest)}, tuple(faults))


KINDS: Mapping[str, Callable[[], Look]] = {
    "opens anew": lambda: opens_anew,
    "keeps open": Keeps,
    "batna sql": lambda: asks_by_command,
    "pages": lambda: opens_pages,
}
PAUSES: Mapping[str, float] = {"opens anew": 2.0, "keeps open": 2.0, "batna sql": 20.0, "pages": 4.0}  # seconds


def _asked(connection: DuckDBPyConnection) -> Sequence[Row]:
    return connection.execute(WEEKS).fetchall()


def _seen(rows: Sequence[Row]) -> Seen:
    return Seen({row[0]: row[1] for row in rows}, tuple(half_weeks(rows)))


def half_weeks(rows: Sequence[Row]) -> Iterator[str]:
    """Every week is frozen once; of the newest one, reps and deals are there too (those of earlier weeks may go)."""
    for week, _, frozen, all_frozen, *_ in rows:
        if frozen != 1 or all_frozen != len(rows):
            yield f"{week} is frozen {frozen} times, and {all_frozen} weeks are, of {len(rows)} that are told"
    for week, _, _, _, open_count, rep_count, deal_count in rows[-1:]:
        if open_count != rep_count or not deal_count:
            yield f"half a week: {week} has {open_count} open deals, reps have {rep_count}, {deal_count} are listed"


def _half(page: Path, text: str) -> Iterator[str]:
    if not text.rstrip().endswith("</html>"):
        yield f"half a page: {page.name} has {len(text)} characters"


def _dead(page: Path, text: str) -> list[str]:
    return [link for link in set(_LINK.findall(text)) if not os.path.isfile(page.parent / link)]


def _gone(entrance: Path, text: str) -> Iterator[str]:
    """Pages that are kept no longer go after the list has changed: whoever has the earlier list looks once more."""
    dead = _dead(entrance, text)
    if dead:
        now = entrance.read_text(encoding="utf-8")
        yield from (f"the list of weeks: no {link}" for link in _dead(entrance, now) if link in dead)
