"""`batna profile FILE`, as cli registers it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from jobs.command import WorkspaceOption, workspace_of
from jobs.errors import UsageError


def profile(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An export that no profile reads.")],
    workspace: WorkspaceOption = None,
) -> None:
    """Draft a profile for a new CRM from a sample, to look at and to paste into batna.toml."""
    from jobs.draft.draft import draft
    from jobs.load.profiles import all_profiles
    from jobs.load.unpack import Limits
    from jobs.settings import load_settings

    chosen = workspace_of(context, workspace)
    if not file.is_file():
        raise UsageError(str(file), "there is no such file", "Name an export")
    settings = load_settings(chosen.root)
    place = str(chosen.settings_file)
    limits = Limits(settings.load.max_unpacked_bytes, float(settings.load.max_unpacked_ratio))
    with TemporaryDirectory(prefix="batna-profile-") as work:
        typer.echo(draft(file, all_profiles(settings.sources, place), limits, Path(work), place), nl=False)
