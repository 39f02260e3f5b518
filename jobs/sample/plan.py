"""How each opportunity ends, decided before any price is made: path, demand below the threshold, approval."""

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

from jobs.sample.company import Company
from jobs.sample.draws import Bools, Floats, Ints, around, chance, floored, pick, stream
from jobs.sample.effects import Effects
from jobs.sample.facts import Facts
from jobs.sample.people import People, Pipeline
from jobs.sample.timeline import Timeline

EARLY_SHARE = 0.35  # of closed deals never reach the negotiation
_EARLY_DECLINE_SHARE = 0.03
_PRESSED_SHARE = 0.2  # of negotiations end with a demand below the threshold
_PRESSED_WEIGHTS = (30, 20, 30, 20)  # declined, restored, accepted if approved, lost
_UNASKED_SHARE = 0.2  # of acceptances, nobody was asked
_SHORTFALL = (0.01, 0.18)  # of a demand below the threshold, as a share of it
_ACCEPTED_PART = 0.7  # of the shortfall is left in what is accepted
_DECLARED_SHARE = 0.92  # of declines have a row of their own; of the others the loss reason alone tells
_VP_SHARE = 0.7  # of price requests go to the vp, the others to an executive
LEAST_DECLINES = 4  # in each quarter with enough lost negotiations


class Path(IntEnum):
    """How an opportunity ends."""

    EARLY_LOST = 0
    EARLY_DECLINED = 1
    WON = 2
    LOST = 3
    DECLINED = 4
    RESTORED = 5  # won at or above the threshold after a demand below it
    ACCEPTED = 6  # won below the threshold
    HELD_LOST = 7  # lost, our last offer at or above the threshold
    OPEN = 8


WINS = (Path.WON, Path.RESTORED, Path.ACCEPTED)
EARLY = (Path.EARLY_LOST, Path.EARLY_DECLINED)
DECLINES = (Path.EARLY_DECLINED, Path.DECLINED)


@dataclass(frozen=True)
class Plan:
    """One entry per opportunity.

    `demand` is the buyer's last demand where it lies below the threshold (cents, 0 elsewhere). `asks` marks
    a request to go below the threshold, to the vp where `asks_vp`, else to an executive; `approved` its
    answer. `returned_from` is the declined opportunity that this one continues, -1 for none.
    """

    path: Ints
    demand: Ints
    asks: Bools
    asks_vp: Bools
    approved: Bools
    is_declared: Bools
    returned_from: Ints

    def ends(self, *paths: Path) -> Bools:
        """Whether each opportunity ends in one of `paths`."""
        return np.isin(self.path, paths)

    @property
    def is_won(self) -> Bools:
        """Deals won."""
        return self.ends(*WINS)

    @property
    def is_declined(self) -> Bools:
        """Deals that we left."""
        return self.ends(*DECLINES)

    @property
    def negotiates(self) -> Bools:
        """Closed deals that came to negotiate."""
        return ~self.ends(*EARLY, Path.OPEN)


def make_plan(company: Company, line: Timeline, facts: Facts) -> Plan:
    """Paths of all opportunities, before any of them is made the return of another."""
    rng = stream(company.seed, "plan")
    effects, people = company.effects, company.people
    count = line.count
    early = np.where(chance(rng, _EARLY_DECLINE_SHARE, count), Path.EARLY_DECLINED, Path.EARLY_LOST)
    ordinary = np.where(chance(rng, people.win_rate[line.rep], count), Path.WON, Path.LOST)
    pressed = np.array((Path.DECLINED, Path.RESTORED, Path.ACCEPTED, Path.HELD_LOST))[
        pick(rng, _PRESSED_WEIGHTS, count)
    ]
    is_early, is_pressed = chance(rng, EARLY_SHARE, count), chance(rng, _PRESSED_SHARE, count)
    path = np.where(is_early, early, np.where(is_pressed, pressed, ordinary))
    path = np.where(line.is_open, Path.OPEN, np.where(line.is_early_win, Path.WON, path))
    asks_vp, approved = _answers(rng, effects, count)
    asks = (path == Path.ACCEPTED) & ~chance(rng, _UNASKED_SHARE, count)
    fallback = np.where(chance(rng, 0.5, count), Path.RESTORED, Path.HELD_LOST)
    path = np.where(asks & ~approved, fallback, path)
    path = _without_wins(is_dry(company, line), path)
    path = _with_least_declines(rng, people, line, path)
    path, asks = _never_declining(rng, effects, people, line, path, asks)
    extra = np.where(company.calendar.in_last_week(line.ended), effects.quarter_end_discount, 0.0)
    return Plan(
        path=path,
        demand=_demands(rng, people, line, facts, path, extra),
        asks=asks,
        asks_vp=asks_vp,
        approved=approved,
        is_declared=chance(rng, _DECLARED_SHARE, count) | (path == Path.EARLY_DECLINED),
        returned_from=np.full(count, -1, dtype=np.int64),
    )


def with_returns(plan: Plan, facts: Facts, source: Ints, target: Ints, amount: Ints, wins: Bools) -> Plan:
    """The plan in which each closed `target` deal is the return of a `source` deal at `amount`.

    At or above the threshold it is won where `wins` says so; below it, only if the request for approval is
    granted. Returns that are still open keep their path.
    """
    clear = amount >= facts.threshold[target]
    above = np.where(wins, Path.WON, Path.LOST)
    below = np.where(plan.approved[target], Path.ACCEPTED, Path.HELD_LOST)
    closed = plan.path[target] != Path.OPEN
    path, demand, asks, origin = (
        plan.path.copy(),
        plan.demand.copy(),
        plan.asks.copy(),
        plan.returned_from.copy(),
    )
    path[target] = np.where(closed, np.where(clear, above, below), Path.OPEN)
    demand[target] = np.where(closed & ~clear, amount, 0)
    asks[target] = closed & ~clear
    origin[target] = source
    return replace(plan, path=path, demand=demand, asks=asks, returned_from=origin)


def _answers(rng: np.random.Generator, effects: Effects, count: int) -> tuple[Bools, Bools]:
    """Who would be asked to go below the threshold, and what the answer would be."""
    asks_vp = chance(rng, _VP_SHARE, count)
    rate = np.where(asks_vp, effects.vp_approval_rate, effects.other_approval_rate)
    return asks_vp, chance(rng, rate, count)


def _never_declining(
    rng: np.random.Generator, effects: Effects, people: People, line: Timeline, path: Ints, asks: Bools
) -> tuple[Ints, Bools]:
    """One rep accepts what others would decline or hold, mostly without asking."""
    gives_in = (line.rep == people.never_declines) & chance(rng, effects.never_declines_share, line.count)
    pressed = np.isin(path, (Path.DECLINED, Path.RESTORED, Path.ACCEPTED, Path.HELD_LOST))
    asked = np.where(gives_in & pressed, chance(rng, 0.3, line.count), asks)
    path = np.where(gives_in & pressed, Path.ACCEPTED, path)
    return np.where(gives_in & (path == Path.EARLY_DECLINED), Path.EARLY_LOST, path), asked


def is_dry(company: Company, line: Timeline) -> Bools:
    """Closed deals of the running quarter of reps who have won nothing in it yet."""
    kind = company.people.pipeline[line.rep]
    waits = np.isin(kind, (Pipeline.OUT_OF_REACH, Pipeline.ONE_BIG_DEAL))
    return np.asarray(waits & ~line.is_open & (line.quarter == company.calendar.finished), dtype=np.bool_)


def _without_wins(dry: Bools, path: Ints) -> Ints:
    lost = np.where(path == Path.WON, Path.LOST, Path.HELD_LOST)
    return np.where(dry & np.isin(path, WINS), lost, path)


def _with_least_declines(rng: np.random.Generator, people: People, line: Timeline, path: Ints) -> Ints:
    """Lost negotiations of each quarter turned into declines until it has the least number of them."""
    path, order = path.copy(), np.argsort(rng.random(line.count), kind="stable")
    spare = order[np.isin(path[order], (Path.LOST, Path.HELD_LOST)) & (line.rep[order] != people.never_declines)]
    for quarter in np.unique(line.quarter):
        missing = LEAST_DECLINES - int(((path == Path.DECLINED) & (line.quarter == quarter)).sum())
        path[spare[line.quarter[spare] == quarter][: max(missing, 0)]] = Path.DECLINED
    return path


def _demands(rng: np.random.Generator, people: People, line: Timeline, facts: Facts, path: Ints, extra: Floats) -> Ints:
    """The last demand in whole units of the currency where it lies below the threshold, else 0.

    `extra` is the discount that the end of the quarter adds to what is accepted (share of list).
    """
    shortfall: Floats = around(rng, *_SHORTFALL, line.count)
    eased = (path == Path.ACCEPTED) & (line.rep != people.never_declines)
    shortfall = np.where(eased, shortfall * _ACCEPTED_PART, shortfall)
    pressed = np.isin(path, (Path.DECLINED, Path.RESTORED, Path.ACCEPTED, Path.HELD_LOST))
    extra = np.where(path == Path.ACCEPTED, extra, 0.0)
    demand = floored((facts.threshold * (1 - shortfall) - extra * facts.list_cents) / 100) * 100
    return np.where(pressed, demand, 0)
