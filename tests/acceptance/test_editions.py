"""Editions from exports to mails: weekly and back-filled weeks have them, and each reader is sent the own page alone."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from jobs.workspace import Workspace
from tests.acceptance.commands import batna
from tests.person.company import SETTINGS, WHO, company

MAIL = """
[mail]
host = "127.0.0.1"
sender = "batna@acme.example"
[[delivery.recipients]]
address = "cro@acme.example"
[[delivery.recipients]]
address = "ada@acme.example"
role = "rep"
rep = "REP-77"
language = "ms"
[[delivery.recipients]]
address = "north@acme.example"
role = "team_member"
team = "North"
[[delivery.recipients]]
address = "gone@acme.example"
role = "rep"
rep = "REP-99"
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The company of two weeks, and its recipients."""
    made = company(tmp_path_factory.mktemp("company") / "acme")
    made.settings_file.write_text(SETTINGS + MAIL, encoding="utf-8")
    return made


def pages(workspace: Workspace, week: str) -> dict[str, bytes]:
    folder = workspace.out / week
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.html"))}


def test_each_week_has_every_edition_in_every_language(workspace: Workspace) -> None:
    for week in ("2026-W32", "2026-W33"):
        found = {name.rpartition("/")[0] for name in pages(workspace, week)}
        leaders = {"", "reps", "teams", "ms/leader", "ms/leader/reps", "ms/leader/teams"}
        assert found == leaders | {"en/rep/reps", "ms/rep/reps", "en/team/teams", "ms/team/teams"}


def test_a_back_filled_week_has_them_byte_for_byte(workspace: Workspace) -> None:
    before = pages(workspace, "2026-W32")
    ended = batna(
        "backfill", "--from", "2026-08-09", "--to", "2026-08-09", "--rerun", "all", "--workspace", workspace.root
    )
    assert ended.code == 0, ended.err
    assert pages(workspace, "2026-W32") == before


def test_each_reader_is_sent_the_own_page_alone(workspace: Workspace, tmp_path: Path) -> None:
    ended = batna("deliver", "--to-file", tmp_path / "dry", "--workspace", workspace.root)
    assert ended.code == 0, ended.err
    sent = {}
    for path in sorted((tmp_path / "dry").glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=default)
        files = {part.get_filename(): part.get_payload(decode=True) for part in message.iter_attachments()}
        sent[str(message["To"])] = files
    assert [len(files) for files in sent.values()] == [4, 1, 1], "none for a rep who is not there"
    [(name, content)] = sent["ada@acme.example"].items()
    assert content == pages(workspace, "2026-W33")[f"ms/rep/reps/{name}"]
    [(name, content)] = sent["north@acme.example"].items()
    assert content == pages(workspace, "2026-W33")[f"en/team/teams/{name}"]
    assert WHO.encode() not in content
