"""What a service says of itself: sentences on a terminal, JSON lines everywhere else. Never row data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TextIO

from jobs.run import Clock

Fact = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Log:
    """Writes to `stream`, one line per event; `facts` stand in every line."""

    stream: TextIO
    clock: Clock
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def about(self, **facts: Fact) -> Log:
        """The same log with more facts in every line."""
        return replace(self, facts={**self.facts, **facts})

    def say(self, event: str, **facts: Fact) -> None:
        """Write one event; facts are codes, counts, days, and names of files and settings."""
        told = {name: fact for name, fact in {**self.facts, **facts}.items() if fact is not None}
        now = self.clock()
        if self.stream.isatty():
            line = f"{now.astimezone():%Y-%m-%d %H:%M:%S}  {event}{_words(told)}"
        else:
            line = json.dumps({"at": now.isoformat(timespec="milliseconds"), "event": event, **told})
        self.stream.write(line + "\n")
        self.stream.flush()


def _words(facts: Mapping[str, Fact]) -> str:
    return "".join(f", {name} {fact}" for name, fact in facts.items() if name != "run")
