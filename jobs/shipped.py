"""Where the files that ship with the product lie: the only module that knows."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "_shipped"
ROOT = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent

SQL = ROOT / "sql"
REPORTS = ROOT / "reports"
CONFIG = ROOT / "config"
