"""What moved since the week before: 03-metrics.md, section 3. The steps add up, to the cent and to the tenth of a point."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.explain.standing import Stake, Standing, level_of
from jobs.explain.steps import steps
from jobs.explain.week import BookWeek, Told

NAMES = ("a", "b", "c", "d", "e", "f")
ORDER = ("quota", "wins", "lost", "declined", "new", "amounts", "dates", "probabilities", "time")
STAKES = st.builds(Stake, st.integers(1, 9_000), st.sampled_from([0.01, 0.2, 0.35, 0.5, 0.9]), st.booleans())
TOLD = st.builds(
    Told,
    st.sampled_from(["qualified", "negotiation"]),
    st.just("Enterprise"),
    st.dates(date(2026, 8, 1), date(2026, 8, 3)),
    st.sampled_from(["learnt", "crm_capped"]),
)
MONEY = st.integers(0, 2_000_000).map(lambda cents: Decimal(cents) / 100)


@st.composite
def weeks(draw: st.DrawFn, as_of_on: date) -> BookWeek:
    names = draw(st.sets(st.sampled_from(NAMES)))
    gone = draw(st.sets(st.sampled_from([name for name in NAMES if name not in names]))) if len(names) < 6 else set()
    standing = Standing(
        draw(MONEY) + 1, draw(MONEY), {name: draw(STAKES) for name in names},
        tuple(draw(st.lists(st.integers(0, 4_000), max_size=3))), draw(st.sampled_from([0.0, 0.1])),
    )  # fmt: skip
    outcomes = st.sampled_from(["won", "lost", "declined", "void"])
    return BookWeek(as_of_on, standing, {name: draw(TOLD) for name in names}, {name: draw(outcomes) for name in gone})


EARLIER, LATER = weeks(date(2026, 8, 8)), weeks(date(2026, 8, 15))


@settings(derandomize=True, deadline=None, max_examples=150)
@given(EARLIER, LATER)
def test_the_steps_add_up_to_the_difference(before: BookWeek, after: BookWeek) -> None:
    found = steps(before, after)
    first, last = level_of(before.standing), level_of(after.standing)

    assert tuple(step.name for step in found) == ORDER
    assert sum(step.gap_change for step in found) == last.gap_amount - first.gap_amount
    assert sum(step.attainment_change for step in found) == last.attainment_points - first.attainment_points
    assert sum(step.strength_change for step in found) == last.strength_points - first.strength_points


@settings(derandomize=True, deadline=None, max_examples=50)
@given(EARLIER)
def test_where_nothing_changed_no_step_did_anything(week: BookWeek) -> None:
    assert all(
        (step.opportunity_ids, step.gap_change, step.attainment_change, step.strength_change) == ((), 0, 0, 0)
        for step in steps(week, week)
    )


@settings(derandomize=True, deadline=None, max_examples=100)
@given(EARLIER, LATER)
def test_losing_deals_never_helps_and_only_quota_and_wins_move_the_money(before: BookWeek, after: BookWeek) -> None:
    by_name = {step.name: step for step in steps(before, after)}

    assert all(by_name[name].attainment_change <= 0 for name in ("lost", "declined"))
    assert {name for name, step in by_name.items() if step.gap_change} <= {"quota", "wins"}
