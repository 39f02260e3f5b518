"""A contest goes round: filed by somebody, listed for review, settled in that very file, and dropped back."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.commands import new_workspace, put, rows, weekly

SETTINGS = '[workspace]\nname = "Acme"\ntime_zone = "Europe/Berlin"\n'
OPPORTUNITIES = """opportunity_id,opportunity_name,rep_id,stage,amount,created_at,close_on,modified_at
D1,Harbour,R1,Negotiation,50,2026-05-01,2026-09-15,2026-08-01
"""
CONTEST = "row_kind,opportunity_id,measure,contested_at,contested_by,claim\nposition,D1,zone,2026-08-10,R1,not so\n"


def test_an_open_contest_is_settled_in_the_file_that_lists_it(tmp_path: Path) -> None:
    workspace = new_workspace(tmp_path / "acme", SETTINGS)
    put(workspace, {"opportunities.csv": OPPORTUNITIES, "corrections.csv": CONTEST})
    assert weekly(workspace, "2026-08-15").code == 0
    listed = (workspace.review / "corrections.csv").read_text(encoding="utf-8")
    assert "open,,," in listed

    put(workspace, {"corrections.csv": listed.replace("open,,,", "rejected,2026-08-20,M1,the price stands")})
    assert weekly(workspace, "2026-08-22").code == 0

    found = rows(workspace, "select rep_id, status, settlement from marts.contests")
    assert found == [{"rep_id": "R1", "status": "rejected", "settlement": "the price stands"}]
    assert len((workspace.review / "corrections.csv").read_text(encoding="utf-8").splitlines()) == 1
