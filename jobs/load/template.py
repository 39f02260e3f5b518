"""An empty file of one entity to fill in, for `batna template ENTITY`."""

from __future__ import annotations

from jobs.errors import UsageError
from jobs.load.entities import entities
from jobs.nearest import did_you_mean


def template(entity: str) -> str:
    """The header line of a file that the profile `generic` reads. UsageError names the nearest entity."""
    if entity not in entities():
        raise UsageError(f"template {entity}", "there is no such entity", did_you_mean(entity, entities()))
    return ",".join(entities()[entity].names) + "\n"
