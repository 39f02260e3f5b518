"""A year of weeks under kills, with analysts reading all the while: `python -m benchmarks.soak`, `make soak`.

The schedule runs its three jobs on a simulated clock: a load on Thursday, retention on Sunday, the report on Monday.
Its runs and the service itself are killed (kill -9) at moments that the seed draws, and the next one takes over.
Analysts, each a process, read what is published, again and again, in four ways. docs/soak.md says what is promised, and
what was seen.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from benchmarks.soak.analyst import ended, started
from benchmarks.soak.company import Exports, exports_until
from benchmarks.soak.failures import failures
from benchmarks.soak.judge import faults, ratios
from benchmarks.soak.place import Place, begin
from benchmarks.soak.service import looked
from benchmarks.soak.shown import HEADER, kills_text, line, readers_text
from benchmarks.soak.sizes import held
from benchmarks.soak.year import Year

LAST = date(2026, 11, 15)
SHOWN_EVERY = 4


def main() -> None:
    """Soak, print, and fail where a promise was not kept; then the workspace stays, to be looked at."""
    told = _arguments()
    place = Place(Path(tempfile.mkdtemp(prefix="soak-")))
    print(f"seed {told.seed}, {told.analysts} analysts, {told.opportunities} deals, in {place.folder}", flush=True)
    exports, year = exports_until(LAST, place.folder / "sample", told.opportunities), Year(place, told.keep)
    soak(year, exports, told)
    measured = list(ratios(year, exports))
    wrong = [*faults(year), *(str(ratio) for ratio in measured if not ratio.is_kept)]
    print(kills_text(year), readers_text(year.diaries), *measured, sep="\n")
    if not measured:
        print("too short to say whether memory and disk are flat")
    if wrong:
        sys.exit("\n".join([f"{len(wrong)} promises were not kept, see {place.folder}:", *wrong]))
    shutil.rmtree(place.folder)
    print("every promise was kept")


def soak(year: Year, exports: Exports, told: argparse.Namespace) -> None:
    """Week by week, with the analysts around it."""
    first = LAST - timedelta(weeks=told.weeks - 1)
    begin(year.place, told.keep)
    analysts = started(year.place.workspace, told.analysts)
    print(HEADER, flush=True)
    try:
        for number in range(told.weeks):
            _week(year, exports, first + timedelta(weeks=number), str(told.seed))
            if (number + 1) % SHOWN_EVERY == 0 or number + 1 == told.weeks:
                print(line(year, SHOWN_EVERY), flush=True)
    finally:
        year.diaries += ended(analysts)


def _week(year: Year, exports: Exports, as_of_on: date, seed: str) -> None:
    """Sunday evening's exports make Monday's report, Wednesday's are loaded on Thursday; retention comes on Sunday."""
    if year.weeks:
        year.puts += exports.put(year.place.workspace.inbox, as_of_on - timedelta(days=4))
        _look(year, as_of_on - timedelta(days=3), 6, seed)
        _look(year, as_of_on, 6, seed)
    else:
        _look(year, as_of_on, 12, seed)  # nothing is due: the plan begins
    year.puts += exports.put(year.place.workspace.inbox, as_of_on)
    _look(year, as_of_on + timedelta(days=1), 6, seed)
    year.weeks[as_of_on] = held(year.place.workspace)


def _look(year: Year, on: date, hour: int, seed: str) -> None:
    year.service_kills += looked(year.place, datetime.combine(on, time(hour), UTC), seed)
    for words in failures(year.place):
        sys.exit(words)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--opportunities", type=int, default=150)
    parser.add_argument("--analysts", type=int, default=10)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=int, default=13, help="people.keep_weeks")
    return parser.parse_args()


if __name__ == "__main__":
    main()
