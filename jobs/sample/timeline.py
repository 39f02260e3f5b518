"""When each opportunity opens, begins to negotiate and ends, and whose it is."""

from dataclasses import dataclass

import numpy as np

from jobs.sample.draws import Bools, Ints, around, between, chance, floored, pick, stream
from jobs.sample.fiscal import WORKDAY, Calendar
from jobs.sample.people import People, Pipeline
from jobs.sample.policy import SEGMENTS

OPEN_SHARE = 0.11
_OPEN_WEIGHTS = (14.0, 9.0, 18.0, 4.0, 6.0)  # open deals of a rep, by kind of pipeline
_STRAY_SHARE = 0.05  # deals outside the rep's own segment
_RUSH_SHARE = 0.3  # deals that the end of the quarter pulls into its last part
_EARLY_WINS = 2  # won deals that make the quota of the running quarter, per rep with a quota made


@dataclass(frozen=True)
class Timeline:
    """One entry per opportunity, in order of creation. Times are working seconds; an open deal ends now.

    `talks_from` is when the negotiation starts in those deals that come so far. `open_rank` counts the open
    deals of one rep from 0, oldest first (-1 for closed ones).
    """

    rep: Ints
    segment: Ints
    created: Ints
    talks_from: Ints
    ended: Ints
    quarter: Ints
    is_open: Bools
    is_early_win: Bools
    open_rank: Ints

    @property
    def count(self) -> int:
        """Number of opportunities."""
        return len(self.rep)


def make_timeline(seed: int, calendar: Calendar, people: People, opportunities: int) -> Timeline:
    """Closed deals spread over all quarters up to now, then the open ones, by rep."""
    rng = stream(seed, "timeline")
    open_count = round(opportunities * OPEN_SHARE)
    is_open = np.arange(opportunities) >= opportunities - open_count
    closed_count = opportunities - open_count
    rep = np.concatenate([pick(rng, [1.0] * people.count, closed_count), _open_reps(people, open_count)])
    segment = _segments(rng, people.segment[rep])
    ended = np.concatenate([_ends(rng, calendar, closed_count), np.full(open_count, calendar.now, dtype=np.int64)])
    is_early_win = _early_wins(calendar, people, rep, ended, is_open)
    ended = np.where(is_early_win, _running_ends(rng, calendar, opportunities), ended)
    length = _lengths(rng, segment)
    age = np.where(is_open, between(rng, 0.1, 0.95, opportunities), 1.0)
    created = ended - (length * age).astype(np.int64)
    talks_from = ended - ((ended - created) * between(rng, 0.25, 0.45, opportunities)).astype(np.int64)
    rep = np.where(people.employed(rep, created, ended), rep, people.partner[rep])
    order = np.argsort(created, kind="stable")
    return Timeline(
        rep=rep[order],
        segment=segment[order],
        created=created[order],
        talks_from=talks_from[order],
        ended=ended[order],
        quarter=calendar.quarter_of(ended[order]),
        is_open=is_open[order],
        is_early_win=is_early_win[order],
        open_rank=_ranks(rep[order], is_open[order]),
    )


def _open_reps(people: People, count: int) -> Ints:
    """The rep of each open deal: as many deals as the kind of pipeline asks for, to the nearest one."""
    edges = np.cumsum(np.array(_OPEN_WEIGHTS)[people.pipeline])
    return np.asarray(np.searchsorted(edges, (np.arange(count) + 0.5) / count * edges[-1]), dtype=np.int64)


def _segments(rng: np.random.Generator, home: Ints) -> Ints:
    """The rep's segment, at times one beside it."""
    stray = chance(rng, _STRAY_SHARE, len(home))
    beside = np.where(home == 1, 2 * chance(rng, 0.5, len(home)), 1)
    return np.where(stray, beside, home).astype(np.int64)


def _ends(rng: np.random.Generator, calendar: Calendar, count: int) -> Ints:
    """Closing times from the first quarter to now, denser in the last part of each finished quarter."""
    first = int(calendar.opens[0])
    ended = first + floored((calendar.now - first) * rng.random(count))
    quarter = calendar.quarter_of(ended)
    last = calendar.opens[quarter + 1] - 1
    rushed = chance(rng, _RUSH_SHARE, count) & (quarter < calendar.finished)
    return np.where(rushed, last - (last - ended) * 3 // 25, ended)


def _running_ends(rng: np.random.Generator, calendar: Calendar, count: int) -> Ints:
    """Closing times in what has passed of the running quarter."""
    first = int(calendar.opens[-2])
    return first + floored((calendar.now - first) * rng.random(count))


def _early_wins(calendar: Calendar, people: People, rep: Ints, ended: Ints, is_open: Bools) -> Bools:
    """The latest closed deals of each rep whose running quarter is already made."""
    chosen = np.zeros(len(rep), dtype=np.bool_)
    if calendar.now <= calendar.opens[-2]:  # no working day of the running quarter has passed yet
        return chosen
    order = np.lexsort((ended, rep, is_open))
    last = np.searchsorted(rep[order][: int((~is_open).sum())], np.arange(people.count), side="right")
    for one in np.flatnonzero(people.pipeline == Pipeline.QUOTA_MADE):
        latest = order[max(0, last[one] - _EARLY_WINS) : last[one]]
        chosen[latest[rep[latest] == one]] = True
    return chosen


def _lengths(rng: np.random.Generator, segment: Ints) -> Ints:
    """Working seconds from creation to closing: five working days to seven of the calendar."""
    shortest = np.array([one.shortest_cycle for one in SEGMENTS])[segment]
    longest = np.array([one.longest_cycle for one in SEGMENTS])[segment]
    days = shortest + (longest - shortest) * around(rng, 0, 1, len(segment))
    return floored(days * WORKDAY * 5 / 7)


def _ranks(rep: Ints, is_open: Bools) -> Ints:
    """The place of each open deal among those of its rep."""
    order = np.lexsort((np.arange(len(rep)), rep, ~is_open))[: int(is_open.sum())]
    owner = rep[order]
    first = np.searchsorted(owner, owner, side="left")
    ranks = np.full(len(rep), -1, dtype=np.int64)
    ranks[order] = np.arange(len(order)) - first
    return ranks
