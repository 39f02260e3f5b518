"""A question to the warehouse, and the limits under which it is answered, as they pass between two processes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

BINARY_FORMATS = ("parquet", "xlsx")


@dataclass(frozen=True, slots=True)
class Question:
    """One select, the values of its parameters ($name; None is NULL), and the form of its answer.

    room: letters of a line of the terminal that it is for; None where it is for none.
    """

    sql: str
    form: str = "table"
    parameters: Mapping[str, str | None] = field(default_factory=dict)
    room: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a question may take. memory_mb: MiB, of the engine. timeout_seconds: of waiting for its rows."""

    memory_mb: int
    timeout_seconds: float


def request_line(warehouse: Path, question: Question, limits: Limits) -> bytes:
    """What the process that answers reads: one line of JSON."""
    told = {"warehouse": str(warehouse), "question": asdict(question), "limits": asdict(limits)}
    return json.dumps(told).encode() + b"\n"


def read_request(line: bytes) -> tuple[Path, Question, Limits]:
    """The other way round."""
    told = json.loads(line)
    return Path(told["warehouse"]), Question(**told["question"]), Limits(**told["limits"])
