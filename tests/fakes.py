"""Stages that do as little as the story of a run needs, on real files and a real DuckDB.

An export is a CSV with the header `opportunity_id`; one that holds the word `refuse` is refused whole, and
each id `bad` is a refused row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from jobs.load.ledger import next_file_number
from jobs.load.results import FileResult, IncomingFile, LoadOptions, LoadResult
from jobs.render.mail import Letter, NoPage, Summary
from jobs.stages import Edges, Stages
from jobs.warehouse import connect

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
MARTS = {
    "declined_deals": (
        "opportunity_id varchar, rep_id varchar, quarter_start_on date, decided_at timestamp, "
        "reason varchar, origin varchar, demanded_amount decimal(18, 4), floor_amount decimal(18, 4), "
        "threshold_amount decimal(18, 4), loss_avoided_amount decimal(18, 4), "
        "margin_protected_amount decimal(18, 4), is_verified boolean, returned_at timestamp, "
        "recovered_amount decimal(18, 4)"
    ),
    "possible_declines": "opportunity_id varchar, rep_id varchar",
    "data_quality": "measure varchar, is_measurable boolean, missing_entity varchar, missing_column varchar",
}


def create_raw_tables(connection: DuckDBPyConnection) -> None:
    connection.execute("create schema if not exists raw; create schema if not exists ops")
    connection.execute("create table if not exists raw.opportunities (opportunity_id varchar)")
    times = "arrived_at timestamp, exported_at timestamp, newest_stamp_at timestamp"
    columns = f"file_number integer, sha256 varchar, entity varchar, {times}"
    connection.execute(f"create table if not exists ops.files ({columns})")


def load_files(
    connection: DuckDBPyConnection,
    files: Sequence[IncomingFile],
    options: LoadOptions,
    *,
    rejects_dir: Path,
    progress: Any,
) -> LoadResult:
    return LoadResult(tuple(_load_file(connection, file.path, rejects_dir) for file in files))


def _load_file(connection: DuckDBPyConnection, path: Path, rejects_dir: Path) -> FileResult:
    text = path.read_text()
    hashed = sha256(text.encode()).hexdigest()
    names = {"path": path, "file_name": path.name, "sha256": hashed, "entity": "opportunities"}
    if "refuse" in text:
        return FileResult(**names, profile="generic", status="refused", problem=f"{path.name}: the header lacks x")
    if connection.execute("select 1 from ops.files where sha256 = ?", [hashed]).fetchone():
        rows = len(text.splitlines()) - 1
        return FileResult(**names, profile="generic", status="unchanged", rows_in=rows, rows_unchanged=rows)
    ids = text.splitlines()[1:]
    bad = [each for each in ids if each == "bad"]
    if bad:
        (rejects_dir / path.name).write_text("opportunity_id,reason\nbad,it is bad\n")
    for each in ids:
        if each != "bad":
            connection.execute("insert into raw.opportunities values (?)", [each])
    written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
    number = next_file_number(connection)
    connection.execute(
        "insert into ops.files values (?, ?, 'opportunities', ?, ?, null)", [number, hashed, written_at, written_at]
    )
    return FileResult(
        **names, profile="generic", status="loaded",
        rows_in=len(ids), rows_loaded=len(ids) - len(bad), rows_refused=len(bad), file_number=number,
    )  # fmt: skip


def build(connection: DuckDBPyConnection, settings: Any, dates: Sequence[date], **_: Any) -> None:
    connection.execute("create schema if not exists marts")
    columns = "as_of_on date, last_file_number integer, settings_hash varchar, scored_number integer"
    connection.execute(f"create table if not exists ops.weeks ({columns})")
    days = ", ".join(f"(date '{day}')" for day in dates)
    connection.execute(f"delete from ops.weeks where as_of_on in (select * from (values {days}))")
    hashed = settings.measure_hash()
    connection.execute(f"insert into ops.weeks select day, 1, '{hashed}', 1 from (values {days}) as days (day)")
    scored = f"select opportunity_id as rep_id, day as as_of_on from raw.opportunities, (values {days}) as days (day)"
    for mart in ("rep_scorecard", "deal_positions"):
        connection.execute(f"create or replace table marts.{mart} as {scored}")
    for mart, columns in MARTS.items():
        connection.execute(f"create table if not exists marts.{mart} ({columns})")


def render_week(connection: DuckDBPyConnection, settings: Any, as_of_on: date, target: Path, *, progress: Any) -> None:
    count = connection.execute("select count(*) from raw.opportunities").fetchone()
    (target / "reps").mkdir()
    (target / "index.html").write_text(f"{as_of_on}: {count[0] if count else 0} deals\n")
    (target / "reps" / "ada.html").write_text("Ada\n")
    progress(2, 2)


def write_review(connection: DuckDBPyConnection, settings: Any, as_of_on: date, folder: Path) -> None:
    rows = connection.execute("select opportunity_id from raw.opportunities order by all").fetchall()
    (folder / "declines.csv").write_text("opportunity_id,who_left\n" + "".join(f"{row[0]},\n" for row in rows))


def render_mails(
    connection: DuckDBPyConnection, settings: Any, as_of_on: date, letters: Sequence[Letter], published: Path
) -> tuple[Summary | NoPage, ...]:
    """A line of text; the team `nowhere` is in no week, and a rep has the page of Ada in the rep edition."""

    def summary(letter: Letter) -> Summary | NoPage:
        if letter.team == "nowhere":
            return NoPage("the week has no such team")
        if letter.edition != "leader":
            pages = {"rep": f"{letter.language}/rep/reps/ada.html", "team": f"{letter.language}/team/teams/north.html"}
            html = f"<title>Page of {letter.rep or letter.team}</title><p>{letter.address}</p>"
            return Summary(html, (pages[letter.edition],))
        link = f'<a href="{letter.address}">here</a>' if letter.address else ""
        html = f"<title>Week of {letter.team or 'all'} ({letter.language})</title><p>As of {as_of_on} {link}</p>"
        return Summary(html, ("reps/ada.html",) if letter.team else ("index.html", "reps/ada.html"))

    return tuple(map(summary, letters))


STAGES = Stages(
    connect=connect,
    create_raw_tables=create_raw_tables,
    load_files=load_files,
    build=build,
    run_checks=lambda connection, dates: (),
    render_week=render_week,
    render_week_list=lambda settings, weeks, left_out: "".join(
        f"{week}\n" for week in [*weeks, *(f"{each.week} left out" for each in left_out)]
    ),
    render_dictionary=lambda connection, settings: "what columns mean\n",
    write_review=write_review,
    render_mails=render_mails,
)


def edges(**changes: Any) -> Edges:
    """Edges with the small stages and a clock that stands still."""
    return Edges(**({"stages": STAGES, "clock": lambda: NOON} | changes))
