"""Every fault is made; what is said, what is kept and how it mends is docs/faults.md. BATNA_WRITE_FAULTS=1 writes it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from jobs.workspace import Workspace
from tests.acceptance.commands import new_workspace
from tests.faults.cases import FAULTS, Fault
from tests.faults.scene import ROOT, Held, held, shown, start

PAGE = ROOT / "docs" / "faults.md"
IS_WRITTEN = os.environ.get("BATNA_WRITE_FAULTS") == "1"
MARK = "| fault | command and what is printed | what is kept | how it mends |\n|---|---|---|---|\n"


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two weeks are published, and an export waits."""
    workspace = new_workspace(tmp_path_factory.mktemp("faults") / "acme", '[workspace]\nname = "Acme"\n')
    for name, ids, day in (("first.csv", "a\nb", "2026-11-08"), ("second.csv", "c", "2026-11-15")):
        (workspace.inbox / name).write_text(f"opportunity_id\n{ids}\n")
        run(workspace, "weekly", "--as-of", day)
    (workspace.inbox / "deals.csv").write_text("opportunity_id\nd\nbad\n")
    return workspace


def run(workspace: Workspace, *command: str) -> None:
    process = start(workspace, *command)
    _, err = process.communicate()
    assert process.returncode == 0, err


def kept(before: Held, after: Held) -> str:
    """What became of what was there, in words."""
    assert after.exports == before.exports, "every export is in one place"
    if after == before:
        return "everything, as it was"
    if after.warehouse is None:
        assert after.pages == before.pages
        return "the archive, the pages and the snapshots"
    assert after.warehouse in (before.warehouse, ("a", "b", "c", "d"))
    parts = [
        name
        for name, is_new in (("warehouse", after.warehouse != before.warehouse), ("pages", after.pages != before.pages))
        if is_new
    ]
    return (
        f"everything; the {' and the '.join(parts)} are the new ones"
        if len(parts) > 1
        else f"everything; the new {parts[0]} is published"
    )


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.title)
def test_fault(fault: Fault, waiting: Workspace, tmp_path: Path) -> None:
    workspace = Workspace(Path(shutil.copytree(waiting.root, tmp_path / "acme")))
    before = held(workspace)
    with fault.broken(workspace):
        process = start(workspace, *fault.command, step=fault.step, before=fault.before)
        out, err = process.communicate()
        assert process.returncode == fault.code, (out, err)
        assert "raceback" not in err
    after = held(workspace)
    for command in fault.then or (fault.command,):
        run(workspace, *command)
    if fault.then or fault.command[0] == "weekly":
        whole = held(workspace)
        assert set(whole.exports) == set(before.exports), "a rollback loads and archives some once more"
        if not (workspace.inbox / "deals.csv.part").exists():
            assert whole.warehouse == ("a", "b", "c", "d"), "after the mend everything is there"
    said = shown(err, workspace) or printed(shown(out, workspace).splitlines())
    told = f"`batna {fault.command[0]}`, exit code {fault.code}: {said}"
    row = f"| {fault.title} | {told} | {kept(before, after)} | {fault.mend} |"
    if IS_WRITTEN:
        write(fault, row)
    assert row.replace("\n", " ") in PAGE.read_text(encoding="utf-8").splitlines()


def printed(lines: list[str]) -> str:
    """Of a doctor the finding about the clock; else what was taken."""
    clock = [number for number, line in enumerate(lines) if line.startswith("mend  clock")]
    return " ".join(" ".join(lines[clock[0] : clock[0] + 2]).split()) if clock else " ".join(lines[1].split())


def write(fault: Fault, row: str) -> None:
    """Put the row in its place."""
    head, _, rows = PAGE.read_text(encoding="utf-8").partition(MARK)
    known = {line.split(" | ")[0]: line for line in rows.splitlines()}
    known[f"| {fault.title}"] = row.replace("\n", " ")
    lines = [known[f"| {each.title}"] for each in FAULTS if f"| {each.title}" in known]
    PAGE.write_text(head + MARK + "".join(f"{line}\n" for line in lines), encoding="utf-8")


def test_every_row_is_a_fault_that_is_made() -> None:
    _, _, rows = PAGE.read_text(encoding="utf-8").partition(MARK)
    assert [line.split(" | ")[0] for line in rows.splitlines()] == [f"| {fault.title}" for fault in FAULTS]
