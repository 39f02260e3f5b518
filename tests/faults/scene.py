"""A workspace of the tests of faults: commands in processes of their own, and what the workspace holds."""

from __future__ import annotations

import ctypes
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from jobs.disk import folder_sha256
from jobs.workspace import Workspace
from tests.fakes import NOON

ROOT = Path(__file__).parent.parent.parent
WEEK = ("weekly", "--as-of", "2026-11-15")
HEADER = "opportunity_id,opportunity_name,rep_id,stage,amount,created_at,close_on,modified_at\n"
SETTINGS = """
[workspace]
name = "Acme"
[schedule.load]
on = []
[schedule.retention]
on = []
"""
_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 24, 1, 2
_LIBC = ctypes.CDLL(None, use_errno=True)


def export(count: int, day: str) -> str:
    """A full export of so many deals, and a row that is bad."""
    deals = [f"D{i},Deal {i},r{i % 3},Negotiation,{i}.5,2026-01-01,2026-12-01,{day}T12:00:00" for i in range(count)]
    return HEADER + "\n".join([*deals, f"BAD,Bad,r1,Negotiation,much,2026-01-01,2026-12-01,{day}T12:00:00"]) + "\n"


def put(workspace: Workspace, name: str, content: bytes | str, at: str) -> Path:
    """A file in the inbox, last written at this moment (UTC)."""
    path = workspace.inbox / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    seconds = datetime.fromisoformat(f"{at}+00:00").timestamp()
    os.utime(path, (seconds, seconds))
    return path


@dataclass(frozen=True)
class Held:
    """What a workspace holds. deals: ids and amounts, None where they cannot be read. exports: in inbox/ and archive/.

    week: the pages of the week; pages: all of them.
    """

    deals: tuple[tuple[Any, ...], ...] | None
    week: str
    pages: str
    exports: Counter[str]


def held(workspace: Workspace) -> Held:
    """Look, as an analyst would."""
    files = [path for path in (*workspace.inbox.rglob("*"), *workspace.archive.glob("0*")) if path.is_file()]
    return Held(
        deals(workspace),
        folder_sha256(workspace.out / "2026-W46"),
        folder_sha256(workspace.out),
        Counter(sha256(path.read_bytes()).hexdigest() for path in files),
    )


def deals(workspace: Workspace) -> tuple[tuple[Any, ...], ...] | None:
    """The deals, each with its amount."""
    query = "select distinct opportunity_id, amount from raw.opportunities order by all"
    try:
        with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
            return tuple(connection.execute(query).fetchall())
    except duckdb.Error:
        return None


def start(
    workspace: Workspace,
    *command: str,
    step: str = "",
    before: Callable[[], Any] | None = None,
    at: datetime = NOON,
    fill: str = "",
) -> Any:
    """A command in a process of its own. step: after it no file can grow; before: is called in the process first.

    fill: a folder of which the disk is filled then.
    """
    line = [sys.executable, "-m", "tests.faults.batna", step, at.isoformat(), *command]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BATNA_FILL": fill}
    pipe = subprocess.PIPE
    told = [*line, "--workspace", str(workspace.root)]
    return subprocess.Popen(told, preexec_fn=before, env=environment, stdout=pipe, stderr=pipe, text=True)


def run(workspace: Workspace, *command: str, at: datetime = NOON) -> str:
    """A command that has to end well; what it printed."""
    process = start(workspace, *command, at=at)
    out, err = process.communicate()
    assert process.returncode == 0, err
    return str(out) + str(err)


def hold_to_permissions() -> None:
    """Root is not held to permissions: the child gives up that right before it starts."""
    for right in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
        if os.getuid() == 0 and _LIBC.prctl(_PR_CAPBSET_DROP, right, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "root cannot give up its right to read and write anywhere")


def shown(text: str, workspace: Workspace) -> str:
    """What was printed, without what is different each time."""
    text = text.replace(str(workspace.root), "WORKSPACE").replace(str(workspace.root.parent), "FOLDER")
    text = re.sub(r"\d{8}T\d{6}-[0-9a-f]{8}", "RUN", text)
    text = re.sub(r"process \d+ on \S+,", "process N on HOST,", text)
    text = re.sub(r"python[\d.]*, process \d+", "PROGRAM, process N", text)
    text = re.sub(r"\b0x[0-9a-f]+", "N", text)
    return re.sub(r"127\.0\.0\.1:\d+", "HOST", text).strip()


def events(text: str) -> str:
    """What the schedule said became of slots."""
    told = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    ends = [f"{each['job']} of {each['slot']}: {each['event'].removeprefix('run ')}" for each in told if _is_end(each)]
    missed = [each for each in ends if each.endswith("missed")]
    if len(missed) > 1:
        ends = [f"{len(missed)} missed, {missed[0]} the first", *(each for each in ends if each not in missed)]
    return "; ".join(ends) or "nothing"


def _is_end(told: dict[str, Any]) -> bool:
    ends = ("ok", "failed", "missed", "skipped", "interrupted")
    return told["event"].removeprefix("run ") in ends
