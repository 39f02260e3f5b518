"""Everything that a workspace can say, as one frozen value, and the hash of what bears on the measures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from jobs.settings.kinds import Phase, Table
from jobs.settings.service_tables import Alerts, Delivery, Keep, Mail, Schedule
from jobs.settings.tables import (
    Amount,
    Batna,
    Buffer,
    Calibration,
    Candidates,
    Conduct,
    Declines,
    Discounts,
    Effects,
    Exposures,
    Fiscal,
    Fit,
    History,
    Load,
    Outcomes,
    People,
    Policy,
    Probability,
    Quota,
    Reporting,
    Returns,
    SmallSamples,
    Sql,
    Terms,
    Unborn,
    WorkspaceTable,
)


class Settings(Table):
    """Everything a workspace can say; `sources` is left to jobs.load, which knows what a profile is."""

    workspace: WorkspaceTable
    fiscal: Fiscal
    reporting: Reporting
    policy: Policy
    batna: Batna
    history: History
    candidates: Candidates
    quota: Quota
    amount: Amount
    buffer: Buffer
    probability: Probability
    unborn: Unborn
    calibration: Calibration
    declines: Declines
    returns: Returns
    fit: Fit
    terms: Terms
    exposures: Exposures
    small_samples: SmallSamples
    conduct: Conduct
    discounts: Discounts
    effects: Effects
    load: Load
    schedule: Schedule
    mail: Mail
    alerts: Alerts
    delivery: Delivery
    people: People
    keep: Keep
    sql: Sql
    stages: Mapping[str, Phase]
    outcomes: Outcomes
    sources: Mapping[str, Mapping[str, Any]]

    def measure_hash(self) -> str:
        """sha256 (hex) of everything that bears on the measures: equal numbers written differently are equal.

        Left out: the name, languages, editions and layout of pages, how people are shown, what is kept, when jobs run
        and who is told, what a query may take ([sql]), and what decides which files are accepted ([load], [sources]),
        since ops.files already says which were.
        """
        values = self.model_dump(
            exclude={
                "workspace": {"name"},
                "reporting": {"languages", "editions", "rep_floor", "max_index_reps"},
                "people": True,
                "keep": True,
                "load": True,
                "sql": True,
                "schedule": True,
                "mail": True,
                "alerts": True,
                "delivery": True,
                "sources": True,
            }
        )
        for table, key in _UNORDERED:
            values[table][key] = sorted(map(_canonical, values[table][key]))
        return hashlib.sha256(_canonical(values).encode()).hexdigest()


# Lists whose order means nothing.
_UNORDERED = (
    ("policy", "cells"), ("policy", "approval_roles"), ("quota", "deal_types"), ("terms", "non_negotiable"),
    ("fit", "industries"), ("fit", "countries"), ("fit", "platforms"), ("fit", "use_cases"),
)  # fmt: skip


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=True, default=_plain)


def _plain(value: Any) -> str:
    match value:
        case Decimal():
            return format(value.normalize(), "f")
        case date():
            return value.isoformat()
        case _:
            raise TypeError(f"settings hold no {type(value).__name__}")
