"""Which commands there are, what those without a workspace print, and that docs/commands.md says so."""

from __future__ import annotations

import io
import re

import pytest

from jobs import cli, shipped
from tests.commanded import Batna

COMMANDS = (
    "init", "demo", "load", "weekly", "backfill", "template", "declined", "explain", "sql", "ask", "tables", "columns", "export", "version", "person",
    "schedule", "rebuild", "rollback", "retention", "runs", "doctor", "deliver", "profile",
)  # fmt: skip
OF_GROUPS = ("person export", "person erase", "person due", "runs show")


class TestOther:
    def test_version(self, batna: Batna) -> None:
        assert batna("version") == 0
        assert re.fullmatch(r"batna \S+, Python 3\.\S+, DuckDB \S+\n", batna.out)

    def test_template(self, batna: Batna) -> None:
        assert batna("template", "declines") == 0
        assert batna.out.startswith("opportunity_id,decided_at,")

    def test_a_template_of_nothing_is_a_usage_error(self, batna: Batna) -> None:
        assert batna("template", "decline") == 2
        assert "declines" in batna.err

    def test_no_command_says_which_there_are(self, batna: Batna) -> None:
        assert batna() == 2
        assert all(f"  {name} " in batna.out + batna.err for name in COMMANDS)

    def test_progress_is_shown_on_a_terminal_and_cleared(self) -> None:
        from jobs.summary import shown_progress

        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        with shown_progress(Terminal()) as progress:
            progress("scores")
        with shown_progress(terminal := Terminal()) as progress:
            progress("x" * 500)
        assert terminal.getvalue().startswith("\r\x1b[2Kx")
        assert terminal.getvalue().endswith("\r\x1b[2K")
        assert len(terminal.getvalue()) < 300


class TestDocumentation:
    """docs/commands.md says what there is, and nothing else."""

    @pytest.fixture
    def page(self) -> str:
        return (shipped.ROOT / "docs" / "commands.md").read_text(encoding="utf-8")

    def test_every_command_and_no_other(self, page: str) -> None:
        known = {
            command.name or command.callback.__name__ for command in cli.app.registered_commands if command.callback
        }
        known |= {group.name for group in cli.app.registered_groups}
        assert set(re.findall(r"^## batna (\w+)", page, re.MULTILINE)) == known == set(COMMANDS)

    @pytest.mark.parametrize("command", [*COMMANDS, *OF_GROUPS])
    def test_every_option(self, batna: Batna, page: str, command: str) -> None:
        assert batna(*command.split(), "--help") == 0
        section = page.partition(f"## batna {command}")[2].partition("\n## ")[0]
        options = set(re.findall(r"--[a-z-]+", batna.out)) - {"--help", "--workspace"}
        assert {option for option in options if option not in section} == set()

    @pytest.mark.parametrize("code", [0, 1, 2, 3, 75, 130])
    def test_every_exit_code(self, page: str, code: int) -> None:
        assert f"| {code} |" in page
