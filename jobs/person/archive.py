"""Files that came in after somebody was erased: whom they bring back is hidden, in the archive too."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from jobs.disk import file_sha256, sync_file, sync_folder, write_synced
from jobs.errors import DataRefused
from jobs.load.erased import Erased, read_erased
from jobs.load.profile import Profile
from jobs.load.profiles import all_profiles
from jobs.person.containers import hidden_copy
from jobs.publish.archive import ManifestLine, manifest_text, read_manifest
from jobs.settings import Settings
from jobs.workspace import Workspace


def hide_in_files(workspace: Workspace, settings: Settings) -> None:
    """Hide erased people in archived files that were not looked at since, in rejects/ and in review/.

    Called after publishing. Each file is replaced in one step and the manifest after it, so one that is cut short
    is done again by the next run.
    """
    erased = read_erased(workspace)
    if not erased.people:
        return
    profiles = all_profiles(settings.sources, str(workspace.settings_file))
    number = len(erased.people)
    due = {line["archive"] for line in read_manifest(workspace) if line.get("hidden_for", 0) < number}
    hashes: dict[str, str] = {}
    for path in kept_files(workspace):
        is_archived = path.parent == workspace.archive
        is_due = path.name in due or not is_archived
        if is_due and _hide(path, erased, profiles) and is_archived:
            hashes[path.name] = file_sha256(path)
    if due:
        lines = [hidden_line(line, hashes.get(line["archive"]), number) for line in read_manifest(workspace)]
        write_synced(workspace.manifest, manifest_text(lines))


def hidden_line(line: ManifestLine, sha256: str | None, number: int) -> ManifestLine:
    """The manifest's line of a file in which this number of people is hidden.

    sha256: of the rewritten file; None where it stayed as it came. The hash of the file as it came is kept.
    """
    if sha256 is None or sha256 == line["sha256"]:
        return {**line, "hidden_for": number}
    received = line.get("received_sha256", line["sha256"])
    return {**line, "sha256": sha256, "received_sha256": received, "hidden_for": number}


def kept_files(workspace: Workspace) -> tuple[Path, ...]:
    """Every archived file, file of refused rows and file for review."""
    return tuple(_kept(workspace))


def _kept(workspace: Workspace) -> Iterator[Path]:
    own = {workspace.manifest, workspace.week_records}
    yield from (path for path in sorted(workspace.archive.iterdir()) if path.is_file() and path not in own)
    for folder in (workspace.rejects, workspace.review):
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _hide(path: Path, erased: Erased, profiles: Sequence[Profile]) -> bool:
    """Whether the file named somebody; what nobody can read as records is left, as the loader leaves it."""
    new = path.with_name(path.name + ".new")
    try:
        changed = hidden_copy(path, new, erased, profiles)
    except DataRefused:
        return False
    if changed:
        sync_file(new)
        os.replace(new, path)
        sync_folder(path.parent)
    return bool(changed)
