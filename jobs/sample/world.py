"""The whole sample as arrays: everything that any file is written from."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from jobs.sample.comebacks import Comebacks, with_comebacks
from jobs.sample.company import Company
from jobs.sample.draws import Bools, Ints
from jobs.sample.facts import Facts, make_facts
from jobs.sample.history import Snapshots, make_snapshots
from jobs.sample.ids import ACCOUNT, OPPORTUNITY, USER, record_ids
from jobs.sample.people import People
from jobs.sample.plan import Plan, make_plan
from jobs.sample.policy import NEGOTIATION
from jobs.sample.prices import Prices, make_prices
from jobs.sample.stages import StagePath, make_stage_path, open_stages
from jobs.sample.story import Story, make_story
from jobs.sample.talks import Talks, make_talks
from jobs.sample.timeline import Timeline, make_timeline

VP = 0  # the vp's position among the users; the managers follow by team, then the reps


@dataclass(frozen=True)
class World:
    """The company and all its opportunities, and the ids of users, accounts and opportunities by position."""

    company: Company
    line: Timeline
    facts: Facts
    plan: Plan
    back: Comebacks
    prices: Prices
    path: StagePath
    talks: Talks
    story: Story
    snapshots: Snapshots
    user_ids: pl.Series
    account_ids: pl.Series
    opportunity_ids: pl.Series

    @property
    def count(self) -> int:
        """Number of opportunities."""
        return self.line.count

    @property
    def at_table(self) -> Bools:
        """Open opportunities in negotiation."""
        return np.asarray(self.line.is_open & (self.path.last == NEGOTIATION), dtype=np.bool_)


def make_world(company: Company, opportunities: int, history_per_opportunity: int) -> World:
    """Everything in the order in which one thing follows from another."""
    people = company.people
    line = make_timeline(company.seed, company.calendar, people, opportunities)
    open_stage = open_stages(company.seed, people, line)
    facts = make_facts(company, line)
    plan = make_plan(company, line, facts)
    facts, plan, back = with_comebacks(company, line, open_stage, facts, plan)
    prices = make_prices(company, line, facts, plan, back, open_stage)
    at_table = line.is_open & (open_stage == NEGOTIATION)
    path = make_stage_path(company.seed, line, open_stage, plan.negotiates | at_table)
    talks = make_talks(company, line, facts, plan, prices, open_stage)
    rows = opportunities * history_per_opportunity
    return World(
        company=company,
        line=line,
        facts=facts,
        plan=plan,
        back=back,
        prices=prices,
        path=path,
        talks=talks,
        story=make_story(company, line, facts, plan, open_stage),
        snapshots=make_snapshots(company, line, facts, plan, path, talks, rows),
        user_ids=record_ids(USER, np.arange(first_rep(people) + people.count, dtype=np.int64)),
        account_ids=record_ids(ACCOUNT, np.arange(company.accounts.count, dtype=np.int64)),
        opportunity_ids=record_ids(OPPORTUNITY, np.arange(opportunities, dtype=np.int64)),
    )


def first_rep(people: People) -> int:
    """Position of the first rep among the users."""
    return 1 + people.teams


def rep_ids(world: World, rep: Ints) -> pl.Series:
    """User ids of reps."""
    return world.user_ids.gather(first_rep(world.company.people) + rep)


def manager_ids(world: World, rep: Ints) -> pl.Series:
    """User ids of the managers of reps."""
    return world.user_ids.gather(1 + world.company.people.team[rep])
