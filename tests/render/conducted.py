"""How the hand-made company negotiates: rows for the page on conduct."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

Add = Callable[..., None]

START = date(2025, 10, 1)
NOW = date(2026, 10, 1)
BEFORE = date(2026, 7, 1)


def counts(**values: Any) -> dict[str, Any]:
    """The counts of a group that gives ground quickly; what differs is given."""
    usual = {
        "from_on": START, "concession_count": 48, "timed_concession_count": 30, "fast_concession_count": 9,
        "offered_concession_count": 40, "unpaid_concession_count": 22, "levered_concession_count": 40,
        "price_only_concession_count": 28, "final_deal_count": 6, "broken_final_deal_count": 1, "phased_deal_count": 20,
        "early_deal_count": 3, "first_gap_deal_count": 18, "large_first_deal_count": 5, "answer_count": 36,
        "held_answer_count": 6, "readiness_known_count": 50, "readiness_met_count": 23, "contacted_table_count": 5,
        "single_threaded_count": 2, "late_change_count": 7, "late_accepted_fast_count": 2, "late_traded_count": 3,
        "late_alternative_count": 1, "crossing_count": 1, "below_threshold_won_count": 4, "lined_won_count": 25,
        "unneeded_discount_amount": Decimal(21_000), "pressure_discount_amount": Decimal(8_000),
        "waiting_moment_count": 44, "moment_count": 100,
    }  # fmt: skip
    return usual | values


def conduct(add: Add) -> None:
    """Reps, teams and the company, what is told of one rep, low prices, and the lines of the process."""
    add("scores.team_conduct", group_kind="company", group_id="company", **counts())
    add("scores.team_conduct", group_kind="team", group_id="North", **counts(concession_count=30))
    add(
        "scores.team_conduct",
        group_kind="team",
        group_id="South",
        **counts(offered_concession_count=5, unpaid_concession_count=2),
    )
    few = {"timed_concession_count": 5, "fast_concession_count": 4, "moment_count": 12, "waiting_moment_count": 3}
    add("scores.rep_conduct", rep_id="R1", signal_disagreement="strong_reads_weak", **counts(**few))
    add("scores.rep_conduct", rep_id="R2", **counts(fast_concession_count=1, signal_disagreement="weak_reads_strong"))
    quick = {"measure": "fast_concession", "success_count": 4, "trial_count": 5, "team_share": 0.3}
    add("scores.rep_differences", rep_id="R1", is_reported=True, direction="above", **quick)
    add("scores.rep_differences", rep_id="R1", measure="unpaid_concession", success_count=22, trial_count=40,
        team_share=0.5, is_reported=False)  # fmt: skip
    add("scores.rep_differences", rep_id="R1", measure="held", success_count=6, trial_count=11, team_share=0.5,
        is_reported=False)  # fmt: skip
    _low_prices(add)
    _process(add)
    _compared(add)


def _low_prices(add: Add) -> None:
    common = {"rep_id": "R1", "closed_on": date(2026, 9, 28), "quarter_start_on": BEFORE}
    prices = {"price_amount": Decimal(70_000), "expected_price_amount": Decimal(91_000)}
    add("scores.unneeded_discounts", opportunity_id="W1", opportunity_name="Merganser", discount_amount=Decimal(21_000),
        without_probability_at_start=0.83, unneeded_discount_amount=Decimal(21_000), pressure_discount_amount=Decimal(0),
        **common, **prices)  # fmt: skip
    add("scores.unneeded_discounts", opportunity_id="W2", discount_amount=Decimal(8_000), without_probability_at_start=0.2,
        unneeded_discount_amount=Decimal(0), pressure_discount_amount=Decimal(8_000), **common, **prices)  # fmt: skip
    add("scores.unneeded_discounts", opportunity_id="W3", discount_amount=Decimal(5_000), **common, **prices)


def _process(add: Add) -> None:
    add("scores.process_lines", quarter_start_on=NOW, decided_count=4, won_count=2, bids_per_win_ratio=2.0, rep_count=2,
        median_cycle_days=71.0, won_per_rep_amount=Decimal(210_000), quarter_end_amount_share=0.0,
        last_day_amount_share=0.0)  # fmt: skip
    add("scores.process_lines", quarter_start_on=BEFORE, decided_count=50, won_count=20, bids_per_win_ratio=2.5, rep_count=4,
        median_cycle_days=77.0, listed_won_count=18, discount_ratio=0.21, priced_count=40, concessions_per_deal_ratio=1.4,
        won_per_rep_amount=Decimal(375_000), quarter_end_won_count=8, quarter_end_amount_share=0.34,
        last_day_amount_share=0.05)  # fmt: skip


def _compared(add: Add) -> None:
    told = {"is_reported": True, "deal_count": 240, "treated_count": 52, "quarter_count": 6}
    add("scores.effects", effect="quarter_end_discount", estimate=0.053, low=0.039, high=0.067, **told)
    add("scores.effects", effect="quarter_end_late_change", estimate=-0.02, low=-0.08, high=0.04, **told)
    add("scores.effects", effect="safe_quarter_discount", is_reported=False, reason="few_quarters", deal_count=40,
        treated_count=3, quarter_count=3)  # fmt: skip
    add("scores.effects", effect="quarter_end_fast_concession", is_reported=False, reason="no_cases")
    for view in ("within", "between"):
        for third in (1, 2, 3):
            against = {} if third == 1 else {
                "price_share_difference": 0.012 * third, "price_share_difference_low": 0.004 * third,
                "price_share_difference_high": 0.02 * third,
            }  # fmt: skip
            add("scores.willingness", view=view, third=third, deal_count=30, won_count=12, win_rate=0.4, priced_count=12,
                price_share=0.8 + third / 100, **against)  # fmt: skip
