"""The commands for analysts: each reads its arguments, calls one function and prints."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Literal

import typer
from typer.core import TyperCommand

from jobs.analyst.question import BINARY_FORMATS, Limits, Question
from jobs.analyst.refused import Refused
from jobs.command import WorkspaceOption, workspace_of
from jobs.disk_faults import is_disk_fault
from jobs.errors import DataRefused, UsageError
from jobs.output import Result, as_text

if TYPE_CHECKING:
    from jobs.settings import Settings

Format = Literal["table", "csv", "json", "markdown", "parquet", "xlsx"]
FormatOption = Annotated[Format, typer.Option("--format")]
TextFormatOption = Annotated[Literal["table", "csv", "json", "markdown"], typer.Option("--format")]
OutputOption = Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Default: standard output.")]
_COMMENT = re.compile(r"--[^=\s]*\s")  # no name of an option has a blank in it
ParamOption = Annotated[
    list[str] | None,
    typer.Option("--param", metavar="NAME=VALUE", help="Value of $NAME; 2026-Q3 is the first day of it."),
]


def register(app: typer.Typer) -> None:
    """Add these commands to the others."""
    app.command(cls=_QueryCommand)(sql)
    for command in (ask, tables, columns, export):
        app.command()(command)


class _QueryCommand(TyperCommand):
    """A command whose argument is SQL, which may begin with a comment: `--`, as options do."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [f" {each}" if _COMMENT.match(each) else each for each in args])


def sql(
    context: typer.Context,
    statement: Annotated[
        str | None, typer.Argument(metavar="[SELECT]", help="In quotes; - reads it from standard input.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", metavar="FILE", help="The query is in this file.")] = None,
    param: ParamOption = None,
    form: FormatOption = "table",
    output: OutputOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Ask the published warehouse anything. It cannot be changed from here."""
    from jobs.analyst.ask import ask as answer
    from jobs.analyst.parameters import parameters
    from jobs.settings import load_settings

    query = _statement(statement, file)
    chosen = workspace_of(context, workspace)
    settings = load_settings(chosen.root)
    question = Question(query, form, parameters(param or (), settings.fiscal.first_month), room(output))
    with destination(output, form) as out:
        answer(chosen, question, limits(settings), out)


def ask(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Without it: the list.")] = None,
    param: ParamOption = None,
    form: FormatOption = "table",
    output: OutputOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Ask a question that is asked often; without a name, list them."""
    from jobs.analyst.ask import ask as answer
    from jobs.analyst.library import asked, library, listed
    from jobs.analyst.parameters import parameters
    from jobs.settings import load_settings

    chosen = workspace_of(context, workspace)
    if name is None:
        _print(listed(tuple(library().values())), form, output)
        return
    question, settings = asked(name), load_settings(chosen.root)
    given = parameters(param or (), settings.fiscal.first_month)
    values = question.values(given)
    with destination(output, form) as out:
        try:
            count = answer(chosen, Question(question.sql, form, values, room(output)), limits(settings), out)
        except Refused as error:
            raise error if not error.is_unknown else _of_another_version(chosen.warehouse, error) from None
    if count == 0:
        print(question.no_rows(given), file=sys.stderr)


def _of_another_version(warehouse: Path, error: Refused) -> DataRefused:
    """The question is ours, so what it names is there in every week that this version has scored."""
    fault = f"it has not what this asks for ({error.fault}): no week was scored yet, or another version of batna did"
    return DataRefused(str(warehouse), fault, "Run `batna weekly`, and ask again")


def tables(
    context: typer.Context,
    mart: Annotated[str | None, typer.Argument(metavar="[MART]", help="Its columns. Without it: all marts.")] = None,
    form: TextFormatOption = "table",
    output: OutputOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """What marts are there, and what is one row of each? With a mart: its columns and what they mean."""
    from jobs.analyst.catalogue import columns_of, marts

    chosen = workspace_of(context, workspace)
    _print(marts(chosen) if mart is None else columns_of(chosen, mart), form, output)


def columns(
    context: typer.Context,
    pattern: Annotated[str, typer.Argument(metavar="PATTERN", help="Part of a name or of its meaning; % as in SQL.")],
    form: TextFormatOption = "table",
    output: OutputOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Which columns of the marts have this in their name or meaning?"""
    from jobs.analyst.catalogue import columns_like

    chosen = workspace_of(context, workspace)
    _print(columns_like(chosen, pattern), form, output)


def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New, empty, or of an earlier export.")],
    workspace: WorkspaceOption = None,
) -> None:
    """Write the marts as Parquet, partitioned by as-of date, for other programs."""
    from jobs.analyst.export import export as write_export
    from jobs.settings import load_settings

    chosen = workspace_of(context, workspace)
    done = write_export(chosen, load_settings(chosen.root), Path(os.path.abspath(folder.expanduser())))
    kept = f" ({done.kept} of them from earlier exports)" if done.kept else ""
    print(f"{done.marts} marts, {done.rows:,} rows, {done.partitions} partitions{kept}; people.level is {done.level}")
    if done.withheld:
        print(f"left out, since they tell of single persons: {', '.join(done.withheld)}")
    print(done.target)


def limits(settings: Settings) -> Limits:
    """What a question may take in this workspace."""
    return Limits(settings.sql.memory_mb, float(settings.sql.timeout_seconds))


def room(output: Path | None) -> int | None:
    """Letters of a line of the terminal that rows are written to; None where they go elsewhere."""
    return shutil.get_terminal_size().columns if output is None and sys.stdout.isatty() else None


def _print(result: Result, form: str, output: Path | None) -> None:
    """Rows that are in memory already, in one of the forms of text."""
    if form in BINARY_FORMATS:
        raise UsageError("--format", f"{form} is for the rows of a query", "Use table, csv, json or markdown")
    with destination(output, form) as out:
        out.write(as_text(result, form, room(output)).encode())


def _statement(statement: str | None, file: Path | None) -> str:
    if (statement is None) == (file is None):
        raise UsageError("sql", "say one query", 'Write it in quotes, or name a file with --file, or "-" to pipe it in')
    if statement not in (None, "-"):
        return statement
    try:
        return (file.read_bytes() if file else sys.stdin.buffer.read()).decode("utf-8-sig")
    except OSError as error:
        raise UsageError(str(file), f"cannot be read ({error.strerror})", "Name another file") from None
    except UnicodeDecodeError:
        raise UsageError(str(file or "sql"), "this is no UTF-8 text", "Save it as UTF-8") from None


@contextmanager
def destination(output: Path | None, form: str) -> Iterator[BinaryIO]:
    """Standard output, or a file that appears only when all of it is written."""
    if output is None:
        if form in BINARY_FORMATS and sys.stdout.isatty():
            raise UsageError("--format", f"{form} is not for a terminal", "Name a file with --output")
        yield sys.stdout.buffer
        return
    new = output.with_name(output.name + ".new")
    try:
        with new.open("wb") as file:
            yield file
        os.replace(new, output)
    except OSError as error:
        if is_disk_fault(error):
            error.filename = str(output)
            raise
        raise UsageError(str(output), f"cannot be written ({error.strerror})", "Name another file") from None
    finally:
        new.unlink(missing_ok=True)
