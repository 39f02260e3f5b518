"""The audit of packages: a known fault fails, a service that is silent does not, and is told."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from benchmarks import audit

SAFE: dict[str, Any] = {"name": "attrs", "version": "26.1.0", "vulns": []}
UNSAFE: dict[str, Any] = {"name": "jinja2", "version": "3.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1"]}]}
UNKNOWN: dict[str, Any] = {"name": "duckdb", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "line", "code"),
    [
        ([SAFE], "audit: 1 of 1 packages asked for, 0 faults", 0),
        ([SAFE, UNSAFE], "audit: jinja2 3.0: PYSEC-1, mended in 3.1", 1),
        ([SAFE, UNKNOWN], "audit: nothing is known of 1: no answer for duckdb...", 0),
    ],
)
def test_what_is_said(packages: list[dict[str, Any]], line: str, code: int) -> None:
    lines, found = audit.told(packages)
    assert line in lines
    assert found == code


def test_a_service_that_cannot_be_asked_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def silent(*_: Any, **__: Any) -> Any:
        raise subprocess.TimeoutExpired("pip-audit", 1)

    monkeypatch.setattr("subprocess.run", silent)
    assert audit.main() == 0
    assert "the service could not be asked (TimeoutExpired); nothing is known" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "line", "code"),
    [
        (json.dumps({"dependencies": [SAFE, UNSAFE]}), "audit: jinja2 3.0: PYSEC-1, mended in 3.1", 1),
        (json.dumps({"dependencies": [SAFE]}), "audit: 1 of 1 packages asked for, 0 faults", 0),
        ("", "audit: the service could not be asked (JSONDecodeError); nothing is known", 0),
        ("{}", "audit: the service could not be asked (KeyError); nothing is known", 0),
    ],
)
def test_what_the_build_ends_with(
    answer: str, line: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """pip-audit itself ends with 1 both where it finds a fault and where it cannot ask: its words count."""
    ended = subprocess.CompletedProcess((), 1, stdout=answer.encode())
    monkeypatch.setattr("subprocess.run", lambda *_, **__: ended)
    assert audit.main() == code
    assert line in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("import os\n\nos.system(x)", "S605"),
        ("import subprocess\n\nsubprocess.run(x, shell=True)", "S602"),
        ("eval(x)", "S307"),
        ("exec(x)", "S102"),
        ("import pickle", "TID251"),
        ("import tempfile\n\ntempfile.mktemp()", "S306"),
        ("from yaml import load", "TID251"),
    ],
)
def test_the_linter_lets_no_dangerous_call_in(code: str, rule: str) -> None:
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--stdin-filename",
        "jobs/new.py",
        "--output-format",
        "concise",
        "-",
    ]
    ended = subprocess.run(command, input=f"{code}\n", capture_output=True, text=True, cwd=audit.ROOT, check=False)
    assert ended.returncode == 1
    assert rule in ended.stdout
