"""People are named, numbered or grouped, as the workspace has decided."""

from __future__ import annotations

from pathlib import Path

from tests.render.pages import render, words
from tests.render.warehouse import sample

NAMES = ("Jonas", "Weber", "Priya", "Nair", "Mariya", "Sokolova", "Chen Wei")


def test_pseudonyms_stand_where_names_would(tmp_path: Path) -> None:
    pages = render(sample(), tmp_path, '[people]\nlevel = "pseudonym"\n')
    for name, source in pages.items():
        assert not any(part in source for part in NAMES), name
        assert "VP Sales" not in source
    assert "reps/r-a791366f-a791366f.html" in pages
    assert "R-a791366f needs this deal" in words(pages["reps/r-a791366f-a791366f.html"])
    assert "R3" not in words(pages["method.html"])


def test_at_team_level_nobody_stands_alone(tmp_path: Path) -> None:
    warehouse = sample()
    warehouse.connection.execute("update scores.team_scorecard set rep_count = 5 where team = 'North'")
    pages = render(warehouse, tmp_path, '[people]\nlevel = "team"\n')
    assert not any(name.startswith("reps/") for name in pages)
    assert [name for name in pages if name.startswith("teams/")] == ["teams/north-43f853bb.html"]
    for name, source in pages.items():
        assert not any(part in source for part in NAMES), name
    assert "South" not in words(pages["index.html"]), "a team of fewer than five would show the single person"
