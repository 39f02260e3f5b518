"""`python -m tests.faults.small_disk WORKSPACE FOLDER STEP...`: a run on a disk that is full after each of these steps.

It mounts a small file system in memory, which is to be in a mount namespace of its own (`unshare --mount`): it is gone with this process.
Of each step a line of JSON: exit code, what was printed, whether each deal is there, and what a run says once there is room.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from jobs.workspace import Workspace
from tests.faults.scene import WEEK, held, shown, start

SIZE = "64m"


def main(published: Path, folder: Path, steps: list[str]) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", str(folder)], check=True)
    for step in steps:
        workspace = Workspace(Path(shutil.copytree(published, folder / "acme")))
        code, said = _ended(start(workspace, *WEEK, step=step, fill=str(folder)))
        after = held(workspace)
        (folder / "ballast").unlink()
        again, later = _ended(start(workspace, *WEEK, fill=str(folder)))
        whole = held(workspace)
        told = {"step": step, "code": code, "said": shown(said, workspace), "deals": len(after.deals or ())}
        told |= {"exports": sorted(after.exports), "again": again, "later": later}
        told |= {"week": whole.week, "whole": len(whole.deals or ()), "left": sorted(whole.exports)}
        print(json.dumps(told), flush=True)
        shutil.rmtree(workspace.root)


def _ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, err = process.communicate()
    return process.returncode, err


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
