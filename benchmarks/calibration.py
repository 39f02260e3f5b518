"""`make calibration EXPORTS=...`: twelve past weeks of a public export, and how far the learnt chances came true.

python -m benchmarks.calibration --exports DIR [--write]

DIR holds sales_pipeline.csv, accounts.csv, products.csv and sales_teams.csv of maven_crm; docs/calibration-maven.md
says where they come from. The profile is the worked example of docs/exports.md. Nothing of the export is kept.
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from jobs import cli

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "calibration-maven.md"
FILES = ("sales_pipeline.csv", "accounts.csv", "products.csv", "sales_teams.csv")
FIRST_WEEK, LAST_WEEK = "2017-10-15", "2017-12-31"
MARK = "<!-- made by: make calibration -->\n"

BINS = """
select weeks_left_band, bin_low, bin_high, predicted_mean, observed_rate, observed_low, observed_high,
    deal_count, quarter_count
from marts.calibration where quantity = 'win_probability' order by all
"""
SUMMARY = """
select coalesce(weeks_left_band, 'all'), brier, base_rate_brier, skill, skill_low, skill_high, deal_count, quarter_count
from marts.calibration_summary where quantity = 'win_probability' order by weeks_left_band nulls last
"""
WEEKS = """
select cast(count(distinct as_of_on) as varchar), count(*), count(case when is_candidate then 1 end)
from scores.deal_positions
"""

Rows = Sequence[tuple[Any, ...]]


@dataclass(frozen=True)
class Calibration:
    """What the back-filled weeks say. bins, summary: rows of BINS, SUMMARY; weeks: weeks, positions, candidates."""

    bins: Rows
    summary: Rows
    weeks: tuple[Any, ...]


def calibrated(exports: Path, root: Path, *, first_week: str = FIRST_WEEK) -> Calibration:
    """A new workspace at root with these exports, its weeks back-filled by the commands that anybody has."""
    _batna("init", root)
    (root / "batna.toml").write_text(_profile(), encoding="utf-8")
    for name in FILES:
        shutil.copy(exports / name, root / "inbox")
    _batna("load", "--workspace", root)
    _batna("backfill", "--from", first_week, "--to", LAST_WEEK, "--workspace", root)
    with closing(duckdb.connect(str(root / "warehouse.duckdb"), read_only=True)) as connection:
        [weeks] = connection.execute(WEEKS).fetchall()
        return Calibration(connection.execute(BINS).fetchall(), connection.execute(SUMMARY).fetchall(), weeks)


def _batna(*arguments: object) -> None:
    code = cli.main([str(argument) for argument in arguments])
    if code:
        raise SystemExit(code)


def _profile() -> str:
    text = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    profile: str = re.findall(r"```toml\n(.*?)```", text.split("## Worked example")[1], re.DOTALL)[0]
    return profile


def tables(found: Calibration) -> str:
    """The two tables of the page, in Markdown."""
    weeks, positions, candidates = found.weeks
    lines = [
        f"{weeks} weeks, {positions:,} positions of open deals, of which {candidates:,} are candidates.\n",
        "| weeks left | Brier score | of the base rate | skill | 90 % interval | deals | quarters |",
        "|---|---|---|---|---|---|---|",
        *(_summary_line(*row) for row in found.summary),
        "",
        "| weeks left | bin | predicted | came true | 90 % bounds | deals | quarters |",
        "|---|---|---|---|---|---|---|",
        *(_bin_line(*row) for row in found.bins),
    ]
    return "\n".join(lines) + "\n"


def _summary_line(
    band: str,
    brier: float,
    base: float,
    skill: float | None,
    low: float | None,
    high: float | None,
    deals: int,
    quarters: int,
) -> str:
    interval = "not told" if low is None else f"{low:+.3f} to {high:+.3f}"
    told = "not told" if skill is None else f"{skill:+.3f}"
    return f"| {band} | {brier:.4f} | {base:.4f} | {told} | {interval} | {deals:,} | {quarters} |"


def _bin_line(
    band: str,
    bin_low: float,
    bin_high: float,
    predicted: float,
    observed: float,
    low: float,
    high: float,
    deals: int,
    quarters: int,
) -> str:
    return (
        f"| {band} | {bin_low:.1f} to {bin_high:.1f} | {predicted:.3f} | {observed:.3f} "
        f"| {low:.3f} to {high:.3f} | {deals:,} | {quarters} |"
    )


def main() -> None:
    """Back-fill in a temporary folder, print the tables, and write them below the mark of the page with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration", description=__doc__)
    parser.add_argument("--exports", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        text = tables(calibrated(arguments.exports, Path(name) / "maven"))
    print(text)
    if arguments.write:
        before, _, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
        PAGE.write_text(before + MARK + "\n" + text, encoding="utf-8")


if __name__ == "__main__":
    main()
