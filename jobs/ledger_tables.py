"""The tables of runs.sqlite, and how those of an earlier version become them."""

from __future__ import annotations

import sqlite3

from jobs.errors import BatnaError

VERSION = 3

_RUNS = """
create table runs (
    run_id text primary key,      -- time of the start, and eight random digits
    command text not null,        -- the command, or the job of a schedule
    slot text,                    -- day of the schedule, in the workspace's zone; empty where a person ran it
    attempt integer not null,     -- 1 for the first run of its slot
    trigger text not null,        -- schedule, catch-up or hand
    started_at text not null,     -- UTC, ISO 8601
    ended_at text,
    as_of_on text,                -- the date that was scored
    data_on text,                 -- day of the newest export of opportunities that the run saw
    status text not null,         -- running, ok, failed, skipped, interrupted or missed
    exit_code integer,
    error text,                   -- kind of error; never row data
    snapshot text,                -- where the warehouse lies that this run's took the place of
    outputs text not null,        -- JSON list: what it published, as paths in the workspace
    counts text not null,         -- JSON object: files, rows, reps, deals, checks
    refused text not null,        -- JSON list of {"file", "reason"}
    overrides text not null       -- JSON list: what was asked for beyond the rules, such as --restate
);
create unique index one_ok_per_slot on runs (command, slot) where status = 'ok';
"""
_OTHERS = """
create table if not exists run_weeks (
    run_id text not null,         -- a run of several weeks
    as_of_on text not null,       -- a date that it was to score
    outcome text,                 -- failed: a check failed; held_back: one of another week did; empty: as the run
    primary key (run_id, as_of_on)
);
create table if not exists schedules (
    command text primary key,     -- a job
    pattern text not null,        -- its time, days and zone
    since text not null           -- UTC: slots of this pattern are due from then on
);
create table if not exists deliveries (
    week text not null,           -- 2026-W47
    channel text not null,        -- mail, webhook or folder
    recipient text not null,      -- an address of mail, a folder; of a webhook its variable; everybody: of mail, once
                                  -- it is kept no longer who they were
    status text not null,         -- sending, sent, temporary, refused, unknown or forgotten
    code integer,                 -- what the other side said, of SMTP or HTTP
    attempts integer not null,
    message_id text,              -- of mail
    run_id text not null,         -- the run that tried last
    began_at text not null,       -- UTC: when it was tried last
    ended_at text,
    primary key (week, channel, recipient)
);
"""
_FROM_FIRST = """
alter table runs rename to first_runs;
{runs}
insert into runs
select
    run_id, command, null, 1, 'hand', started_at, ended_at, as_of_on, null,
    case outcome when 'done' then 'ok' when 'refused' then 'failed' else outcome end,
    exit_code, error, null, '[]', counts, refused, overrides
from first_runs;
drop table first_runs;
"""


def prepare(connection: sqlite3.Connection, place: str) -> None:
    """Make the tables, or bring those of an earlier version up to this one, all or nothing.

    Raises BatnaError where a later version wrote the file.
    """
    if is_current(connection):
        return
    connection.execute("begin immediate")
    try:
        _bring_up(connection, place)
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def is_current(connection: sqlite3.Connection) -> bool:
    """Whether the file has the tables of this version."""
    return _version(connection) == VERSION


def _bring_up(connection: sqlite3.Connection, place: str) -> None:
    found = _version(connection)
    if found > VERSION:
        fault = f"a later version of batna wrote it (its tables are of version {found}, known is {VERSION})"
        raise BatnaError(place, fault, "Run that version here, or upgrade this one")
    if found == VERSION:
        return
    has_runs = connection.execute("select 1 from sqlite_master where name = 'runs'").fetchone()
    runs = "" if found else _FROM_FIRST.format(runs=_RUNS) if has_runs else _RUNS
    script = runs + _OTHERS
    for statement in script.split(";\n"):
        connection.execute(statement)
    connection.execute(f"pragma user_version = {VERSION}")


def _version(connection: sqlite3.Connection) -> int:
    [(version,)] = connection.execute("pragma user_version").fetchall()
    return int(version)
