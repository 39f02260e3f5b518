"""Laws of the whole build, on random worlds in which every entity tells something (03-metrics.md, sections 0 and 10)."""

from __future__ import annotations

import os
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from jobs.build import build
from jobs.check import run_checks
from jobs.settings import parse_settings
from tests.models import laws
from tests.models.reference import full_worlds
from tests.models.reference.full_worlds import WEEK
from tests.models.reference.kernel import Stake, strength
from tests.models.reference.random_worlds import Tables
from tests.models.world import World, add, one, rows, world

WEEKS = [WEEK - timedelta(weeks=1), WEEK, WEEK + timedelta(weeks=1)]
SEEDS = st.integers(0, 10_000)
FEW = examples(
    max_examples=int(os.environ.get("BATNA_LAW_EXAMPLES", "2")),  # every example is some whole builds,
    phases=[Phase.generate],  # and a seed has nothing to shrink
)

# Shares of something that is not a part of it: they may be below 0 or above 1.
NO_PARTS = {
    "corridor_share": "where the price stands between threshold and list; outside the corridor it is beyond 0 or 1",
    "opening_position_share": "where the first offer stood in that corridor",
    "first_concession_gap_share": "of the gap between ask and demand; an offer below the demand gives more than all of it",
    "mean_first_gap_share": "the mean of those",
    "top_deal_gap_share": "the largest deal over the gap, which it may exceed",
    "open_quota_share": "what is open of the quota",
    "mean_margin_share": "a margin, which may be negative",
    "price_share": "price over list; a deal may be sold above it",
}
# Figures of a group that are no sums over its reps: they are made from the group's own deals and quota.
NO_SUMS = {
    "effective_deal_count": "1 / HHI of the group's own deals",
    "smallest_covering_count": "fewest deals that cover the group's own gap",
    "expected_amount": "E[min(S + N, gap)] of the group's own book",
    "unborn_amount": "the mean of the group's own N",
    "rep_count": "counts reps",
    "weak_rep_count": "counts reps",
    "quota_missing_rep_count": "counts reps",
}


def a_world(seed: int) -> tuple[Random, str, Tables]:
    random = Random(seed)
    return random, full_worlds.settings(random), full_worlds.tables(random)


@FEW
@given(seed=SEEDS)
def test_one_pass_says_what_the_weeks_say_one_after_another_and_a_later_export_changes_none(seed: int) -> None:
    random, settings, found = a_world(seed)
    together = world(found, settings=settings, as_of=WEEKS)
    stepwise = world(found, settings=settings, as_of=WEEKS[:1])
    for week in WEEKS[1:]:
        build(stepwise.whole(), parse_settings(settings), [week])
    before = {week: laws.scores(together, week) for week in WEEKS}

    assert changed(before, stepwise) == []

    add(stepwise, full_worlds.tables(random))
    build(stepwise.whole(), parse_settings(settings), WEEKS[1:])
    assert changed(before, stepwise) == []


def changed(before: dict[date, laws.Scores], now: World) -> list[tuple[Any, ...]]:
    return [each for week, told in before.items() for each in laws.differences(told, laws.scores(now, week))]


@FEW
@given(seed=SEEDS)
def test_what_happens_after_a_week_does_not_change_it_nor_does_scoring_later_weeks_beside_it(seed: int) -> None:
    random, settings, found = a_world(seed)
    alone = laws.scores(world(found, settings=settings, as_of=[WEEK]), WEEK)
    after = full_worlds.together(found, full_worlds.later(random, found))

    assert (
        laws.differences(alone, laws.scores(world(after, settings=settings, as_of=[WEEK, WEEK + timedelta(7)]), WEEK))
        == []
    )


@FEW
@given(seed=SEEDS)
def test_the_order_of_rows_and_files_and_an_export_in_parts_change_nothing(seed: int) -> None:
    random, settings, found = a_world(seed)
    parts = [full_worlds.shuffled(random, [(entity, row) for row in rows]) for entity, rows in found.items()]
    first: Tables = {entity: [row for _, row in pairs[::2]] for entity, pairs in zip(found, parts, strict=True)}
    second: Tables = {entity: [row for _, row in pairs[1::2]] for entity, pairs in zip(found, parts, strict=True)}
    whole = world(found, settings=settings, as_of=[WEEK])
    turned = world(dict(reversed(first.items())), settings=settings, as_of=[])
    add(turned, second)
    build(turned.whole(), parse_settings(settings), [WEEK])

    assert laws.differences(laws.scores(whole, WEEK), laws.scores(turned, WEEK)) == []


@FEW
@given(seed=SEEDS, factor=st.sampled_from([10, 100, 1000]))
def test_another_reporting_currency_changes_amounts_alone(seed: int, factor: int) -> None:
    """Without N: it is counted in whole cents, so a currency with larger numbers tells it more finely."""
    _, settings, found = a_world(seed)
    rupiah = full_worlds.in_other_money(found, factor, "IDR")
    in_rupiah = full_worlds.settings(Random(seed), factor=factor, currency="IDR")
    told, retold = (
        laws.scores(world(tables, settings=without_unborn(text), as_of=[WEEK]), WEEK)
        for tables, text in ((found, settings), (rupiah, in_rupiah))
    )

    assert laws.differences(told, retold, laws.in_other_money(factor)) == []


def without_unborn(settings: str) -> str:
    return settings.replace("min_rep_quarters = 2", "min_rep_quarters = 1000")


@pytest.fixture(scope="module", params=[7, 23, 91, 404, 1312, 5000])
def built(request: pytest.FixtureRequest) -> World:
    """A world in which no deal belongs to two reps: there, pools are sums."""
    _, settings, found = a_world(request.param)
    return world(full_worlds.without(found, "credits"), settings=settings, as_of=[WEEK])


def test_every_check_holds(built: World) -> None:
    assert [result for result in run_checks(built.whole(), [WEEK]) if not result.is_passed] == []


@pytest.mark.parametrize(
    ("of_reps", "of_groups", "key"),
    [
        ("rep_scorecard", "company_week", None),
        ("rep_scorecard", "team_scorecard", "team"),
        ("rep_conduct", "team_conduct", "group_id"),
    ],
)
def test_pools_are_the_sums_of_their_parts(built: World, of_reps: str, of_groups: str, key: str | None) -> None:
    told = laws.scores(built, WEEK)
    reps, groups = told[of_reps], told[of_groups]
    pooled = [
        name for name in groups[0]
        if name.endswith(("_count", "_amount", "_days")) and name in reps[0] and name not in NO_SUMS
    ]  # fmt: skip
    wrong = [
        (group.get(key or ""), name, group[name], whole)
        for group in groups
        for name in pooled
        if (whole := laws.total(rep[name] for rep in reps if counts(rep, group, key, name))) != group[name]
    ]

    assert len(pooled) > 10
    assert wrong == []


def counts(rep: dict[str, Any], group: dict[str, Any], key: str | None, name: str) -> bool:
    """Wins are held against quotas: reps without one are apart, unless nobody in the group has one."""
    is_apart = name == "won_amount" and group["quota_amount"] is not None and rep["quota_amount"] is None
    return is_of(rep, group, key) and not is_apart


def is_of(rep: dict[str, Any], group: dict[str, Any], key: str | None) -> bool:
    return key is None or group.get("group_kind") == "company" or rep["team"] == group[key]


def test_shares_and_chances_lie_between_none_and_all(built: World) -> None:
    beyond = {
        f"{table}.{column}"
        for table in laws.names(built)
        for column in laws.columns(built, table)
        if column.endswith(("_share", "_probability", "_rate")) and column not in NO_PARTS
        and built.execute(f"select 1 from scores.{table} where {column} < 0 or {column} > 1").fetchall()
    }  # fmt: skip

    assert beyond == set()


def test_bounds_hold_what_they_bound(built: World) -> None:
    """Whatever has a low and a high, and stands beside them under the same name."""
    wrong = []
    for table in laws.names(built):
        names = set(laws.columns(built, table))
        for low in names:
            middle, high = low.removesuffix("_low"), low.removesuffix("_low") + "_high"
            if low.endswith("_low") and {middle, high} <= names:
                wrong += [
                    (table, middle, found)
                    for found in built.execute(
                        f"select {low}, {middle}, {high} from scores.{table} "
                        f"where {low} > {middle} + 1e-9 or {middle} > {high} + 1e-9"
                    ).fetchall()
                ]

    assert wrong == []


@FEW
@given(seed=SEEDS)
def test_the_quarter_without_a_deal_is_the_quarter_once_it_is_removed(seed: int) -> None:
    """And so it is never better: attainment_without_probability is P(S - deal j + N >= g)."""
    _, settings, found = a_world(seed)
    settings = settings.replace("[batna]", "[batna]\nmax_unknown_share = 1", 1)  # every book is asked for
    begun = full_worlds.begun(found, "r1", number=6)
    full = world(begun, settings=settings, as_of=[WEEK])
    strongest = rows(
        full,
        "select deals.opportunity_id, deals.rep_id, attainment_without_probability as without, cards.attainment_probability as whole "
        "from scores.deal_positions as deals inner join scores.rep_scorecard as cards on deals.rep_id = cards.rep_id "
        "where is_candidate and deals.opportunity_id like 'b%' and quota_amount > 0 "
        "order by attainment_without_probability - whole, 1 limit 1",
    )[0]
    removed = {
        entity: [row for row in told if row.get("opportunity_id") != strongest["opportunity_id"]]
        for entity, told in begun.items()
    }
    left = laws.scores(world(removed, settings=settings, as_of=[WEEK]), WEEK)["rep_scorecard"]
    attained = next(row["attainment_probability"] for row in left if row["rep_id"] == strongest["rep_id"])

    assert attained == pytest.approx(strongest["without"], abs=1e-9)
    assert attained <= strongest["whole"] + 1e-12


def test_five_junk_deals_lift_a_strength_by_no_more_than_the_rep_factor_lets_them() -> None:
    """Whatever the CRM says of them, and however many small ones were won: a chance is its cell's, times 1.5 at most."""
    _, settings, found = a_world(7)
    settings = without_unborn(settings)
    pinned = settings.replace("prior_deals = 3", "prior_deals = 3\nrep_factor_low = 1\nrep_factor_high = 1")
    padded = full_worlds.padded(found, "r1")
    deals = "select * from scores.book_deals where book_kind = 'rep' and book_id = 'r1' order by opportunity_id"
    told = world(padded, settings=settings, as_of=[WEEK])
    chances, plain = rows(told, deals), rows(world(padded, settings=pinned, as_of=[WEEK]), deals)
    card = one(told, "select * from scores.rep_scorecard where rep_id = 'r1'")
    lifted = [
        Stake(row["opportunity_id"], row["amount"], min(0.99, 1.5 * row["win_probability"]), phase(row))
        for row in plain
    ]
    most: dict[str, Any] = strength(lifted, card["gap_amount"])

    assert sum(row["opportunity_id"].startswith("junk") for row in chances) == 5
    assert all(row["win_probability"] <= stake.probability + 1e-12 for row, stake in zip(chances, lifted, strict=True))
    assert card["attainment_probability"] <= most["attainment_probability"] + 1e-9
    assert card["batna_strength"] <= most["batna_strength"] + 1e-6


def phase(row: dict[str, Any]) -> str:
    return "negotiation" if row["is_at_table"] else "evaluation"
