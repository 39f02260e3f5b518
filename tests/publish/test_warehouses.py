"""The warehouse that takes the place of another: open readers, and the earlier ones that are kept."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from jobs.publish import recover
from jobs.warehouse import connect
from jobs.workspace import Workspace
from tests.fakes import NOON
from tests.publish.runs import NEW, OLD, Killed, deals, names, run, stop_at

ROOT = Path(__file__).parents[2]


def test_an_open_reader_keeps_its_snapshot_and_blocks_nobody(published: Workspace) -> None:
    held = "import sys, jobs.warehouse as w; from pathlib import Path\n" \
        "c = w.connect(Path(sys.argv[1]), read_only=True)\n" \
        "ask = lambda: c.execute('select count(*) from raw.opportunities').fetchone()[0]\n" \
        "print(ask(), flush=True); sys.stdin.readline(); print(ask(), flush=True)\n"  # fmt: skip
    command = [sys.executable, "-c", held, str(published.warehouse)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as reader:
        assert reader.stdout
        assert reader.stdin
        assert reader.stdout.readline() == f"{OLD}\n"
        run(published)
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.readline() == f"{OLD}\n"
    assert deals(published) == NEW


def test_a_stale_write_ahead_log_beside_the_warehouse_is_removed(published: Workspace) -> None:
    stale = published.root / "warehouse.duckdb.wal"
    stale.write_bytes(b"left by somebody")
    run(published)
    assert not stale.exists()
    assert deals(published) == NEW


def test_the_last_snapshots_are_kept(published: Workspace) -> None:
    keep = "\n[keep]\nsnapshots = 3\n"
    published.settings_file.write_text(published.settings_file.read_text() + keep)
    for day in range(5):
        run(published, clock=lambda day=day: NOON + timedelta(days=day))
    kept = names(published.snapshots)
    assert len(kept) == 3
    assert kept[-1].startswith("before-20261120T")
    with closing(connect(published.snapshots / kept[-1], read_only=True)) as connection:
        assert connection.execute("select count(*) from raw.opportunities").fetchone() == (NEW,)


def test_no_more_are_kept_where_the_runs_that_made_them_were_killed(published: Workspace) -> None:
    published.settings_file.write_text(published.settings_file.read_text() + "\n[keep]\nsnapshots = 1\n")
    for day in range(1, 4):
        with pytest.raises(Killed):
            run(published, clock=lambda day=day: NOON + timedelta(days=day), checkpoint=stop_at("warehouse published"))
        recover(published)
        assert len(names(published.snapshots)) == 1
