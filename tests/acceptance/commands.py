"""The commands as a user gives them, and what can be read afterwards: rows by `batna sql`, words of the pages."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobs import cli
from jobs.workspace import Workspace
from tests.render.pages import words


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, and what it printed."""

    code: int
    out: str
    err: str


def batna(*arguments: object) -> Ended:
    """Run one command in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.main([str(argument) for argument in arguments])
    printed = []
    for stream in (out, err):
        stream.flush()
        stream.seek(0)
        printed.append(stream.read())
    return Ended(code, *printed)


def new_workspace(root: Path, settings: str = "") -> Workspace:
    """A workspace as `batna init` makes it, with these settings."""
    assert batna("init", root).code == 0
    workspace = Workspace(root)
    if settings:
        workspace.settings_file.write_text(settings, encoding="utf-8")
    return workspace


def put(workspace: Workspace, files: Mapping[str, str | bytes]) -> None:
    """Files into the inbox."""
    for name, content in files.items():
        (workspace.inbox / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def weekly(workspace: Workspace, as_of: str, *options: str) -> Ended:
    return batna("weekly", "--workspace", workspace.root, "--as-of", as_of, *options)


def rows(workspace: Workspace, select: str) -> list[dict[str, Any]]:
    """What `batna sql` answers."""
    ended = batna("sql", select, "--format", "json", "--workspace", workspace.root)
    assert ended.code == 0, ended.err
    answer: list[dict[str, Any]] = json.loads(ended.out)
    return answer


def counts(workspace: Workspace, select: str) -> dict[Any, Any]:
    """The answer to a select of two columns, as first -> second."""
    return dict(tuple(row.values()) for row in rows(workspace, select))


def source(workspace: Workspace, week: str, page: str) -> str:
    return (workspace.out / week / page).read_text(encoding="utf-8")


def read(workspace: Workspace, week: str, page: str) -> str:
    """What a reader of this page sees, in one line."""
    return words(source(workspace, week, page))


def says_how_to_mend(ended: Ended, place: str, fault: str, mend: str) -> bool:
    """Whether the error names the place first, then the fault, then the mend, with no traceback."""
    text = ended.err
    found = [text.find(part) for part in (place, fault, mend)]
    return -1 not in found and found == sorted(found) and "raceback" not in text and ended.out == ""
