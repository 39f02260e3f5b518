"""Who else may read a workspace: nobody, or the group that its folder is open to (docs/security.md).

Nothing in it is ever for others. What only runs and operators need is for its owner alone.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PRIVATE_FOLDERS = ("archive", "rejects", "snapshots", ".work")
PRIVATE_FILES = ("runs.sqlite", "erased.json")
ELSE = 0o077  # what a group and others may do
_FOR_NOBODY, _FOR_THE_GROUP = 0o077, 0o027


def mode_of(path: Path) -> int:
    """The permission bits of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def is_open_to_group(root: Path) -> bool:
    """Whether the owner has opened this folder to its group."""
    return bool(mode_of(root) & stat.S_IXGRP)


@contextmanager
def narrowed(root: Path) -> Iterator[None]:
    """What is made in here nobody else may read, but for the group that this folder is open to.

    The umask belongs to the process, and to the threads that DuckDB writes by.
    """
    with _masked(_FOR_THE_GROUP if is_open_to_group(root) else _FOR_NOBODY):
        yield


@contextmanager
def for_owner_alone() -> Iterator[None]:
    """What is made in here nobody else may read, wherever it is."""
    with _masked(_FOR_NOBODY):
        yield


@contextmanager
def _masked(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def close_private(root: Path) -> None:
    """Take away what an earlier version, or somebody, has allowed others in the private parts."""
    for place in (root / name for name in (*PRIVATE_FOLDERS, *PRIVATE_FILES)):
        with suppress(FileNotFoundError, PermissionError):  # of another owner: `batna doctor` says so
            if mode_of(place) & ELSE:
                os.chmod(place, mode_of(place) & ~ELSE)


def make_private_file(path: Path) -> None:
    """An empty file for this user alone, where there is none; whoever writes it next says what is wrong."""
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_RDONLY, 0o600))


def follow(path: Path, folder: Path) -> None:
    """Let whoever may read this folder read a file, or a folder with all that is in it, that was put there."""
    mode = mode_of(folder)
    for each in (path, *path.rglob("*")) if path.is_dir() else (path,):
        os.chmod(each, mode if each.is_dir() else mode & 0o666)
