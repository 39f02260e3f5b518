"""Where a mart comes from: the models that it is made of, down to what was loaded, read from the SQL itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from jobs import shipped
from jobs.build import step_inputs
from jobs.models import needed, read_models
from jobs.score import PYTHON_MODELS


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a mart is made of, by schema and in order of names.

    raw: entities that were loaded. staging, working, scores: models.
    """

    raw: tuple[str, ...]
    staging: tuple[str, ...]
    working: tuple[str, ...]
    scores: tuple[str, ...]


@cache
def _inputs() -> Mapping[str, frozenset[str]]:
    """What every step reads; of a lookup nothing: counts of all measures ask it, and none of them passes through."""
    lookups = [step.name for step in PYTHON_MODELS if step.is_lookup]
    return step_inputs(read_models(shipped.SQL)) | dict.fromkeys(lookups, frozenset())


def lineage_of(mart: str) -> Lineage:
    """Everything that a mart reads, and what that reads, and so on."""
    inputs = _inputs()
    models = needed(inputs, [f"marts.{mart}"])
    names = {name.replace('"', "") for reads in models.values() for name in reads}
    return Lineage(**{schema: _of(names, schema) for schema in ("raw", "staging", "working", "scores")})


def _of(names: set[str], schema: str) -> tuple[str, ...]:
    before = f"{schema}."
    return tuple(sorted(name.removeprefix(before) for name in names if name.startswith(before)))
