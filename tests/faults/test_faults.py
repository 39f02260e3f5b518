"""Every fault is made; what is said, what is kept and how it mends is docs/faults.md. BATNA_WRITE_FAULTS=1 writes it."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.workspace import Workspace
from tests.faults.cases import FAULTS, GROUPS
from tests.faults.fault import Fault
from tests.faults.scene import ROOT, WEEK, Held, events, held, run, shown, start

PAGE = ROOT / "docs" / "faults.md"
IS_WRITTEN = os.environ.get("BATNA_WRITE_FAULTS") == "1"
HEAD = "| fault | command and what is printed | what is kept | how it mends |\n|---|---|---|---|\n"


def copied(workspace: Workspace, folder: Path) -> Workspace:
    return Workspace(Path(shutil.copytree(workspace.root, folder / "acme")))


def kept(before: Held, after: Held, unharmed: Held) -> str:
    """What became of what was there, in words."""
    assert after.exports >= before.exports, "every export is in one place"
    if after == replace(before, exports=after.exports):
        return "everything, as it was"
    if after.deals is None:
        assert after.pages == before.pages
        return "the archive, the pages and the snapshots"
    assert after.deals in (before.deals, unharmed.deals)
    news = {"warehouse": after.deals != before.deals, "pages": after.pages != before.pages}
    parts = [f"the new {name}" for name, is_new in news.items() if is_new]
    return f"everything; {' and '.join(parts)} {'is' if parts == ['the new warehouse'] else 'are'} published"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.title)
def test_fault(fault: Fault, waiting: Workspace, unharmed: Held, tmp_path: Path) -> None:
    workspace = copied(waiting, tmp_path)
    for at, command in fault.first:
        run(workspace, *command, at=at)
    before = held(workspace)
    with fault.broken(workspace):
        there = held(workspace) if fault.has_other_exports else before
        command = [str(tmp_path / each) if each.isupper() and each.isalpha() else each for each in fault.command]
        process = start(workspace, *command, step=fault.step, before=fault.before, at=fault.at)
        out, err = process.communicate()
        assert process.returncode == fault.code, (out, err)
        assert "Traceback" not in err
        after = held(workspace)
    if after.deals is None:  # one that another program held can be read again
        after = held(workspace)
    if fault.step == "grow":  # its bytes are others now
        there = replace(there, exports=after.exports)
    row = f"| {fault.title} | {told(fault, out, err, workspace)} | {kept(there, after, unharmed)} | {fault.mend} |"
    for then in fault.then or (tuple(command),):
        run(workspace, *then)
    if (fault.then or (fault.command,))[-1] != WEEK:
        run(workspace, *WEEK)
    whole = held(workspace)
    assert (whole.deals, whole.week) == (unharmed.deals, unharmed.week), "after the mend the week says what it should"
    assert set(whole.exports) >= set(before.exports) or fault.has_other_exports, "no export is lost"
    if IS_WRITTEN:
        write(row)
    assert row in PAGE.read_text(encoding="utf-8").splitlines()


def told(fault: Fault, out: str, err: str, workspace: Workspace) -> str:
    """The command and what it printed, in one line: the schedule's events, a doctor's mends, an error, or a summary."""
    if fault.command[0] == "schedule" and not err.startswith(str(workspace.root)):
        said = events(err)
    elif fault.command[0] == "doctor":
        said = " ".join(" ".join(mends(out.splitlines())).split())
    else:
        summary = out.partition("\nscored")[0].partition("\n")[2]
        said = " ".join((out[out.find("temporary") :] + err if "not delivered" in err else err or summary).split())
    shown_command = " ".join(each if " " not in each else f'"{each}"' for each in fault.command[:3] if each != "weekly")
    name = "batna weekly" if fault.command == WEEK else f"batna {shown_command}"
    return f"`{name}`, exit code {fault.code}: {shown(said, workspace)}".replace("|", "\\|")


def mends(lines: list[str]) -> list[str]:
    """Of a doctor the lines that need mending, each with its mend."""
    return [f"{lines[n]} {lines[n + 1]};" for n, line in enumerate(lines) if line.startswith("mend ")]


def write(row: str) -> None:
    """Put the row where it belongs, over the former one of its title."""
    introduction, *_ = PAGE.read_text(encoding="utf-8").partition("\n## ")
    rows = {
        line.split(" | ")[0]: line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")
    }
    rows[row.split(" | ")[0]] = row
    tables = [
        f"## {title}\n\n{HEAD}" + "".join(f"{rows[key]}\n" for each in faults if (key := f"| {each.title}") in rows)
        for title, faults in GROUPS.items()
    ]
    PAGE.write_text(introduction.rstrip() + "\n\n" + "\n".join(tables), encoding="utf-8")


def test_the_page_has_these_faults_and_no_others() -> None:
    rows = [line.split(" | ")[0] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert [row for row in rows if row != "| fault"] == [f"| {fault.title}" for fault in FAULTS]
