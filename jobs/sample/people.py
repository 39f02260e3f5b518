"""Who sells: reps with their team, segment, time of employment, skill and present pipeline."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from jobs.sample.draws import Bools, Floats, Ints, between, chance, stream, whole
from jobs.sample.fiscal import Calendar, working_time


class Pipeline(IntEnum):
    """What a rep's running quarter looks like."""

    ORDINARY = 0
    QUOTA_MADE = 1
    MANY_ALTERNATIVES = 2
    OUT_OF_REACH = 3
    ONE_BIG_DEAL = 4


_ORDER = (
    Pipeline.ORDINARY,
    Pipeline.QUOTA_MADE,
    Pipeline.ORDINARY,
    Pipeline.MANY_ALTERNATIVES,
    Pipeline.ORDINARY,
    Pipeline.OUT_OF_REACH,
    Pipeline.ORDINARY,
    Pipeline.ONE_BIG_DEAL,
)
_EASY_SHARE = 0.25  # of reps have a quota that is often made well before the quarter ends
REGIONS = ("DACH", "Nordics", "UK & Ireland", "Americas")
_TEAMS = ("Central", "North", "Isles", "Overseas")


@dataclass(frozen=True)
class People:
    """One entry per rep in each array; teams are numbered from 0.

    `started_on` and `left_on` are day numbers (`left_on` after `as_of_on` for those still here); `partner`
    is the rep who has the deals that fall outside the rep's own employment; `win_rate` is of negotiations
    whose price is in order; `quota_ease` is expected wins / quota. `hugger`, `never_declines` and
    `conceder` are the positions of the planted reps.
    """

    teams: int
    team: Ints
    segment: Ints
    pipeline: Ints
    partner: Ints
    started_on: Ints
    left_on: Ints
    win_rate: Floats
    quota_ease: Floats
    never_declines: int
    hugger: int
    conceder: int

    @property
    def count(self) -> int:
        """Number of reps."""
        return len(self.team)

    @property
    def is_leaver(self) -> Bools:
        """Reps who have left."""
        return np.asarray(self.left_on < self.left_on.max(), dtype=np.bool_)

    def employed(self, rep: Ints, opened: Ints, ended: Ints) -> Bools:
        """Whether each rep was there from `opened` to `ended` (working seconds)."""
        there = (opened >= working_time(self.started_on)[rep]) & (ended < working_time(self.left_on)[rep])
        return np.asarray(there, dtype=np.bool_)


def make_people(seed: int, calendar: Calendar, teams: int, reps: int) -> People:
    """Reps dealt out over teams, segments and kinds of pipeline in turn, so that none is missing."""
    rng = stream(seed, "people")
    number = np.arange(reps, dtype=np.int64)
    pipeline = np.array([_ORDER[(rep + rep // 8) % 8] for rep in range(reps)], dtype=np.int64)
    ordinary = np.flatnonzero(pipeline == Pipeline.ORDINARY)
    ramping, leavers = ordinary[-(reps // 12 or 1) :], ordinary[2 : 2 + reps // 24]
    started_on, left_on = _employment(rng, calendar, reps, ramping, leavers)
    is_veteran = ~np.isin(number, np.concatenate([ramping, leavers]))
    return People(
        teams=teams,
        team=number % teams,
        segment=number // teams % 3,
        pipeline=pipeline,
        partner=_partners(number % teams, number // teams % 3, is_veteran),
        started_on=started_on,
        left_on=left_on,
        win_rate=between(rng, 0.55, 0.8, reps),
        quota_ease=np.where(chance(rng, _EASY_SHARE, reps), *_eases(rng, reps)),
        never_declines=int(ordinary[0]),
        hugger=int(ordinary[1]),
        conceder=int(np.flatnonzero(pipeline == Pipeline.MANY_ALTERNATIVES)[0]),
    )


def _eases(rng: np.random.Generator, reps: int) -> tuple[Floats, Floats]:
    """Expected wins / quota of reps whose quota is easy, and of the others."""
    return between(rng, 1.4, 2.0, reps), between(rng, 0.7, 1.2, reps)


def _employment(
    rng: np.random.Generator, calendar: Calendar, reps: int, ramping: Ints, leavers: Ints
) -> tuple[Ints, Ints]:
    """First day of each rep, and the day after the last."""
    today = calendar.starts[-2]
    started_on = calendar.starts[0] - whole(rng, 200, 2_000, reps)
    started_on[ramping] = today - whole(rng, 60, 130, len(ramping))
    left_on = np.full(reps, calendar.starts[-1] + 1_000, dtype=np.int64)
    left_on[leavers] = today - whole(rng, 80, 160, len(leavers))
    return started_on, left_on


def _partners(team: Ints, segment: Ints, is_veteran: Bools) -> Ints:
    """The next veteran of each rep's team and segment, else of the segment, else of the company."""
    veterans = np.flatnonzero(is_veteran)
    return np.array([_partner(rep, team, segment, veterans) for rep in range(len(team))], dtype=np.int64)


def _partner(rep: int, team: Ints, segment: Ints, veterans: Ints) -> int:
    others = veterans[veterans != rep]
    peers = others[segment[others] == segment[rep]]
    mates = peers[team[peers] == team[rep]]
    pool = next(some for some in (mates, peers, others) if len(some))
    return int(pool[np.searchsorted(pool, rep) % len(pool)])


def team_name(team: int) -> str:
    """Name of a team."""
    return _TEAMS[team] if team < len(_TEAMS) else f"Team {team + 1:02d}"


def region_of(team: Ints) -> Ints:
    """Position in REGIONS of each team's region."""
    return np.asarray(team % len(REGIONS), dtype=np.int64)
