"""`make evidence`: many invented companies with planted effects and without, and the table of docs/evidence.md.

python -m benchmarks.evidence [--planted 40] [--plain 200] [--processes 2] [--write]
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.evidence.examine import Size, examined
from benchmarks.evidence.findings import Found, false_alarms, planted_effects
from benchmarks.evidence.table import page
from jobs.sample import Effects

PLANTED = Size(opportunities=3000, reps=24, teams=4)
PLAIN = Size(opportunities=1500, reps=16, teams=4)
FIRST_SEED = 1000
PAGE = Path(__file__).parents[2] / "docs" / "evidence.md"


def find(seed: int) -> list[Found]:
    """The planted effects of one company."""
    with examined(seed, PLANTED, Effects()) as company:
        return list(planted_effects(company))


def alarm(seed: int) -> dict[str, bool]:
    """The false alarms of one company without effects."""
    with examined(seed, PLAIN, Effects.none()) as company:
        return false_alarms(company)


def main() -> None:
    """Run every seed, print the page, and write it where that was asked for."""
    arguments = _arguments()
    with ProcessPoolExecutor(arguments.processes) as pool:
        found = list(pool.map(find, range(FIRST_SEED, FIRST_SEED + arguments.planted)))
        alarms = list(pool.map(alarm, range(FIRST_SEED, FIRST_SEED + arguments.plain)))
    text = page(found, alarms, PLANTED, PLAIN)
    print(text)
    if arguments.write:
        PAGE.write_text(text, encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evidence", description=__doc__)
    parser.add_argument("--planted", type=int, default=40)
    parser.add_argument("--plain", type=int, default=200)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
