"""The models against a slow, plain reference of the documents, on small random worlds: 03-metrics.md, sections 0 to 4."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from jobs.settings import parse_settings
from tests.models.reference import cards, learning, random_worlds
from tests.models.reference.books import Standing
from tests.models.reference.facts import Facts
from tests.models.reference.register import Register
from tests.models.world import World, rows, world

SEEDS = range(8)
TEAMS = {"North": ["r1", "r2"], "unassigned": ["r3", "r4"]}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_row_is_what_the_documents_say(seed: int) -> None:
    """Forty deals at three dates: states, positions, register, what should have been declined, reps and teams."""
    random = Random(seed)
    settings, tables = random_worlds.settings(random), random_worlds.tables(random)
    built = world(tables, settings=settings, as_of=random_worlds.WEEKS)
    facts = Facts(tables, parse_settings(settings))

    for day in random_worlds.WEEKS:
        standing = Standing(facts, facts.week(day))
        register = Register(standing)
        assert_same(cards.states(standing), found(built, "staging.deals", day))
        assert_same(register.positions, found(built, "scores.deal_positions", day))
        assert_same(register.should_have_declined, found(built, "scores.should_have_declined", day))
        assert_same(register.declines, found(built, "scores.declined_deals", day, "opportunity_id", "decided_at"))
        for name, table, groups in (
            ("rep_id", "scores.rep_scorecard", {rep: [rep] for rep in random_worlds.REPS}),
            ("team", "scores.team_scorecard", TEAMS),
        ):
            wanted = {key: cards.scorecard(standing, register, reps) for key, reps in groups.items()}
            assert_same(wanted, found(built, table, day, name))


LATER = date(2026, 11, 15)


@pytest.mark.parametrize("seed", range(4))
def test_finished_quarters_are_how_deals_stood_then_and_teach_what_the_documents_say(seed: int) -> None:
    """Two quarters of thirteen days each, and what every open deal in a phase that counts is worth by them."""
    random = Random(seed)
    settings = random_worlds.settings(random).replace("[probability]", FEW, 1).replace("[amount]", FEW_AMOUNTS, 1)
    tables = random_worlds.tables(random)
    built = world(tables, settings=settings, as_of=[LATER])
    facts = Facts(tables, parse_settings(settings))
    standing = Standing(facts, facts.week(LATER))
    learner = learning.Learner(facts, facts.week(LATER))
    told = rows(built, "select * from working.snapshots")
    by_key = {(row["snapshot_on"], row["opportunity_id"]): row for row in told}

    assert len(by_key) == len(told) > 0
    assert_same(
        {
            key: row
            for start in learning.past_quarters(facts, LATER, 2)
            for key, row in learning.snapshots(facts, start, LATER)
        },
        by_key,
    )
    wanted = {
        name: learnt(standing, learner, name)
        for name, deal in standing.deals.items()
        if standing.outcomes[name] == "open" and standing.phase_order(deal) in (1, 2, 3)
    }
    counted = rows(built, "select * from staging.open_deals where phase_order between 1 and 3")

    assert learner.is_learnt
    assert_same(wanted, {row["opportunity_id"]: row for row in counted})


FEW = "[probability]\nmin_learnt_deals = 5\nmin_learnt_quarters = 1"
FEW_AMOUNTS = "[amount]\nrealisation_min_deals = 2"


def learnt(standing: Standing, learner: learning.Learner, name: str) -> dict[str, Any]:
    """The row of one open deal, as far as learning bears on it."""
    deal, week = standing.deals[name], standing.week
    order, segment = standing.phase_order(deal) or 0, deal.column("segment", week.moment) or ""
    held = learning.close_class(deal.told("close_on", week.moment), standing)
    cell = learning.Cell(segment, order, learning.band((week.quarter_end_on - week.as_of_on).days // 7), held)
    chance = min(max(learner.chance(cell) * learner.factor(standing.owner(deal)), 0.01), 0.99)
    money, ratio = standing.money(deal, week.as_of_on), learner.realisation(segment, order)
    row = {"win_probability": chance, "probability_source": "learnt_untested", "reporting_amount": money}
    if money is not None and money > 0:
        row |= {"realisation_ratio": ratio, "counted_amount": float(money) * round(ratio, 6)}
    return row


def found(built: World, table: str, day: date, *keys: str) -> dict[Any, dict[str, Any]]:
    """The rows of a table of one date by their key, which must be one."""
    names = keys or ("opportunity_id",)
    told = rows(built, f"select * from {table} where as_of_on = date '{day}'")
    by_key = {tuple(row[name] for name in names) if len(names) > 1 else row[names[0]]: row for row in told}
    assert len(by_key) == len(told), f"{table} has a key twice"
    return by_key


def assert_same(wanted: Mapping[Any, Mapping[str, Any]], told: Mapping[Any, Mapping[str, Any]]) -> None:
    assert set(wanted) == set(told)
    differences = [
        (key, name, value, told[key][name])
        for key, row in wanted.items()
        for name, value in row.items()
        if not same(value, told[key][name])
    ]
    assert differences == []


def same(wanted: Any, told: Any) -> bool:
    """Equal, and numbers up to the fourth decimal that money is kept in."""
    numbers = (int, float, Decimal, Fraction)
    if isinstance(wanted, numbers) and isinstance(told, numbers) and not isinstance(wanted, bool):
        return abs(float(wanted) - float(told)) <= 2e-4 + 1e-9 * abs(float(told))
    return bool(wanted == told)
