"""Exports that nobody here made: where they are, the settings that docs/exports.md shows for them, and what is read afterwards."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from jobs.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("BATNA_SHARED_DATA") or ROOT.parent / "shared" / "data")

needs_real_exports = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"the real exports are not at {DATA}; BATNA_SHARED_DATA names their folder"
)

OUTCOMES = "select outcome, count(*) as deals from staging.deals group by all"
FINDINGS = "select code, count(*) as findings from marts.findings group by all"


def documented(heading: str) -> str:
    """The first settings that docs/exports.md shows under a heading."""
    text = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8").split(f"## {heading}")[1]
    block: str = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)[0]
    return block


def copy(workspace: Workspace, *names: str) -> None:
    for name in names:
        shutil.copy(DATA / name, workspace.inbox)


def empty_boxes(workspace: Workspace, week: str) -> list[str]:
    """Sections, tables and lists of index.html in which nothing can be read."""
    text = (workspace.out / week / "index.html").read_text(encoding="utf-8")
    found = []
    for tag in ("section", "table", "tbody", "ul", "ol", "dl", "figure"):
        for inside in re.findall(rf"<{tag}\b[^>]*>(.*?)</{tag}>", text, re.DOTALL):
            if not re.sub(r"<[^>]+>|\s", "", inside) and "<svg" not in inside:
                found.append(tag)
    return found
