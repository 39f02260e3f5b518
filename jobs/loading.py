"""`batna load`: only the loading. Publishes raw and ops; marts and pages stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from jobs.errors import UsageError
from jobs.intake import Intake, keep_rejects, require_all_accepted, take_in
from jobs.letting_in import NOTHING, LetIn
from jobs.person.archive import hide_in_files
from jobs.publish import Finished, copy_aside
from jobs.recent import taken
from jobs.run import Run, published, running
from jobs.settings import Settings
from jobs.slot import Slot
from jobs.stages import Edges
from jobs.workspace import Arrival, Workspace, arrivals, total_bytes

Tell = Callable[[Intake, Sequence[str]], None]
_MEND_REFUSED = "Nothing of a refused file was kept: mend it and load it again"


def load(
    workspace: Workspace,
    settings: Settings,
    paths: Sequence[Path],
    edges: Edges,
    tell: Tell,
    let_in: LetIn = NOTHING,
    *,
    slot: Slot | None = None,
) -> None:
    """Load these files, or what is in the inbox; good files are kept even where others are refused.

    let_in: guards that are not to stop a file (--accept). `tell` is handed what became of the files, and notes.
    Then raises DataRefused where one was refused. A slot of the schedule leaves files that may still be growing.
    Raises UsageError where a path is no file, and Locked.
    """
    for path in paths:
        if not path.is_file():
            raise UsageError(str(path), "there is no such file", "Name files, or none for all in the inbox")
    with running(
        workspace, "load", edges.clock, overrides=sorted(map(str, let_in)), slot=slot, keep=settings.keep
    ) as run:
        now = edges.clock()
        incoming = arrivals(paths, now) if paths else taken(run, settings, now, slot)
        intake, notes = _load(workspace, settings, run, incoming, edges, let_in)
        tell(intake, (*run.notes, *notes))
        require_all_accepted(intake, _MEND_REFUSED)


def _load(
    workspace: Workspace,
    settings: Settings,
    run: Run,
    incoming: Sequence[Arrival],
    edges: Edges,
    let_in: LetIn,
) -> tuple[Intake, tuple[str, ...]]:
    copy = copy_aside(workspace, run.folder, total_bytes(incoming))
    edges.checkpoint("copied aside")
    with closing(edges.stages.connect(copy)) as connection:
        intake = take_in(connection, run, settings, incoming, edges, let_in)
    edges.checkpoint("loaded")
    if not intake.accepted:
        keep_rejects(workspace, intake)
        return intake, ()
    finished = Finished(
        run.folder, copy, intake.accepted, intake.rejects, run.folder / "review", settled_rejects=intake.settled_rejects
    )
    notes = published(run, finished, edges.checkpoint)
    hide_in_files(workspace, settings)
    return intake, notes
