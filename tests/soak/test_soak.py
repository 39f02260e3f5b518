"""A short soak from end to end: two weeks of a small company, an analyst of each kind, one kill."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
KILLS_WHILE_PUBLISHING = "33"  # of this number of steps; where there are others, another seed does


def test_a_short_soak_keeps_every_promise(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "benchmarks.soak", "--weeks", "2", "--analysts", "4", "--opportunities", "100"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    soaked = subprocess.run(
        [*line, "--seed", KILLS_WHILE_PUBLISHING],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert soaked.returncode == 0, soaked.stderr + soaked.stdout
    assert re.search(r"^earlier warehouse kept +1$", soaked.stdout, re.MULTILINE), soaked.stdout
    assert "too short to say whether memory and disk are flat" in soaked.stdout
    assert soaked.stdout.endswith("every promise was kept\n")
    assert list(tmp_path.iterdir()) == [], "nothing is left of a soak that went well"
