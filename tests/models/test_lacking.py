"""Where an entity is not there, its measures are unknown and named, never zero: 03-metrics.md, section 0."""

from __future__ import annotations

import pytest

from tests.models import laws
from tests.models.reference import full_worlds
from tests.models.reference.full_worlds import WEEK
from tests.models.reference.random_worlds import Tables
from tests.models.test_laws import a_world
from tests.models.world import World, rows, world

# What holds something although marts.data_quality says that the entity tells nothing of it.
STILL_TOLD = {
    "declined_deals.later_status": "of a decline that returned, by the deal's own row",
    "deal_positions.missing_approvals": "what the price would need, on record or not",
    "exposures.missing_approvals": "what the accepted price needed, on record or not",
    "should_have_declined.missing_approvals": "what the accepted price needed, on record or not",
}

# What is measured from something else once an entity is gone, and may be 0 then. Where it may be told at all: by table or column.
LIVE = "offers and history are signs of life: without them other deals are candidates"
OTHERWISE = {
    "offers": {
        "price": "the price is the amount", "conce": "concessions are cuts of the amount", "_deal_count": "of those cuts",
        "readiness": "before the first of those cuts", "moment": "of those cuts", "shortfall": "of that price",
        "opening_position": "of that price", "contribution": "the price of a decline is the amount", "uplift": "on that price",
        "held": "of demands that are not told, none was resisted", "table": LIVE, "candidate": LIVE, "qualified": LIVE,
        "strength": LIVE, "surviving": LIVE, "cover": LIVE, "attainment": LIVE, "expected": LIVE, "stake": LIVE,
        "weak_rep": LIVE, "stopped": LIVE, "gap": LIVE,
    },
    "walk_away_points": {
        "shortfall": "by cost and list, other lines", "stake": "by those", "below_threshold": "by those", "crossing": "by those",
        "held": "by those", "broken": "by those", "exposure": "by those", "unlogged": "by those",
    },
    "quotas": {"stake": "what a price falls short of its line"},
    "declines": {"returned": "returns are loaded: those of declines", "held": "held without a decline"},
    "opportunity_changes": {
        "conce": "cuts between our own versions", "cut": "cuts between our own versions", "_deal_count": "of those cuts",
        "pulled": "dates in our own versions", "push": "dates in our own versions", "quarter_end_date": "dates in our own versions",
        "strength": LIVE, "surviving": LIVE, "cover": LIVE, "attainment": LIVE,
        "stake": "what a price falls short of its line: too many deals are unknown for a strength",
    },
    "approvals": {"returned": "declines are loaded: none returned", "held": "what returned is judged as it ended"},
}  # fmt: skip

# Entities that are dropped together; no measure needs two of a line.
DROPPED = (
    ("offers",),
    ("walk_away_points",),
    ("quotas",),
    ("declines", "decline_reviews"),
    ("opportunity_changes", "opportunity_snapshots"),
    ("red_flags", "readiness", "outcomes", "contacts"),
    ("approvals", "returns", "accounts"),
    ("change_requests", "term_requests"),
)


@pytest.fixture(scope="module")
def full() -> tuple[str, Tables, World]:
    _, settings, found = a_world(7)
    settings = settings.replace('"We left" = "declined"\n', "")
    return settings, found, world(found, settings=settings, as_of=[WEEK])


@pytest.mark.parametrize("dropped", DROPPED, ids=" and ".join)
def test_without_an_entity_its_measures_are_null_and_named_and_nothing_becomes_zero(
    full: tuple[str, Tables, World], dropped: tuple[str, ...]
) -> None:
    settings, found, told = full
    lacking = world(full_worlds.without(found, *dropped), settings=settings, as_of=[WEEK])
    measured_before, measured_now = (
        {row["measure"] for row in rows(built, "select measure from scores.data_quality where is_measurable")}
        for built in (told, lacking)
    )
    otherwise = OTHERWISE.get(dropped[0], {})

    assert named(lacking, dropped) | set(otherwise), "marts.data_quality names what is gone"
    assert not_null(lacking, measured_before - measured_now) <= set(STILL_TOLD)
    assert {name for name in zeroed(told, lacking) if not any(part in name for part in otherwise)} == set()


def test_without_any_source_of_lines_no_price_is_judged(full: tuple[str, Tables, World]) -> None:
    settings, found, _ = full
    bare = world(full_worlds.without_lines(found), settings=settings, as_of=[WEEK])
    missing = {row["measure"] for row in rows(bare, "select measure from scores.data_quality where not is_measurable")}
    lines = {"buffer_coverage_share", "below_threshold_won_count", "below_floor_won_count", "walk_away_preset_share"}

    assert lines <= missing
    assert (
        not_null(bare, lines | {"hug_share", "median_buffer_ratio", "zone", "floor_amount", "shortfall_amount"})
        == set()
    )


def named(built: World, entities: tuple[str, ...]) -> set[str]:
    """Measures that one of these entities would make measurable, as the table says."""
    marks = ", ".join("?" * len(entities))
    found = built.execute(
        f"select measure from scores.data_quality where not is_measurable and missing_entity in ({marks})", entities
    ).fetchall()
    return {measure for (measure,) in found}


def not_null(built: World, measures: set[str]) -> set[str]:
    """Columns by the name of a measure that still hold something."""
    return {
        f"{table}.{column}"
        for table in laws.names(built)
        for column in laws.columns(built, table)
        if column in measures and built.execute(f"select 1 from scores.{table} where {column} is not null").fetchall()
    }


def zeroed(told: World, lacking: World) -> set[str]:
    """Columns that held something else in a row of the same key, and are 0 now."""
    return {
        f"{table}.{column}"
        for table, keys in laws.KEYS.items()
        for before, after in laws.paired(told, lacking, table, keys)
        for column, value in after.items()
        if laws.is_number(value) and value == 0 and before[column] not in (0, None)
    }
