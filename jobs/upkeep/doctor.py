"""`batna doctor`: what holds, and what somebody has to mend; it changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TextIO

import duckdb

from jobs.disk_faults import disk_fault, unopened
from jobs.errors import BatnaError
from jobs.output import as_json
from jobs.settings import Settings, load_settings
from jobs.workspace import Workspace

State = Literal["ok", "mend"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. text: what was found; mend: what to do where it does not hold."""

    about: str
    state: State
    text: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at, and when. environment: where passwords and secret addresses are."""

    workspace: Workspace
    settings: Settings
    now: datetime
    environment: Mapping[str, str]


Probe = Callable[[Patient], Iterator[Finding]]


def holds(about: str, text: str) -> Finding:
    """All is well."""
    return Finding(about, "ok", text)


def mend(about: str, text: str, what: str) -> Finding:
    """Somebody has to do something."""
    return Finding(about, "mend", text, what)


def examine(
    workspace: Workspace, now: datetime, environment: Mapping[str, str], probes: Sequence[tuple[str, Probe]]
) -> tuple[Finding, ...]:
    """Every probe's findings; without settings that can be used there is only that one."""
    try:
        settings = load_settings(workspace.root)
    except BatnaError as error:
        return (mend("settings", f"{error.place}: {error.fault}", error.mend),)
    patient = Patient(workspace, settings, now, environment)
    found = [finding for name, probe in probes for finding in _tried(name, probe, patient)]
    by_words = {(finding.text, finding.mend): finding for finding in reversed(found)}  # of one fault, the first word
    return (holds("settings", "batna.toml can be used"), *(each for each in found if each in by_words.values()))


def _tried(name: str, probe: Probe, patient: Patient) -> list[Finding]:
    """What a probe stumbles over is a finding, too."""
    try:
        return list(probe(patient))
    except BatnaError as error:
        return [mend(name, f"{error.place}: {error.fault}", error.mend)]
    except (OSError, duckdb.Error) as error:
        return [mended(name, error, patient.workspace)]


def mended(about: str, error: OSError | duckdb.Error, workspace: Workspace) -> Finding:
    """A finding of what the system or DuckDB says."""
    known = disk_fault(error, workspace.root)
    if known is None and isinstance(error, OSError):
        place = error.filename or workspace.root
        return mend(about, f"{place}: {error.strerror}", "Let this user read and write there")
    known = known or unopened(workspace.warehouse, str(error).partition("\n")[0])
    return mend(about, f"{known.place}: {known.fault}", known.mend)


def write_findings(findings: Sequence[Finding], form: str, out: TextIO) -> None:
    """A line each, and below what is to be mended how; or JSON."""
    if form == "json":
        told = [{"about": f.about, "state": f.state, "text": f.text, "mend": f.mend} for f in findings]
        out.write(f"[{','.join(chr(10) + as_json(each) for each in told)}\n]\n")
        return
    for finding in findings:
        out.write(f"{finding.state:<5} {finding.about:<10} {finding.text}\n")
        if finding.mend:
            out.write(f"{'':<16} -> {finding.mend}\n")
    count = sum(finding.state == "mend" for finding in findings)
    need = "needs" if count == 1 else "need"
    out.write(f"{count} of {len(findings)} {need} mending.\n" if count else "All is well.\n")
