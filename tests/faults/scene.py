"""A workspace of the tests of faults: commands in processes of their own, and what the workspace holds."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from jobs.disk import folder_sha256
from jobs.workspace import Workspace

ROOT = Path(__file__).parent.parent.parent
WEEK = ("weekly", "--as-of", "2026-11-15")
_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 24, 1, 2
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Held:
    """What a workspace holds. warehouse: ids of deals, None where it cannot be read. exports: in inbox/ and archive/."""

    warehouse: tuple[str, ...] | None
    pages: str
    exports: Counter[str]


def held(workspace: Workspace) -> Held:
    """Look, as an analyst would."""
    files = [path for place in (workspace.inbox, workspace.archive) for path in place.rglob("*.csv*")]
    return Held(
        deals(workspace), folder_sha256(workspace.out), Counter(sha256(path.read_bytes()).hexdigest() for path in files)
    )


def deals(workspace: Workspace) -> tuple[str, ...] | None:
    """The ids of all deals."""
    try:
        with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
            rows = connection.execute("select opportunity_id from raw.opportunities order by all").fetchall()
    except duckdb.Error:
        return None
    return tuple(row[0] for row in rows)


def start(workspace: Workspace, *command: str, step: str = "", before: Callable[[], Any] | None = None) -> Any:
    """A command in a process of its own. step: after it no file can grow; before: is called in the process first."""
    line = [sys.executable, "-m", "tests.faults.batna", step, *command, "--workspace", str(workspace.root)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        line, preexec_fn=before, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def hold_to_permissions() -> None:
    """Root is not held to permissions: the child gives up that right before it starts."""
    for right in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
        if os.getuid() == 0 and _LIBC.prctl(_PR_CAPBSET_DROP, right, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "root cannot give up its right to read and write anywhere")


def shown(text: str, workspace: Workspace) -> str:
    """What was printed, without what is different each time."""
    text = text.replace(str(workspace.root), "WORKSPACE")
    text = re.sub(r"\d{8}T\d{6}-[0-9a-f]{8}", "RUN", text)
    text = re.sub(r"process \d+ on \S+,", "process N on HOST,", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "HOST", text)
    text = re.sub(r"checksum \d+", "checksum N", text)
    return re.sub(r"read \d+ bytes from location \d+", "read N bytes from location N", text).strip()
