"""What types cannot say of the tables of what runs by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jobs.settings.consistency import Fault
from jobs.settings.model import Settings
from jobs.settings.toml_text import KeyPath

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def service_faults(settings: Settings) -> Iterator[Fault]:
    """Every fault of these tables."""
    for name in ("load", "retention", "weekly"):
        job = getattr(settings.schedule, name)
        if not _TIME.fullmatch(job.at):
            yield Fault(("schedule", name, "at"), f'"{job.at}" is no time of day', 'Write hours and minutes: "05:30"')
        yield from _variable(("schedule", name, "ping_env"), job.ping_env)


def _variable(path: KeyPath, name: str) -> Iterator[Fault]:
    """Secrets stand in the environment; a setting names the variable, and must not hold the secret itself."""
    if not _VARIABLE.fullmatch(name):
        fault = f"{path[-1]} is no name of an environment variable"
        yield Fault(path, fault, "Name a variable, such as BATNA_SECRET, and put the secret into it")
