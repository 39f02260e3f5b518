"""A disk that is really full, after each step of a run: a small file system in memory, filled to the last byte."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.workspace import Workspace
from tests.faults.disk_cases import STEPS
from tests.faults.scene import ROOT, Held

# Where nobody but root may mount, a namespace of users makes this user root in it, if the system lets it.
APART = ["unshare", "--mount", *([] if os.getuid() == 0 else ["--user", "--map-root-user"])]
WORDS = r"there is no room left \((No space left on device|database or disk is full)\)"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the file system is mounted. Skips where this user may mount none."""
    place = tmp_path / "small"
    place.mkdir()
    try:
        tried = [*APART, "mount", "-t", "tmpfs", "none", str(place)]
        subprocess.run(tried, check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"this system lets this user mount no file system in memory: {error}")
    return place


def test_each_step_tells_it_and_loses_nothing(waiting: Workspace, unharmed: Held, folder: Path) -> None:
    line = [*APART, sys.executable, "-m", "tests.faults.small_disk", str(waiting.root), str(folder), *STEPS]
    ended = subprocess.run(line, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    told = [json.loads(each) for each in ended.stdout.splitlines()]
    assert [each["step"] for each in told] == list(STEPS)
    assert sum(each["code"] for each in told) >= len(STEPS) - 3
    for each in told:
        print(f"{each['step']}: {each['said']}")
        is_told = re.fullmatch(rf"WORKSPACE\S*: {WORDS}\. Make room and run it again; nothing was lost\.", each["said"])
        is_done = (each["code"], each["said"], each["deals"]) == (0, "", 10)  # what the run itself gave up was enough
        assert is_done or (each["code"] == 1 and is_told and each["deals"] in (9, 10)), each
        assert (each["again"], each["later"]) == (0, "")
        assert (each["week"], each["whole"]) == (unharmed.week, 10)
        assert each["exports"] == each["left"] == sorted(unharmed.exports)
