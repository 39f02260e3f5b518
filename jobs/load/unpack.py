"""Packed files: .zip and .gz, with limits on what they may grow to. Called by opening.

A member's name is told to people and never used as a path: members are unpacked under numbers.
"""

from __future__ import annotations

import gzip
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from jobs.errors import DataRefused

_BLOCK = 4 << 20
_FREE_BYTES = 100_000_000  # unpacked, before the ratio counts: small files may be very regular
_DRIVE = re.compile(r"[A-Za-z]:")
_FOREIGN = (  # a name that only this kind of archive has in it, what it is, and the mend
    ("xl/workbook.bin", "an Excel file of the kind .xlsb", "Save it as .xlsx or CSV"),
    ("word/document.xml", "a Word document", "Export it as CSV or .xlsx"),
    ("ppt/presentation.xml", "a presentation", "Export it as CSV or .xlsx"),
    ("content.xml", "an OpenDocument file", "Save it as .xlsx or CSV"),
)


@dataclass(frozen=True)
class Limits:
    """What one packed file may grow to: bytes in all, and times its own size."""

    max_bytes: int = 20_000_000_000
    max_ratio: float = 200


LIMITS = Limits()


class Budget:
    """Counts what is unpacked from one file. DataRefused once it is too much."""

    def __init__(self, file_name: str, packed_bytes: int, limits: Limits) -> None:
        self._file_name = file_name
        self._packed_bytes = max(1, packed_bytes)
        self._limits = limits
        self._bytes = 0

    def take(self, count: int) -> None:
        """So many bytes more."""
        self._bytes += count
        if self._bytes > self._limits.max_bytes:
            raise self._refused(f"it unpacks to more than {self._limits.max_bytes:,} bytes", "load.max_unpacked_bytes")
        if self._bytes > max(_FREE_BYTES, self._limits.max_ratio * self._packed_bytes):
            fault = f"it unpacks to more than {self._limits.max_ratio:,g} times its size"
            raise self._refused(fault, "load.max_unpacked_ratio")

    def counted(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The blocks, each taken from the budget."""
        for block in blocks:
            self.take(len(block))
            yield block

    def _refused(self, fault: str, setting: str) -> DataRefused:
        mend = f"If it is what you exported, raise {setting} in batna.toml, or unpack it yourself"
        return DataRefused(self._file_name, fault, mend)


@dataclass(frozen=True)
class Unpacked:
    """A file out of an archive: the name it has there, and where its bytes are now."""

    name: str
    path: Path


def gunzipped(path: Path, target: Path, budget: Budget) -> Path:
    """The content of a .gz as a file."""
    with gzip.open(path, "rb") as packed, target.open("wb") as out:
        for block in budget.counted(_blocks(packed)):
            out.write(block)
    return target


def is_workbook(path: Path, place: str) -> bool:
    """Whether a zip archive is an Excel file. DataRefused for archives that are documents of other kinds."""
    names = set(_infos_by_name(path, place))
    for name, kind, mend in _FOREIGN:
        if name in names:
            raise DataRefused(place, f"it is {kind}, which is not read", mend)
    return "xl/workbook.xml" in names


def require_fits(path: Path, place: str, budget: Budget) -> None:
    """Unpack every member to nowhere, against the budget. DataRefused where one is damaged or too large."""
    with _opened(path, place) as archive:
        for info in archive.infolist():
            with _member(archive, info, place) as stream:
                _exhaust(budget.counted(_blocks(stream)))


def members(
    path: Path, place: str, folder: Path, budget: Budget, wanted: tuple[str, ...]
) -> tuple[list[Unpacked], list[str]]:
    """The members whose names end in one of `wanted`, unpacked into `folder`, and the names of all others.

    DataRefused where the archive is damaged, too large, locked, or holds a path that would leave its folder.
    """
    unpacked: list[Unpacked] = []
    left: list[str] = []
    names = _infos_by_name(path, place)
    with _opened(path, place) as archive:
        for name, info in names.items():
            if not info.filename.lower().endswith(wanted):
                left.append(name)
                continue
            target = folder / f"member-{len(unpacked)}"
            with _member(archive, info, place) as stream, target.open("wb") as out:
                for block in budget.counted(_blocks(stream)):
                    out.write(block)
            unpacked.append(Unpacked(name, target))
    return unpacked, left


def _infos_by_name(path: Path, place: str) -> dict[str, zipfile.ZipInfo]:
    """Members by the name they are told under, without folders and what macOS leaves behind."""
    found: dict[str, zipfile.ZipInfo] = {}
    with _opened(path, place) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
    for info in infos:
        name = _shown(info)
        _require_inside(name, info, place)
        parts = name.split("/")
        if "__MACOSX" in parts or parts[-1].startswith("."):
            continue
        twins = sum(other.partition(" (")[0] == name for other in found)
        found[f"{name} ({twins + 1})" if twins else name] = info
    return found


def _opened(path: Path, place: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError) as error:
        fault = f"it is a truncated or damaged archive or workbook ({error})"
        raise DataRefused(place, fault, "Copy, export or download it again") from error


def _shown(info: zipfile.ZipInfo) -> str:
    """The name with slashes; one without the mark of UTF-8 may be UTF-8 all the same."""
    name = info.filename
    if not info.flag_bits & 0x800 and not name.isascii():
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return "".join(sign if sign.isprintable() else "?" for sign in name.replace("\\", "/"))


def _require_inside(name: str, info: zipfile.ZipInfo, place: str) -> None:
    is_link = stat.S_ISLNK(info.external_attr >> 16)
    if is_link or name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
        kind = "a link" if is_link else "a path that leaves its folder"
        raise DataRefused(place, f"it holds {kind} ({name})", "Unpack it yourself and look at what it holds")


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: str) -> IO[bytes]:
    if info.flag_bits & 1:
        fault = f"{_shown(info)} in it is locked with a password"
        raise DataRefused(place, fault, "Unpack it yourself, and drop in what it holds")
    try:
        return archive.open(info)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise DataRefused(place, f"{_shown(info)} in it cannot be unpacked ({error})", "Pack it again") from error


def _blocks(stream: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    """DataRefused is for the caller to say: a damaged stream ends in one of DAMAGED."""
    while block := stream.read(_BLOCK):
        yield block


def _exhaust(blocks: Iterable[bytes]) -> None:
    for _ in blocks:
        pass


DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile)
