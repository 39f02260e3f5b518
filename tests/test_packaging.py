"""The wheel carries what the checkout has, and works without the checkout; the lock is whole."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling.build import build_wheel

ROOT = Path(__file__).parent.parent
SHIPPED = ("sql", "reports", "config")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built here and without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(ROOT)
        return folder / build_wheel(str(folder))


def in_checkout() -> set[str]:
    """What the wheel must hold, by the names that it has there."""
    names = set()
    for folder in ("jobs", *SHIPPED):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                name = path.relative_to(ROOT).as_posix()
                names.add(f"jobs/_shipped/{name}" if folder in SHIPPED else name)
    return names


def test_the_wheel_holds_every_file_of_the_checkout_and_no_other(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == in_checkout()


def test_the_wheel_works_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    with ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    code = (
        "from jobs import shipped, settings; print(shipped.ROOT)\n"
        "print(len(list(shipped.SQL.rglob('*.sql'))) > 0, settings.parse_settings('').fiscal.first_month)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.splitlines() == [str(tmp_path / "site" / "jobs" / "_shipped"), "True 1"]


def test_the_command_is_installed_by_the_wheel(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "batna = jobs.cli:main" in archive.read(name).decode()


@pytest.fixture(scope="module")
def lock() -> str:
    return (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_every_locked_package_has_hashes_and_no_address(lock: str) -> None:
    packages = re.split(r"\n(?=[a-z])", lock.strip())
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in lock
    assert "index-url" not in lock


def test_every_dependency_is_locked_and_has_its_reason(lock: str) -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    locked = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    for requirement in (*project["dependencies"], *project["optional-dependencies"]["dev"]):
        assert re.split(r"[<>=]", requirement)[0] in locked
        assert re.search(re.escape(f'"{requirement}",') + r"\s+# \w+", text), f"{requirement} has no reason"


def test_no_file_of_the_project_names_a_machine_or_an_index() -> None:
    """A checkout works wherever it lies and whatever mirror it is installed from."""
    files = [ROOT / name for name in ("pyproject.toml", "requirements.lock", "Makefile", ".ci/run", ".gitignore")]
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"pypi|(?<!no-emit-)index-url|/(home|root|work|Users)/", text), path
