"""`make audit`: is a package of requirements.lock known to be unsafe? A part of `make check`.

A known fault fails it. A service that cannot be asked does not, and is told: nobody should take silence for an answer.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"
PATIENCE = 120  # seconds


def main() -> int:
    """Print what was found; 1 where a package is known to be unsafe."""
    try:
        lines, code = told(asked())
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        lines, code = [f"audit: the service could not be asked ({type(error).__name__}); nothing is known"], 0
    print("\n".join(lines))
    return code


def asked() -> list[dict[str, Any]]:
    """What the service says of each package of the lock."""
    # The lock is read as it is, with its hashes: nothing is installed or resolved.
    command = ["-m", "pip_audit", "--requirement", str(LOCK), "--require-hashes", "--disable-pip"]
    command += ["--vulnerability-service", "pypi", "--progress-spinner", "off", "--format", "json", "--timeout", "10"]
    ended = subprocess.run([sys.executable, *command], capture_output=True, timeout=PATIENCE, check=False)
    found: list[dict[str, Any]] = json.loads(ended.stdout)["dependencies"]
    return found


def told(packages: Sequence[dict[str, Any]]) -> tuple[list[str], int]:
    """Lines for people, and the exit code."""
    unsafe = [(each, fault) for each in packages for fault in each.get("vulns", ())]
    unknown = [each["name"] for each in packages if "skip_reason" in each]
    lines = [f"audit: {each['name']} {each['version']}: {_fault(fault)}" for each, fault in unsafe]
    lines.append(f"audit: {len(packages) - len(unknown)} of {len(packages)} packages asked for, {len(unsafe)} faults")
    if unknown:
        lines.append(f"audit: nothing is known of {len(unknown)}: no answer for {', '.join(unknown[:3])}...")
    return lines, 1 if unsafe else 0


def _fault(fault: dict[str, Any]) -> str:
    return f"{fault['id']}, mended in {', '.join(fault['fix_versions']) or 'no version'}"


if __name__ == "__main__":
    sys.exit(main())
