"""Making a workspace, and which one a command is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.command import VARIABLE
from jobs.workspace import Workspace
from tests.commanded import Batna


class TestInit:
    def test_makes_a_workspace(self, batna: Batna, tmp_path: Path) -> None:
        assert batna("init", tmp_path / "deep" / "acme") == 0
        made = Workspace(tmp_path / "deep" / "acme")
        assert "# languages" in made.settings_file.read_text()
        assert all(folder.is_dir() for folder in (made.inbox, made.review, made.archive, made.rejects, made.out))

    def test_never_over_another_one(self, batna: Batna, workspace: Workspace) -> None:
        workspace.settings_file.write_text('workspace.name = "Mine"\n')
        assert batna("init", workspace.root) == 2
        assert "this folder is a workspace already" in batna.err
        assert workspace.settings_file.read_text() == 'workspace.name = "Mine"\n'

    def test_not_in_place_of_a_file(self, batna: Batna, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert batna("init", "file") == 2
        assert "this is a file" in batna.err


class TestWhere:
    """Which workspace a command is about."""

    @pytest.mark.parametrize("place", ["after", "before", "environment", "folder"])
    def test_each_way_of_naming_it(
        self, scored: Workspace, batna: Batna, monkeypatch: pytest.MonkeyPatch, place: str
    ) -> None:
        option, command = ("--workspace", str(scored.root)), ("sql", "select 1")
        arguments: tuple[str, ...] = command
        if place == "after":
            arguments = (*command, *option)
        elif place == "before":
            arguments = (*option, *command)
        elif place == "environment":
            monkeypatch.setenv(VARIABLE, str(scored.root))
        else:
            monkeypatch.chdir(scored.root)
        assert batna(*arguments) == 0

    def test_the_nearest_name_counts(self, scored: Workspace, batna: Batna, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(VARIABLE, "/nowhere")
        assert batna("--workspace", "/nowhere/else", "sql", "select 1", "--workspace", scored.root) == 0

    def test_a_folder_without_settings_is_none(self, batna: Batna, tmp_path: Path) -> None:
        assert batna("weekly") == 2
        assert batna.err.startswith(f"{tmp_path}: this folder is no workspace: it has no batna.toml. Run `batna init`")
        assert not list(tmp_path.iterdir()), "nothing is made in a folder that is no workspace"
