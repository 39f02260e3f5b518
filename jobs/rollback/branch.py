"""Which accepted files an earlier warehouse is made of, and which have come since.

The manifest keeps every line. One whose file is not in the published warehouse any more says which rollback took it
back (`rolled_back_by`), and stands again when a later rollback brings back a warehouse that has the file.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from jobs.publish.archive import ManifestLine

Key = tuple[int, str]  # file_number and sha256, as in ops.files


@dataclass(frozen=True, slots=True)
class Branch:
    """The manifest after a rollback.

    lines: all of it. taken_back: those that no longer stand, whose files are to come again. restored: those that
    stand again. unknown: files of the warehouse that the manifest does not have.
    """

    lines: tuple[ManifestLine, ...]
    taken_back: tuple[ManifestLine, ...]
    restored: tuple[ManifestLine, ...]
    unknown: frozenset[Key]


def branch(lines: Sequence[ManifestLine], files: Collection[Key], snapshot_run: str, run: str) -> Branch:
    """The manifest of a warehouse with these files.

    snapshot_run: the run in whose place it is put back: of two lines of one file, the one that this run took back is
    meant. run: of this rollback.
    """
    standing = _standing(lines, files, snapshot_run)
    taken_back = tuple(line for line in lines if _name(line) not in standing and "rolled_back_by" not in line)
    restored = tuple(line for line in lines if _name(line) in standing and "rolled_back_by" in line)
    named = {key for line in lines if _name(line) in standing for key in keys_of(line)}
    gone = {_name(line) for line in taken_back}
    return Branch(
        lines=tuple(_settled(line, standing, run if _name(line) in gone else None) for line in lines),
        taken_back=_once(taken_back, {line["sha256"] for line in restored}),
        restored=restored,
        unknown=frozenset(set(files) - named),
    )


def keys_of(line: ManifestLine) -> frozenset[Key]:
    """What the file of this line became in ops.files; nothing where it was equal to the one before."""
    return frozenset((fed["file_number"], fed["sha256"]) for fed in line["entities"] if fed["file_number"] is not None)


def _standing(lines: Sequence[ManifestLine], files: Collection[Key], snapshot_run: str) -> frozenset[str]:
    """Names of the lines that the warehouse is made of, one for each of its files."""
    standing: dict[frozenset[Key], ManifestLine] = {}
    unchanged: list[str] = []
    is_since = False  # whether a file that stood until now came after the warehouse
    for line in lines:
        keys, taken_by = keys_of(line), line.get("rolled_back_by")
        if keys and keys <= set(files):
            if keys not in standing or _rank(line, snapshot_run) > _rank(standing[keys], snapshot_run):
                standing[keys] = line
        elif keys:
            is_since = is_since or taken_by is None
        elif taken_by == snapshot_run or (taken_by is None and not is_since):
            unchanged.append(_name(line))
    return frozenset([*map(_name, standing.values()), *unchanged])


def _rank(line: ManifestLine, snapshot_run: str) -> int:
    taken_by = line.get("rolled_back_by")
    return 2 if taken_by == snapshot_run else 1 if taken_by is None else 0


def _settled(line: ManifestLine, standing: Collection[str], taken_back_by: str | None) -> ManifestLine:
    if _name(line) in standing:
        return {key: value for key, value in line.items() if key != "rolled_back_by"}
    return {**line, "rolled_back_by": taken_back_by} if taken_back_by else line


def _once(lines: Sequence[ManifestLine], restored: Collection[str]) -> tuple[ManifestLine, ...]:
    """Without files whose bytes are in the warehouse again by another line."""
    return tuple(line for line in lines if line["sha256"] not in restored)


def _name(line: ManifestLine) -> str:
    return str(line["archive"])
