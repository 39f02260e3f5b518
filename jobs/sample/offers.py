"""The files of a negotiation's price: offers, and the walk-away points set before or during it."""

import numpy as np
import polars as pl

from jobs.sample.columns import labels, moments, money, only
from jobs.sample.draws import Bools, Ints, between, pick, stream
from jobs.sample.fiscal import HOUR
from jobs.sample.market import CURRENCIES
from jobs.sample.policy import PROPOSAL
from jobs.sample.talks import offers_are_logged
from jobs.sample.world import World, manager_ids

_SIDES = ("seller", "buyer")
_LEVERS = ("price", "payment", "scope", "term", "support")
_TRADES = ("", "longer_term", "prepayment", "larger_volume", "reference_visit", "faster_signature")
_PRESET, _LATE = (
    0.7,
    0.12,
)  # shares of walk-away points set before and during the negotiation; the others never
_EARLY_PRESET = 0.35  # of open deals that do not negotiate yet


def offers(world: World) -> pl.DataFrame:
    """offers.csv: our first offer, the demands, our answers; in order of opportunity and time."""
    talks = world.talks
    asked = np.arange(len(talks.deal), dtype=np.int64)
    talk_r, place_r = np.nonzero(talks.has_reply)
    talk_d, place_d = np.nonzero(talks.has_demand)
    rows = pl.DataFrame(
        {
            "talk": np.concatenate([asked, talk_r, talk_d]),
            "at": np.concatenate([talks.ask_at, talks.reply_at[talk_r, place_r], talks.demand_at[talk_d, place_d]]),
            "side": np.repeat([0, 0, 1], [len(asked), len(talk_r), len(talk_d)]),
            "cents": np.concatenate([talks.ask, talks.reply[talk_r, place_r], talks.demand[talk_d, place_d]]),
            "round": np.concatenate([np.ones(len(asked), dtype=np.int64), place_r + 2, place_d + 1]),
            "reply_to": np.concatenate(
                [np.full(len(asked), -1), talks.demand_at[talk_r, place_r], np.full(len(talk_d), -1)]
            ),
        }
    ).sort("talk", "at")
    logged = offers_are_logged(world.company.seed, world.count)[talks.deal]
    return _offer_columns(world, rows.filter(pl.Series(logged).gather(rows["talk"])))


def _offer_columns(world: World, rows: pl.DataFrame) -> pl.DataFrame:
    rng = stream(world.company.seed, "offers")
    talk, side, answered = rows["talk"].to_numpy(), rows["side"].to_numpy(), rows["reply_to"].to_numpy()
    deal = world.talks.deal[talk]
    ours = side == 0
    later = ours & (answered >= 0)
    lever = np.where(later, pick(rng, (70, 10, 8, 7, 5), len(rows)), 0)
    trade = np.where(later, pick(rng, (55, 12, 10, 10, 7, 6), len(rows)), 0)
    return pl.DataFrame(
        {
            "opportunity_id": world.opportunity_ids.gather(deal),
            "offered_at": moments(rows["at"].to_numpy()),
            "side": labels(_SIDES, side),
            "amount": money(rows["cents"].to_numpy()),
            "currency": labels(CURRENCIES, world.facts.currency[deal]),
            "round": rows["round"],
            "is_final": _final_flags(rng, world, rows),
            "lever": only(ours, labels(_LEVERS, lever)),
            "traded_for": labels(_TRADES, trade),
            "in_reply_to_at": only(later, moments(np.maximum(answered, 0))),
        }
    )


def _final_flags(rng: np.random.Generator, world: World, rows: pl.DataFrame) -> Bools:
    """A third of our last offers were called final, and a few of those before them too."""
    place = rows["round"].to_numpy() - 1
    last = world.talks.replies[rows["talk"].to_numpy()]
    called = np.where(place == last, rng.random(len(rows)) < 0.33, (place == last - 1) & (rng.random(len(rows)) < 0.07))
    return np.asarray(called & (rows["side"].to_numpy() == 0) & (place > 0), dtype=np.bool_)


def walk_away_points(world: World) -> pl.DataFrame:
    """walk_away_points.csv: floor and threshold where somebody set them, and again where lowered."""
    rng, line, facts = stream(world.company.seed, "points"), world.line, world.facts
    count = world.count
    lowered = (facts.threshold < facts.first_threshold) & world.plan.negotiates
    draw = rng.random(count)
    draw = np.where(lowered, draw * _PRESET, draw)
    until = np.where(world.at_table | world.plan.negotiates, line.talks_from, line.ended)
    before = line.created + ((until - line.created) * between(rng, 0.25, 0.85, count)).astype(np.int64)
    during = line.talks_from + ((line.ended - line.talks_from) * between(rng, 0.1, 0.6, count)).astype(np.int64)
    young = line.is_open & (world.path.last < PROPOSAL)
    preset = draw < np.where(young, _EARLY_PRESET, _PRESET)
    late = ~preset & (draw < _PRESET + _LATE) & (world.plan.negotiates | world.at_table)
    first = _points(
        world,
        np.flatnonzero((preset | late) & ~facts.is_bare),
        np.where(preset, before, during),
        facts.first_threshold,
    )
    again = np.maximum(during, before + HOUR)
    second = _points(world, np.flatnonzero(lowered), again, facts.threshold)
    rows = pl.concat([first, second]).sort("deal", "set_at")
    return rows.drop("deal")


def _points(world: World, deal: Ints, at: Ints, threshold: Ints) -> pl.DataFrame:
    version = world.line.created[deal] >= world.company.calendar.opens[(world.company.calendar.finished + 1) // 2]
    return pl.DataFrame(
        {
            "deal": deal,
            "opportunity_id": world.opportunity_ids.gather(deal),
            "set_at": moments(at[deal]),
            "floor_amount": money(world.facts.floor[deal]),
            "threshold_amount": money(threshold[deal]),
            "currency": labels(CURRENCIES, world.facts.currency[deal]),
            "set_by": manager_ids(world, world.line.rep[deal]),
            "policy_version": labels(("first", "second"), version.astype(np.int64)),
        }
    )
