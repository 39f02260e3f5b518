"""A warehouse that is damaged, held, gone or of another version: what each command of an analyst says, and its code."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from jobs.load.entities import FORMAT
from jobs.workspace import Workspace
from tests.commanded import Batna
from tests.faults.damage_cases import HOLD
from tests.faults.fault import garbage, head

Harm = Callable[[Workspace], object]


def of_a_later_version(workspace: Workspace) -> None:
    with closing(duckdb.connect(str(workspace.warehouse))) as connection:
        connection.execute("create schema ops; create table ops.version (format integer, written_by varchar)")
        connection.execute("insert into ops.version values (?, '99.0')", [FORMAT + 1])


def lost(workspace: Workspace) -> None:
    workspace.warehouse.unlink()
    workspace.manifest.write_text("{}\n")


COMMANDS = {
    "sql": ("sql", "select count(*) as n from raw.opportunities"),
    "ask": ("ask", "rep_weeks"),
    "tables": ("tables",),
    "tables MART": ("tables", "rep_scorecard"),
    "columns": ("columns", "amount"),
    "export": ("export", "target"),
    "explain": ("explain", "a"),
    "declined": ("declined",),
}
HARMS: dict[str, tuple[Harm, int, str]] = {
    "no warehouse at all": (lambda w: garbage(w.warehouse), 1, "warehouse.duckdb: the warehouse is damaged: it is no DuckDB file. `batna rollback`"),
    "nothing but its head": (lambda w: head(w.warehouse), 1, "warehouse.duckdb: the warehouse is damaged: "),
    "lost": (lost, 1, "warehouse.duckdb: it is gone. `batna rollback` puts"),
    "not there yet": (lambda w: w.warehouse.unlink(), 3, "warehouse.duckdb: nothing has been published here yet. Run `batna weekly` first."),
    "empty": (lambda w: w.warehouse.write_bytes(b""), 1, "warehouse.duckdb: the warehouse is damaged: "),
}  # fmt: skip


def call(batna: Batna, workspace: Workspace, command: tuple[str, ...], folder: Path) -> int:
    return batna(*(str(folder / each) if each == "target" else each for each in command), "--workspace", workspace.root)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
@pytest.mark.parametrize(("harm", "code", "said"), HARMS.values(), ids=HARMS.keys())
def test_a_warehouse_that_cannot_be_read(
    harm: Harm, code: int, said: str, command: tuple[str, ...], published: Workspace, batna: Batna, tmp_path: Path
) -> None:
    harm(published)
    assert call(batna, published, command, tmp_path) == code, batna.err
    assert said in batna.err
    assert batna.err.startswith(str(published.root))
    assert (batna.out, batna.err.count("\n")) == ("", 1)
    assert not (tmp_path / "target").exists()


@pytest.fixture
def held(published: Workspace) -> Iterator[Workspace]:
    """Another program has the warehouse open for writing."""
    line = [sys.executable, "-c", HOLD, str(published.warehouse)]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin
        assert other.stdout
        assert other.stdout.readline() == "holds\n"
        yield published
        other.stdin.close()


def test_one_that_another_program_has_open_for_writing(held: Workspace, batna: Batna, tmp_path: Path) -> None:
    for command in COMMANDS.values():
        assert call(batna, held, command, tmp_path) == 1
        assert f"{held.warehouse}: python" in batna.err
        assert "has it open for writing. Close it there, or open it read-only." in batna.err
    assert batna("doctor", "--workspace", held.root) == 1
    assert "has it open for writing\n" in batna.out


def test_one_of_a_later_version(published: Workspace, batna: Batna, tmp_path: Path) -> None:
    of_a_later_version(published)
    for name in ("tables", "tables MART", "columns", "export", "explain", "declined"):
        assert call(batna, published, COMMANDS[name], tmp_path) == 1, name
        assert "warehouse.duckdb: batna 99.0 wrote it (format" in batna.err
        assert "Run that version here, or go back to a warehouse that this one can read: `batna rollback`." in batna.err
    assert call(batna, published, COMMANDS["sql"], tmp_path) == 0, "a query says itself what it reads"


def test_a_question_of_ours_to_a_week_that_another_version_has_scored(published: Workspace, batna: Batna) -> None:
    with closing(duckdb.connect(str(published.warehouse))) as connection:
        connection.execute("drop view marts.rep_scorecard")
    assert batna("ask", "rep_weeks", "--workspace", published.root) == 3
    assert batna.err.startswith(f"{published.warehouse}: it has not what this asks for (Table with name")
    assert "another version of batna did. Run `batna weekly`, and ask again.\n" in batna.err
