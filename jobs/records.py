"""What the archive keeps beside the accepted files, so that a warehouse can be rebuilt: settings, and what weeks saw.

archive/settings/<16 digits of its sha256>.toml: batna.toml as it was. archive/weeks.jsonl: a line per week scored.
Both are made in the folder of a run, and published with the rest of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from jobs.disk import json_lines, write_synced
from jobs.errors import BatnaError, DataRefused
from jobs.load.erased import read_erased
from jobs.settings import Settings, parse_settings
from jobs.workspace import Workspace


@dataclass(frozen=True, slots=True)
class WeekRecord:
    """A row of ops.weeks, and the name of the settings in archive/settings that it was scored under."""

    as_of_on: date
    last_file_number: int
    settings_hash: str
    scored_number: int
    settings: str


def keep_settings(workspace: Workspace, folder: Path, settings: Settings) -> str:
    """Put batna.toml as it is among what the run in `folder` publishes; its name there.

    Addresses of erased people are left out, though batna.toml may still have them.
    Raises DataRefused where the file no longer says what the run works by.
    """
    content = workspace.settings_file.read_bytes()
    text = content.decode("utf-8-sig")
    if parse_settings(text, str(workspace.settings_file)) != settings:
        raise DataRefused(str(workspace.settings_file), "it was changed while the run went on", "Run it again")
    hidden = read_erased(workspace).addresses(text)
    content = hidden.encode() if hidden != text else content
    name = hashlib.sha256(content).hexdigest()[:16] + ".toml"
    place = folder / "records" / workspace.kept_settings.name / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return name


def keep_weeks(
    connection: DuckDBPyConnection, workspace: Workspace, folder: Path, settings: Settings, dates: Collection[date]
) -> None:
    """Put what every week sees among what the run in `folder` publishes; these dates were scored by it."""
    name = keep_settings(workspace, folder, settings)
    known = {record.as_of_on: record for record in read_weeks(workspace)}
    query = "select as_of_on, last_file_number, settings_hash, coalesce(scored_number, 0) from ops.weeks order by 1"
    rows = connection.execute(query).fetchall()
    found = (WeekRecord(day, number, settings_hash, run, name) for day, number, settings_hash, run in rows)
    write_weeks(folder, (_settled(record, known.get(record.as_of_on), dates) for record in found))


def write_weeks(folder: Path, records: Iterable[WeekRecord]) -> None:
    """Put these lines among what the run in `folder` publishes."""
    text = "".join(json.dumps(asdict(record), default=str) + "\n" for record in records)
    place = folder / "records" / "weeks.jsonl"
    place.parent.mkdir(exist_ok=True)
    write_synced(place, text)


def read_weeks(workspace: Workspace) -> tuple[WeekRecord, ...]:
    """What is kept of the weeks. Raises BatnaError where it cannot be read."""
    try:
        return tuple(_record(line) for line in json_lines(workspace.week_records))
    except FileNotFoundError:
        return ()
    except (ValueError, TypeError, KeyError) as error:
        fault = f"it is damaged ({error})"
        raise BatnaError(str(workspace.week_records), fault, "Put it back from a copy of the workspace") from error


def settings_of(workspace: Workspace, name: str) -> Settings:
    """Kept settings as this version reads them. Raises BatnaError where they are not there, and SettingsError."""
    place = workspace.kept_settings / name
    try:
        text = place.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        fault = "the settings that files were loaded or weeks were scored under cannot be read"
        raise BatnaError(str(place), fault, "Put the file back from a copy") from error
    return parse_settings(text, str(place))


def _settled(found: WeekRecord, known: WeekRecord | None, dates: Collection[date]) -> WeekRecord:
    """A week that this run did not score keeps the settings that it was scored under."""
    is_kept = known is not None and found.as_of_on not in dates
    return replace(found, settings=known.settings) if known is not None and is_kept else found


def _record(values: dict[str, Any]) -> WeekRecord:
    return WeekRecord(**{**values, "as_of_on": date.fromisoformat(values["as_of_on"])})
