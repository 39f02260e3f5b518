"""A deal that was lost, a demand and a decline of it, and the register that is made of them."""

from __future__ import annotations

from typing import Any

from tests.models.policies import MARKUP
from tests.models.world import CALENDAR, rows, world

LOST = {"stage": "Closed Lost", "closed_at": "2026-08-05 12:00:00"}
DECLINE = {"opportunity_id": "d1", "decided_at": "2026-08-05 12:00:00", "reason": "economics"}
DEMAND = {"opportunity_id": "d1", "offered_at": "2026-08-02 10:00:00", "side": "buyer", "amount": 140}
RETURN = {"opportunity_id": "d1", "returned_at": "2026-08-10 12:00:00"}
MAPPED = CALENDAR + '[outcomes.loss_reason]\n"Poor fit, we declined" = "declined"\n'


def register(tables: dict[str, Any], settings: str = MARKUP) -> list[dict[str, Any]]:
    return rows(world(tables, settings=settings), "select * from marts.declined_deals order by decided_at")
