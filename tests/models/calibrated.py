"""Worlds whose chances are taken as tested, and whose reps find business that is not in the pipeline yet."""

from __future__ import annotations

from tests.models.world import World


def with_unborn(built: World, shares: dict[str, list[float]], weeks_left: int = 6) -> None:
    """N as the learning would give it: shares of quota, equally likely, by segment."""
    for segment, points in shares.items():
        for number, share in enumerate(points, start=1):
            built.execute(
                "insert into working.unborn_shares by name select last_file_number, quarter_start_on, ? as segment,"
                " ? as weeks_left, ? as point_number, ? as share, 30 as rep_quarter_count from staging.weeks",
                [segment, weeks_left, number, share],
            )
    built.forget("working.unborn_shares")


def with_bands(built: World, *, unborn: bool = True) -> None:
    """Every strength has its word; without `unborn` nothing is known of business that is not in the pipeline yet."""
    if unborn:
        with_unborn(built, {"": [0]})
    built.execute("update working.learning_status set is_calibrated = true, has_unborn = true")
    built.forget("working.learning_status")
