"""Files that must survive a kill or a power cut: synced writes, exchanges of folders, fingerprints."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def write_synced(path: Path, text: str) -> None:
    """Write a text file so that a kill or power cut leaves the old file or the new one, never half of one."""
    new = path.with_name(path.name + ".new")
    new.write_text(text, encoding="utf-8", newline="\n")
    sync_file(new)
    os.replace(new, path)
    sync_folder(path.parent)


def copy_synced(source: Path, target: Path) -> None:
    """Copy a file with the time of its last writing; the target appears only when all of it is on the disk."""
    new, written = target.with_name(target.name + ".new"), source.stat()
    shutil.copyfile(source, new)
    os.utime(new, ns=(written.st_atime_ns, written.st_mtime_ns))
    sync_file(new)
    os.replace(new, target)
    sync_folder(target.parent)


def move_synced(source: Path, target: Path) -> None:
    """Rename a file within one file system, over what has that name; done already when the source is gone."""
    if source.exists():
        os.replace(source, target)
        sync_folder(target.parent)


def move_anywhere(source: Path, target: Path) -> None:
    """Move a file, over the border of a file system too; of a link the file is taken that it leads to."""
    try:
        if source.is_symlink():
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        os.replace(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy_synced(source, target)
        source.unlink()
    sync_folder(target.parent)


def keep_link(source: Path, target: Path) -> None:
    """A second name for a file, or a copy where the disk knows no links; done already when it is there."""
    if target.exists():
        return
    try:
        os.link(source, target)
    except OSError:
        copy_synced(source, target)
    sync_folder(target.parent)


def put_folder(source: Path, target: Path) -> None:
    """Let a finished folder take the place of another, which afterwards stands where the first one stood.

    Linux does it in one step, so that nobody ever sees neither; elsewhere it takes two renames.
    """
    target.parent.mkdir(exist_ok=True)
    if not target.exists():
        os.replace(source, target)
    elif not _is_exchanged_at_once(source, target):
        aside = source.with_name(source.name + ".earlier")
        os.replace(target, aside)
        os.replace(source, target)
    sync_folder(target.parent)


def _is_exchanged_at_once(one: Path, other: Path) -> bool:
    """False where this system, or this file system, cannot do that. Raises OSError where this user may not."""
    rename: Callable[..., int] | None = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EACCES, errno.EPERM, errno.EROFS):
        raise OSError(code, os.strerror(code), str(other))
    return False


def sync_tree(folder: Path) -> None:
    """Bring every file and folder below to the disk."""
    for path in sorted(folder.rglob("*")):
        sync_folder(path) if path.is_dir() else sync_file(path)
    sync_folder(folder)


def sync_file(path: Path) -> None:
    """Bring one file to the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def json_lines(path: Path) -> Iterator[Any]:
    """The entries of a file of JSON lines. Raises ValueError naming the line that is damaged, and nothing in it."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            yield json.loads(line)
        except ValueError:
            raise ValueError(f"line {number} is no JSON") from None


def file_sha256(path: Path) -> str:
    """sha256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def size_text(byte_count: float) -> str:
    """A size for people: 108 MB, 1.2 GB."""
    return f"{byte_count / 1e9:,.1f} GB" if byte_count >= 1e9 else f"{byte_count / 1e6:,.0f} MB"


def folder_sha256(folder: Path) -> str:
    """sha256 of all names and bytes below a folder, in hex; empty where there is no such folder."""
    if not folder.is_dir():
        return ""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = [(path.relative_to(folder).as_posix(), file_sha256(path)) for path in files]
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()
