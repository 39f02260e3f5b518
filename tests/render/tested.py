"""What the hand-made company has held against outcomes: rows for the page on method."""

from __future__ import annotations

from collections.abc import Callable

Add = Callable[..., None]


def evidence(add: Add) -> None:
    """Chances of deals that were borne out, and chances of quarters that were not decided."""
    for segment in ("smb", "enterprise"):
        for number in (0, 4, 9):
            add("scores.calibration", quantity="win_probability", segment=segment, weeks_left_band="2-4",
                bin_low=number / 10, bin_high=(number + 1) / 10, predicted_mean=number / 10 + 0.04,
                observed_rate=number / 10 + 0.05, deal_count=40 + number)  # fmt: skip
    add("scores.calibration", quantity="without_probability", segment="smb", weeks_left_band="2-4", bin_low=0.5,
        bin_high=0.6, predicted_mean=0.55, observed_rate=0.5, deal_count=8)  # fmt: skip
    whole = {"brier": 0.14, "base_rate_brier": 0.18, "quarter_count": 6}
    add("scores.calibration_summary", quantity="win_probability", skill=0.23, skill_low=0.19, skill_high=0.27,
        deal_count=266, **whole)  # fmt: skip
    add("scores.calibration_summary", quantity="win_probability", segment="smb", weeks_left_band="2-4", skill=0.2,
        skill_low=0.1, skill_high=0.3, deal_count=133, **whole)  # fmt: skip
    add("scores.calibration_summary", quantity="without_probability", skill=0.02, skill_low=-0.1, skill_high=0.14,
        deal_count=8, **whole)  # fmt: skip
    add("scores.correlation", correlation=0.08, correlation_low=0.02, correlation_high=0.15, rep_quarter_count=88,
        deal_count=900, correlation_source="estimated", mean_move_points=1.4, largest_move_points=6.2)  # fmt: skip
    add("scores.learning", probability_source="learnt", deal_count=700, quarter_count=8, unborn_rep_quarter_count=150)
