"""From a loaded warehouse to the pages of some weeks: what the weekly job and a back-fill have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from duckdb import DuckDBPyConnection

from jobs.disk import write_synced
from jobs.errors import CheckFailed
from jobs.glossary import comment_columns
from jobs.ledger import Ledger
from jobs.publish import Week
from jobs.run import Run
from jobs.settings import Settings
from jobs.slot import LeftOut
from jobs.stages import Edges
from jobs.workspace import Workspace, week_name

if TYPE_CHECKING:
    from jobs.check import CheckResult


def build_weeks(
    connection: DuckDBPyConnection, settings: Settings, dates: Sequence[date], edges: Edges, *, restate: bool
) -> None:
    """Every model for these dates, in one pass; the marts say what their columns mean."""
    edges.stages.build(connection, settings, dates, restate=restate, progress=edges.progress)
    comment_columns(connection)
    edges.checkpoint("built")


def scored(connection: DuckDBPyConnection, dates: Sequence[date]) -> dict[str, int]:
    """Scorecards of reps and positions of open deals, of all these dates together."""
    counts = {}
    for name, mart in (("reps", "rep_scorecard"), ("deals", "deal_positions")):
        sql = f"select count(*) from marts.{mart} where as_of_on in (select unnest(?::date[]))"
        [(count,)] = connection.execute(sql, [list(dates)]).fetchall()
        counts[name] = int(count)
    return counts


def check_weeks(connection: DuckDBPyConnection, dates: Sequence[date], edges: Edges) -> dict[str, int]:
    """How many checks passed. Raises CheckFailed naming those that did not, with ids, and with the weeks where
    there are several.
    """
    edges.progress("checks")
    results = edges.stages.run_checks(connection, dates)
    failed = [result for result in results if not result.is_passed]
    if failed:
        listed = "".join(f"\n  {_told(each, is_alone=len(dates) == 1)}" for each in failed)
        fault = f"{len(failed)} of {len(results)} checks failed:{listed}"
        mend = "Nothing was published; docs/checks.md says what each means"
        failed_on = tuple(sorted({day for each in failed for day in each.failed_on}))
        raise CheckFailed(_place(dates), fault, mend, failed_on=failed_on)
    edges.checkpoint("checked")
    return {"checks": len(results)}


def _told(result: CheckResult, *, is_alone: bool) -> str:
    weeks = "" if is_alone else f" in {', '.join(map(week_name, result.failed_on))}"
    return f"{result.name}: {result.row_count} rows{weeks}, such as {', '.join(result.sample)}"


def _place(dates: Sequence[date]) -> str:
    return f"week of {dates[0]}" if len(dates) == 1 else f"weeks of {min(dates)} to {max(dates)}"


def render_weeks(
    connection: DuckDBPyConnection, run: Run, settings: Settings, dates: Sequence[date], edges: Edges
) -> tuple[Week, ...]:
    """The pages of each date in a folder of its own, and the data dictionary."""
    weeks = tuple(Week(week_name(day), run.folder / "pages" / week_name(day)) for day in dates)
    for as_of_on, week in zip(dates, weeks, strict=True):
        week.pages.mkdir(parents=True)

        def progress(done: int, total: int, name: str = week.name) -> None:
            edges.progress(f"pages of {name}: {done} of {total}")

        edges.stages.render_week(connection, settings, as_of_on, week.pages, progress=progress)
    _write_dictionary(connection, run, settings, edges)
    return weeks


def _write_dictionary(connection: DuckDBPyConnection, run: Run, settings: Settings, edges: Edges) -> None:
    """The page that stands beside the weeks. On a cursor of its own: a result that was not read would be in the way."""
    beside = run.folder / "beside"
    beside.mkdir()
    with closing(connection.cursor()) as cursor:
        write_synced(beside / "dictionary.html", edges.stages.render_dictionary(cursor, settings))


def week_list(
    workspace: Workspace, settings: Settings, weeks: Sequence[Week], edges: Edges, gone: Sequence[str] = ()
) -> str:
    """The text of out/index.html once these weeks are published, and those of the names in `gone` removed."""
    folders = {name: workspace.out / name for name in workspace.weeks()} | {week.name: week.pages for week in weeks}
    return list_of(workspace, settings, {name: folders[name] for name in sorted(folders.keys() - set(gone))}, edges)


def list_of(workspace: Workspace, settings: Settings, folders: Mapping[str, Path], edges: Edges) -> str:
    """The text of a list of these weeks (name -> its pages); it names those that the schedule left out, too."""
    skipped = Ledger(workspace.ledger).skipped_weeks()
    left_out = {week_name(as_of_on): data_on for as_of_on, data_on in skipped if week_name(as_of_on) not in folders}
    listed = [LeftOut(*each) for each in sorted(left_out.items())]
    return edges.stages.render_week_list(settings, folders, listed)
