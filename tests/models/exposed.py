"""What happens to a deal that may expose it: demands, approvals, terms, changes and flags."""

from __future__ import annotations

from typing import Any

from tests.models.policies import MARKUP

SETTINGS = (
    MARKUP
    + """
[fit]
industries = ["Retail", "Energy"]
countries = ["DE", "FR"]
min_employees = 50
max_annual_revenue = 1000000
[terms]
payment_days = 30
"""
)
CLOSED = "2026-07-20 12:00:00"
BEFORE, AFTER = "2026-07-10 12:00:00", "2026-07-21 12:00:00"
LOST = {"stage": "Closed Lost", "closed_at": CLOSED}

Rows = list[dict[str, Any]]


def won(amount: float = 160, **columns: Any) -> dict[str, Any]:
    return {"amount": amount, "stage": "Closed Won", "closed_at": CLOSED, **columns}


def bid(amount: float, at: str = BEFORE, side: str = "buyer") -> dict[str, Any]:
    return {"offered_at": at, "side": side, "amount": amount}


def approval(kind: str, role: str, **columns: Any) -> dict[str, Any]:
    return {"kind": kind, "role": role, "requested_at": "2026-07-01 00:00:00", "decision": "approved",
            "decided_at": BEFORE, "justification": "entry into a market", **columns}  # fmt: skip


def term(name: str, value: str | None, status: str | None, **columns: Any) -> dict[str, Any]:
    return {"term": name, "value": value, "status": status, "requested_at": BEFORE, **columns}


def change(kind: str, value: str, answer: str | None) -> dict[str, Any]:
    return {"kind": kind, "value": value, "answer": answer, "requested_at": BEFORE, "answered_at": BEFORE}


def flags(*names: str) -> Rows:
    return [{"flag": name, "observed_at": BEFORE} for name in names]


def units(old: float, new: float) -> dict[str, Any]:
    return {"changed_at": BEFORE, "field": "scope_units", "old_value": str(old), "new_value": str(new)}


def priced(old: float, new: float, at: str = BEFORE) -> dict[str, Any]:
    return {"changed_at": at, "field": "amount", "old_value": str(old), "new_value": str(new)}
