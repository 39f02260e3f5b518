"""Win probabilities learnt from snapshots of finished quarters: 03-metrics.md, section 3, by hand-computed numbers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from jobs.build import build
from jobs.settings import parse_settings
from tests.models.partial import built, insert, opened
from tests.models.reference import random_worlds
from tests.models.world import AS_OF, World, rows, world

SMALL = """
[probability]
min_learnt_deals = 2
min_learnt_quarters = 1
[amount]
realisation_min_deals = 2
"""
SPRING, WINTER = date(2026, 4, 1), date(2026, 1, 1)
ENDS = {SPRING: date(2026, 6, 30), WINTER: date(2026, 3, 31), date(2025, 10, 1): date(2025, 12, 31)}
SNAPSHOTS = """
create table working.snapshots (
    last_file_number integer, quarter_start_on date, quarter_end_on date, snapshot_on date, weeks_left integer,
    weeks_left_band varchar, opportunity_id varchar, rep_id varchar, segment varchar, phase_order integer,
    close_class varchar, amount decimal(18, 4), is_won_in_quarter boolean, final_amount decimal(18, 4),
    realised_ratio double
)
"""


def seen(name: str, *weeks: int, won: bool = False, **columns: Any) -> list[dict[str, Any]]:
    """A deal on some snapshot days of a finished quarter: by default of spring, in negotiation, closing inside."""
    bands = ["0-1"] * 2 + ["2-4"] * 3 + ["5-8"] * 4 + ["9-13"] * 4
    quarter = columns.get("quarter_start_on", SPRING)
    return [
        {"last_file_number": 0, "quarter_start_on": quarter, "quarter_end_on": ENDS[quarter],
         "snapshot_on": ENDS[quarter] - timedelta(days=7 * week + 3), "weeks_left": week, "weeks_left_band": bands[week],
         "opportunity_id": name, "rep_id": "r1", "segment": "smb", "phase_order": 3, "close_class": "inside",
         "amount": 100, "is_won_in_quarter": won, "final_amount": None, "realised_ratio": None, **columns}
        for week in weeks
    ]  # fmt: skip


def learnt(
    snapshots: list[dict[str, Any]], *tables: str, settings: str = SMALL, as_of: date = AS_OF
) -> DuckDBPyConnection:
    """The tables as learnt from these snapshots."""
    connection = opened(settings, [as_of])
    connection.execute(SNAPSHOTS)
    insert(connection, "working.snapshots", {name: [row[name] for row in snapshots] for name in snapshots[0]})
    return built(connection, tables, given=["working.snapshots"])


def rates(snapshots: list[dict[str, Any]], **options: Any) -> dict[tuple[Any, ...], tuple[int, float]]:
    """Deals and rate by level, segment, phase, band and class, for the quarter of the as-of date."""
    found = rows(
        learnt(snapshots, "working.win_rates", **options),
        "select * from working.win_rates where target_start_on = quarter_start_on",
    )
    names = ("level", "segment", "phase_order", "weeks_left_band", "close_class")
    return {tuple(row[name] for name in names): (row["deal_count"], row["win_rate"]) for row in found}


CELL = ("cell", "smb", 3, "5-8", "inside")
COUNTS: list[tuple[str, list[dict[str, Any]], int, float]] = [
    ("a deal counts once, however many weeks it stood in the cell",
     [*seen("a", 5, 6, 7, 8), *seen("b", 8, won=True)], 2, 0.5),
    ("one that stood there in two quarters counts once in each",
     [*seen("a", 5, 6, quarter_start_on=WINTER), *seen("a", 5, won=True), *seen("b", 5)], 3, 1 / 3),
    ("another close date is another cell",
     [*seen("a", 5, won=True), *seen("b", 6), *seen("c", 7, close_class="outside")], 2, 0.5),
    ("an unknown close date is a cell of its own",
     [*seen("a", 5, won=True), *seen("b", 6, won=True), *seen("c", 7, close_class="unknown")], 2, 1.0),
    ("another band is another cell",
     [*seen("a", 4, won=True), *seen("a", 5, won=True), *seen("b", 8), *seen("c", 9)], 2, 0.5),
]  # fmt: skip


@pytest.mark.parametrize(("title", "snapshots", "deals", "rate"), COUNTS, ids=[case[0] for case in COUNTS])
def test_what_counts_in_a_cell(title: str, snapshots: list[dict[str, Any]], deals: int, rate: float) -> None:
    counts = rows(
        learnt(snapshots, "working.cell_counts"),
        "select sum(deal_count) as deals, sum(won_count) as won from working.cell_counts"
        " where segment = 'smb' and phase_order = 3 and weeks_left_band = '5-8' and close_class = 'inside'",
    )[0]

    assert (counts["deals"], counts["won"] / counts["deals"]) == (deals, rate), title


def test_a_cell_is_shrunk_to_its_segment_and_phase_to_its_phase_and_to_all() -> None:
    """Twenty deals of prior weight at each level: computed by hand."""
    snapshots = [
        *(row for number in range(10) for row in seen(f"a{number}", 5, won=number < 8)),
        *(row for number in range(10) for row in seen(f"b{number}", 0, won=number < 2)),
        *(row for number in range(20) for row in seen(f"c{number}", 5, segment="mid", won=number < 10)),
        *(row for number in range(40) for row in seen(f"d{number}", 5, phase_order=1, won=number < 4)),
    ]
    found = rates(snapshots)
    overall = 24 / 80
    phase = (20 + 20 * overall) / (40 + 20)
    segment = (10 + 20 * phase) / (20 + 20)

    assert found["phase", "", 3, "", ""] == (40, pytest.approx(phase))
    assert found["segment", "smb", 3, "", ""] == (20, pytest.approx(segment))
    assert found[CELL] == (10, pytest.approx((8 + 20 * segment) / (10 + 20)))
    assert found["phase", "", 2, "", ""] == (0, pytest.approx(overall))
    assert found["band", "", None, "0-1", ""] == (10, 0.2)


@pytest.mark.parametrize(
    ("title", "snapshots", "settings", "is_learnt"),
    [
        ("enough deals in one quarter", [*seen("a", 5), *seen("b", 5)], "", True),
        ("a deal is one deal in two quarters", [*seen("a", 5), *seen("a", 5, quarter_start_on=WINTER)], "", False),
        ("too few quarters", [*seen("a", 5), *seen("b", 5)], "min_learnt_quarters = 2\n", False),
        ("two quarters", [*seen("a", 5), *seen("b", 5, quarter_start_on=WINTER)], "min_learnt_quarters = 2\n", True),
        ("a quarter that is too old does not count",
         [*seen("a", 5), *seen("b", 5, quarter_start_on=WINTER)], "history_quarters = 1\n", False),
    ],
)  # fmt: skip
def test_what_it_takes_to_learn(title: str, snapshots: list[dict[str, Any]], settings: str, is_learnt: bool) -> None:
    told = SMALL.replace("min_learnt_quarters = 1\n", settings or "min_learnt_quarters = 1\n")

    assert bool(rates(snapshots, settings=told)) is is_learnt, title


def test_a_quarter_is_predicted_only_from_quarters_before_it() -> None:
    """Spring's wins are not yet known when spring itself is predicted as a test."""
    autumn = date(2025, 10, 1)
    snapshots = [
        *(row for n in range(4) for row in seen(f"a{n}", 5, won=n < 1, quarter_start_on=autumn)),
        *(row for n in range(4) for row in seen(f"b{n}", 5, won=True, quarter_start_on=WINTER)),
        *(row for n in range(4) for row in seen(f"c{n}", 5, won=True)),
    ]
    found = rows(
        learnt(snapshots, "working.test_rates"),
        "select target_start_on, win_rate, base_rate from working.test_rates order by all",
    )

    assert [(row["target_start_on"], row["win_rate"], row["base_rate"]) for row in found] == [
        (WINTER, pytest.approx(0.25), 0.25),
        (SPRING, pytest.approx(5 / 8), 5 / 8),
    ]


def test_the_factor_of_a_rep_is_wins_over_predicted_wins_each_with_five_more() -> None:
    """All deals in one cell, whose rate is half: r1 wins 8 of 12, r2 4 of 12, r3 has none known."""
    snapshots = [
        *(row for n in range(12) for row in seen(f"a{n}", 5, 6, won=n < 8)),
        *(row for n in range(12) for row in seen(f"b{n}", 5, won=n < 4, rep_id="r2")),
        *(row for n in range(2) for row in seen(f"c{n}", 5, won=n < 1, rep_id=None)),
    ]
    found = rows(
        learnt(snapshots, "working.rep_factors"),
        "select rep_id, won_count, predicted_count, rep_factor from working.rep_factors"
        " where target_start_on = quarter_start_on order by rep_id",
    )

    assert [(row["rep_id"], row["won_count"], row["predicted_count"]) for row in found] == [
        ("r1", pytest.approx(8), pytest.approx(6)), ("r2", pytest.approx(4), pytest.approx(6)),
    ]  # fmt: skip
    assert [row["rep_factor"] for row in found] == [pytest.approx(13 / 11), pytest.approx(9 / 11)]


@pytest.mark.parametrize(("won", "factor"), [(0, 0.5), (60, 1.5)])
def test_the_factor_of_a_rep_is_held_between_a_half_and_one_and_a_half(won: int, factor: float) -> None:
    snapshots = [
        *(row for n in range(60) for row in seen(f"a{n}", 5, won=n < won)),
        *(row for n in range(60) for row in seen(f"b{n}", 5, won=n >= won, rep_id="r2")),
    ]
    found = rows(
        learnt(snapshots, "working.rep_factors"),
        "select rep_factor from working.rep_factors where target_start_on = quarter_start_on and rep_id = 'r1'",
    )

    assert found == [{"rep_factor": factor}]


def test_a_rep_s_factor_looks_at_the_last_four_quarters() -> None:
    old = date(2025, 4, 1)
    ENDS[old] = date(2025, 6, 30)
    snapshots = [*seen("a", 5, won=True, quarter_start_on=old), *seen("b", 5, rep_id="r2"), *seen("c", 5, rep_id="r2")]
    found = rows(
        learnt(snapshots, "working.rep_factors"),
        "select rep_id from working.rep_factors where target_start_on = quarter_start_on",
    )

    assert found == [{"rep_id": "r2"}]


def test_what_is_left_of_an_amount_is_the_median_over_deals_of_the_segment_and_phase_else_of_the_phase() -> None:
    snapshots = [
        *seen("a", 5, 6, won=True, realised_ratio=0.8),
        *seen("b", 5, won=True, realised_ratio=1.0),
        *seen("c", 5, won=True, realised_ratio=0.6, segment="mid"),
        *seen("d", 5, phase_order=1, won=True, realised_ratio=0.5),
    ]
    found = rows(learnt(snapshots, "working.realisations"), "select * from working.realisations order by all")

    assert [(row["segment"], row["phase_order"], row["realisation_ratio"]) for row in found] == [
        ("smb", 3, Decimal("0.9")), (None, 3, Decimal("0.8")),
    ]  # fmt: skip


def everything(connection: World) -> list[list[dict[str, Any]]]:
    return [
        rows(connection, f"select * from {table} order by all")
        for table in ("staging.open_deals", "working.unborn_shares", "scores.calibration", "scores.calibration_summary")
    ]


def test_a_later_export_changes_no_chance_of_an_old_week() -> None:
    """A file that says that every deal was won in a finished quarter comes after the week was scored."""
    settings = random_worlds.settings(Random(2)).replace(
        "[probability]",
        "[unborn]\nmin_rep_quarters = 1\n[probability]\nmin_learnt_deals = 5\nmin_learnt_quarters = 1",
        1,
    )
    week = date(2026, 11, 15)
    built_world = world(random_worlds.tables(Random(2)), settings=settings, as_of=[week])
    before = everything(built_world)
    built_world.execute(
        "insert into raw.opportunities by name select * replace (99 as file_number, 'Closed Won' as stage, true as is_won,"
        " timestamp '2026-05-05' as closed_at, timestamp '2026-05-05' as version_from_at) from raw.opportunities"
    )
    built_world.execute(
        "insert into ops.files (file_number, file_name, entity) values (99, 'later.csv', 'opportunities')"
    )
    build(built_world.whole(), parse_settings(settings), [week])
    again = everything(built_world)
    build(built_world.whole(), parse_settings(settings), [week], restate=True)

    assert before == again
    assert before[0]
    assert everything(built_world) != before
