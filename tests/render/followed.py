"""What followed declines, exceptions and warnings of the hand-made company."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

Add = Callable[..., None]


def exits(add: Add) -> None:
    """Approvals, returns with their control, a possible return, precedents, and warnings."""
    faults = {"late_count": 2, "unjustified_count": 1, "wrong_role_count": 0}
    add("scores.approval_rates", period="4q", kind="price", role="vp", requested_count=42, approved_count=36,
        refused_count=4, approval_rate=0.9, approval_rate_low=0.8, approval_rate_high=0.96, **faults)  # fmt: skip
    add("scores.approval_rates", period="quarter", kind="price", role="vp", requested_count=3, approved_count=2,
        refused_count=1, approval_rate=0.67, **faults)  # fmt: skip
    add("scores.approval_rates", period="4q", kind="term", role="legal", requested_count=3, approved_count=0,
        refused_count=0, **faults)  # fmt: skip
    add("scores.decline_details", opportunity_id="X1", decided_at=datetime(2026, 11, 11, 16, 0), is_under_quota=True,
        phase_at_decline="negotiation", is_referred=True, is_escalated=True, is_saved=False, touch_count=0,
        is_stale=True)  # fmt: skip
    add("scores.decline_details", opportunity_id="X2", decided_at=datetime(2026, 10, 20, 9, 0), is_under_quota=False,
        what_changed="A new budget", is_conceded_at_return=True, touch_count=3, is_stale=False)  # fmt: skip
    for days, returned in ((30, 2), (90, 5)):
        for basis, extra in (("recorded", 0), ("guess", 1), ("lost_guess", 2)):
            add("scores.return_rates", basis=basis, exit_type="all", window_days=days, ended_count=20,
                returned_count=returned + extra)  # fmt: skip
    add("scores.possible_returns", opportunity_id="X3", opportunity_name="Arbor", end_kind="declined", ended_at=datetime(2026, 8, 3, 9, 0),
        ended_amount=Decimal(90_000), new_opportunity_id="D3", new_opportunity_name="Lotus", new_created_on=date(2026, 10, 2),
        new_amount=Decimal(84_000), days_to_return=60, is_return_recorded=False)  # fmt: skip
    for measure, exception in (("price_list_share", 0.74), ("below_threshold_share", 0.4)):
        for kind, value in (("exception", exception), ("clear", 0.85 if measure == "price_list_share" else 0.1)):
            add("scores.precedents", after_kind=kind, measure=measure, known_count=14, value_mean=value,
                value_low=value - 0.05, value_high=value + 0.05)  # fmt: skip
    for kind, code, churned in (
        ("red_flag", "any", 9),
        ("red_flag", "C080", 4),
        ("accepted_trigger", "misfit", 4),
        ("all", "no_sign", 3),
    ):
        add("scores.flag_precision", sign_kind=kind, code=code, told_count=20, churned_count=churned,
            churned_share=churned / 20, churned_share_low=0.1, churned_share_high=0.6)  # fmt: skip
