"""The stages of the job, as the functions that the story calls; a test may put others in their place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duckdb import DuckDBPyConnection

from jobs.publish import Checkpoint
from jobs.run import Clock

if TYPE_CHECKING:
    from jobs.check import CheckResult
    from jobs.load import LoadResult
    from jobs.render.mail import NoPage, Summary
    from jobs.settings import Settings
    from jobs.slot import LeftOut

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Stages:
    """connect opens a warehouse; the others are the verbs of docs/architecture.md, in running order."""

    connect: Callable[..., DuckDBPyConnection]
    create_raw_tables: Callable[[DuckDBPyConnection], Any]
    load_files: Callable[..., LoadResult]
    build: Callable[..., None]
    run_checks: Callable[..., tuple[CheckResult, ...]]
    render_week: Callable[..., Any]
    render_week_list: Callable[[Settings, Mapping[str, Path], Sequence[LeftOut]], str]
    render_dictionary: Callable[..., str]
    write_review: Callable[..., Any]
    render_mails: Callable[..., Sequence[Summary | NoPage]]


def shipped_stages() -> Stages:
    """The real ones. They are imported here, so that `batna version` does not wait for them."""
    from jobs.analyst.dictionary import render_dictionary
    from jobs.build import build
    from jobs.check import run_checks
    from jobs.load import create_raw_tables, load_files
    from jobs.load.shape import open_warehouse
    from jobs.render import render_week, render_week_list
    from jobs.render.mail import render_mails
    from jobs.review import write_review

    return Stages(
        connect=open_warehouse,
        create_raw_tables=create_raw_tables,
        load_files=load_files,
        build=build,
        run_checks=run_checks,
        render_week=render_week,
        render_week_list=render_week_list,
        render_dictionary=render_dictionary,
        write_review=write_review,
        render_mails=render_mails,
    )


@dataclass(frozen=True, slots=True)
class Edges:
    """Where a run meets the world: its stages, the clock, who is told of progress and of finished steps."""

    stages: Stages
    clock: Clock
    progress: Progress = lambda _: None
    checkpoint: Checkpoint = lambda _: None
