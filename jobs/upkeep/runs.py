"""The record of runs, for people and for programs."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TextIO

from jobs.errors import UsageError
from jobs.ledger import Ledger
from jobs.output import WRITERS, Result, as_json
from jobs.settings import load_settings
from jobs.workspace import Workspace

Record = dict[str, Any]

_COLUMNS = ("run", "command", "slot", "as_of", "status", "started", "seconds", "error")
_JSON = ("outputs", "counts", "refused", "overrides")
_DELIVERIES = "select channel, recipient, status, code from deliveries where run_id = ? order by channel, recipient"
_WEEKS = "select as_of_on, coalesce(outcome, 'as the run') as outcome from run_weeks where run_id = ? order by 1"


def recent_runs(workspace: Workspace, limit: int) -> list[Record]:
    """The last runs, the latest first, each with every column of the record.

    Raises SettingsError where this is no workspace.
    """
    if not workspace.settings_file.exists():
        load_settings(workspace.root)  # which says so
    rows = Ledger(workspace.ledger).rows("select * from runs order by started_at desc, rowid desc limit ?", (limit,))
    return [_record(row) for row in rows]


def the_run(workspace: Workspace, name: str) -> Record:
    """The run whose id is or begins with this, or the `last` one. Raises UsageError where it is none, or several."""
    if name == "last":
        found = recent_runs(workspace, 1)
    else:
        sql = "select * from runs where substr(run_id, 1, length(?)) = ? order by run_id"
        found = [_record(row) for row in Ledger(workspace.ledger).rows(sql, (name, name))]
    if not found:
        raise UsageError(name, "no run has this id", "`batna runs` lists the last ones")
    exact = [run for run in found if run["run_id"] == name]
    if len(found) > 1 and not exact:
        raise UsageError(name, f"{len(found)} runs begin so", f"Write more of it, such as {found[0]['run_id']}")
    [run] = exact or found
    rows = Ledger(workspace.ledger).rows(_WEEKS, (run["run_id"],))
    details = workspace.work / f"traceback-{run['run_id']}.txt"
    sent = [dict(row) for row in Ledger(workspace.ledger).rows(_DELIVERIES, (run["run_id"],))]
    return {
        **run,
        "weeks": [dict(row) for row in rows],
        "deliveries": sent,
        "details": str(details) if details.exists() else None,
    }


def write_runs(runs: Sequence[Record], form: str, out: TextIO) -> None:
    """The list: a table, or JSON with every column."""
    if form == "json":
        out.write(f"[{','.join(chr(10) + as_json(run) for run in runs)}\n]\n")
    elif not runs:
        out.write("Nothing has run here yet.\n")
    else:
        WRITERS["table"](Result(_COLUMNS, iter([_row(run) for run in runs])), out)


def write_run(run: Record, form: str, out: TextIO) -> None:
    """One run, a line per fact."""
    if form == "json":
        out.write(as_json(run) + "\n")
        return
    facts: list[tuple[str, object]] = [
        ("run", run["run_id"]), ("command", run["command"]), ("status", run["status"]), ("error", run["error"]),
        ("details", run["details"]), ("exit code", run["exit_code"]), ("slot", run["slot"]),
        ("attempt", f"{run['attempt']}, {run['trigger']}"), ("as of", run["as_of_on"]),
        ("newest export", run["data_on"]), ("started", run["started_at"]), ("ended", run["ended_at"]),
        ("seconds", run["seconds"]), ("asked for", ", ".join(run["overrides"])),
        ("counts", ", ".join(f"{name} {count:,}" for name, count in run["counts"].items())),
    ]  # fmt: skip
    facts += [("refused", each["reason"]) for each in run["refused"]]
    facts += [("week", f"{each['as_of_on']}, {each['outcome']}") for each in run["weeks"]]
    facts += [("delivery", f"{each['status']}, {each['channel']}, {each['recipient']}") for each in run["deliveries"]]
    facts += [("published", path) for path in run["outputs"]]
    facts += [("before it", run["snapshot"])]
    out.writelines(f"{name:<15}{fact}\n" for name, fact in facts if fact not in (None, ""))


def _record(row: sqlite3.Row) -> Record:
    record = {name: json.loads(row[name]) if name in _JSON else row[name] for name in row.keys()}  # noqa: SIM118
    return {**record, "seconds": _seconds(row["started_at"], row["ended_at"])}


def _seconds(started_at: str, ended_at: str | None) -> float | None:
    if ended_at is None:
        return None
    return round((datetime.fromisoformat(ended_at) - datetime.fromisoformat(started_at)).total_seconds(), 1)


def _row(run: Record) -> tuple[object, ...]:
    names = ("run_id", "command", "slot", "as_of_on", "status")
    shown = ("" if run[name] is None else run[name] for name in names)
    seconds = "" if run["seconds"] is None else run["seconds"]
    return (*shown, run["started_at"][:16], seconds, run["error"] or "")
