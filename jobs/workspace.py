"""A workspace: the one folder that holds everything of one organisation, and the names of what is in it."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryFile

from jobs import shipped
from jobs.disk_faults import PUT_BACK
from jobs.errors import BatnaError, DataRefused, UsageError
from jobs.modes import close_private, narrowed

SETTINGS_FILE = "batna.toml"
ROLLED_BACK = "rolled-back-"  # begins the name of a folder in inbox/, of files that a rollback has put back
FOLDERS = ("inbox", "review", "archive", "rejects", "snapshots", "out")
STILL_ARRIVING = (".part", ".partial", ".crdownload", ".filepart", ".tmp")
_WEEK = re.compile(r"\d{4}-W\d{2}")


@dataclass(frozen=True, slots=True)
class Workspace:
    """The places of a workspace; docs/workspace.md says what each is for."""

    root: Path

    @property
    def settings_file(self) -> Path:
        return self.root / SETTINGS_FILE

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def review(self) -> Path:
        return self.root / "review"

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def manifest(self) -> Path:
        return self.archive / "manifest.jsonl"

    @property
    def week_records(self) -> Path:
        """What each week scored may see, for a rebuild (jobs/records.py)."""
        return self.archive / "weeks.jsonl"

    @property
    def kept_settings(self) -> Path:
        """batna.toml as it was when files were loaded and weeks were scored."""
        return self.archive / "settings"

    @property
    def rejects(self) -> Path:
        return self.root / "rejects"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse.duckdb"

    @property
    def snapshots(self) -> Path:
        return self.root / "snapshots"

    @property
    def out(self) -> Path:
        return self.root / "out"

    @property
    def ledger(self) -> Path:
        return self.root / "runs.sqlite"

    @property
    def lock(self) -> Path:
        return self.root / ".lock"

    @property
    def work(self) -> Path:
        """What runs leave for each other: the holder's note, an open journal, folders of runs, tracebacks."""
        return self.root / ".work"

    @property
    def erased(self) -> Path:
        """Whom the workspace has forgotten (jobs/load/erased.py)."""
        return self.root / "erased.json"

    @property
    def erasure(self) -> Path:
        """The open journal of an erasure."""
        return self.work / "erasure.json"

    @property
    def holder_note(self) -> Path:
        return self.work / "holder.json"

    @property
    def journal(self) -> Path:
        return self.work / "journal.json"

    def make_folders(self) -> None:
        """Make what is not there yet; nobody but its owner may read it, but for the group that the root is open to."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with narrowed(self.root):
            for folder in self.folders():
                folder.mkdir(exist_ok=True)
        close_private(self.root)

    def folders(self) -> tuple[Path, ...]:
        """The workspace's own folder, and those in it that every run uses."""
        return (self.root, *(self.root / name for name in FOLDERS), self.work)

    def require_usable(self) -> None:
        """Raises OSError naming the first folder that this user cannot read and write."""
        for place in self.folders():
            require_usable(place)

    def weeks(self) -> tuple[str, ...]:
        """The weeks with published pages, the earliest first."""
        return weeks_in(self.out)


def weeks_in(folder: Path) -> tuple[str, ...]:
    """The weeks whose pages lie in a folder, the earliest first."""
    entries = folder.iterdir() if folder.is_dir() else ()
    return tuple(sorted(entry.name for entry in entries if _WEEK.fullmatch(entry.name)))


def require_usable(folder: Path) -> None:
    """Raises OSError naming this folder where nothing can be written in it, or what is in it not be read."""
    try:
        with TemporaryFile(dir=folder, suffix=STILL_ARRIVING[0]):  # not every disk can make one without a name
            pass
        if not os.access(folder, os.R_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(folder)) from None


def require_published(workspace: Workspace) -> None:
    """Raises DataRefused where there is no warehouse yet, and BatnaError where it is gone."""
    if not workspace.warehouse.exists():
        if workspace.manifest.exists():
            raise BatnaError(str(workspace.warehouse), "it is gone", PUT_BACK)
        fault = "nothing has been published here yet"
        raise DataRefused(str(workspace.warehouse), fault, "Run `batna weekly` first")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that has arrived.

    arrived_at: when it was last written (UTC). fingerprint: size, time and inode, which tell of a change.
    """

    path: Path
    arrived_at: datetime
    fingerprint: tuple[int, int, int]


def week_name(as_of_on: date) -> str:
    """The folder of a week: its ISO year and week."""
    year, week, _ = as_of_on.isocalendar()
    return f"{year}-W{week:02d}"


def init(root: Path) -> Workspace:
    """A new workspace with a commented batna.toml. Raises UsageError where there is one already."""
    workspace = Workspace(root)
    if workspace.settings_file.exists():
        mend = f"Change {SETTINGS_FILE} there, or name another folder"
        raise UsageError(str(root), "this folder is a workspace already", mend)
    if root.exists() and not root.is_dir():
        raise UsageError(str(root), "this is a file", "Name a folder")
    workspace.make_folders()
    template = (shipped.CONFIG / "workspace.toml").read_text(encoding="utf-8")
    with narrowed(root):
        workspace.settings_file.write_text(template, encoding="utf-8")
    return workspace


def arrivals(paths: Sequence[Path], now: datetime) -> tuple[Arrival, ...]:
    """The files in order of arrival. A file from the future has arrived now."""
    unique = dict.fromkeys(Path(os.path.abspath(path)) for path in paths)
    found = [Arrival(path, min(_written_at(path), now), fingerprint_of(path)) for path in unique]
    return tuple(sorted(found, key=lambda arrival: (arrival.arrived_at, arrival.path)))


def fingerprint_of(path: Path) -> tuple[int, int, int]:
    """What changes when a file is written or replaced."""
    status = path.stat() if path.exists() else path.lstat()
    return status.st_size, status.st_mtime_ns, status.st_ino


def in_inbox(workspace: Workspace) -> tuple[Path, ...]:
    """The files in the inbox and its folders, without hidden ones and ones that are still being copied.

    Raises OSError where one of the folders cannot be read: it may hold exports.
    """
    inbox = workspace.inbox
    found = sorted(Path(folder) / name for folder, _, names in os.walk(inbox, onerror=_stop) for name in names)
    return tuple(path for path in found if _is_file(path) and _has_arrived(path, inbox))


def _stop(error: OSError) -> None:
    """A folder that is not there holds nothing."""
    if not isinstance(error, FileNotFoundError):
        raise error


def _is_file(path: Path) -> bool:
    """A file, or a link to one that is not there: that is somebody's export too, and is told of."""
    return path.is_file() or (path.is_symlink() and not path.exists())


def total_bytes(files: Sequence[Arrival]) -> int:
    """Size of these files together."""
    return sum(file.fingerprint[0] for file in files)


def _has_arrived(path: Path, inbox: Path) -> bool:
    is_hidden = any(part.startswith((".", "~$")) for part in path.relative_to(inbox).parts)
    return not is_hidden and not path.name.lower().endswith(STILL_ARRIVING)


def _written_at(path: Path) -> datetime:
    status = path.stat() if path.exists() else path.lstat()
    return datetime.fromtimestamp(status.st_mtime, UTC)
