"""One fault: how it is made, what is called, and how it mends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jobs.workspace import Workspace
from tests.fakes import NOON
from tests.faults.scene import WEEK, hold_to_permissions

Break = Callable[[Workspace], AbstractContextManager[Any]]


@contextmanager
def nothing(_: Workspace) -> Iterator[None]:
    yield


@dataclass(frozen=True)
class Fault:
    """title: as an operator would say it. broken: makes the fault; its end is the mend, which `mend` tells.

    step: what happens in the run, as in tests/faults/batna.py. at: what the clock says. first: what is called before,
    each with a clock. then: what works once it is mended; the command itself where nothing is said.
    has_other_exports: the fault put a file into the inbox that is none of those before.
    """

    title: str
    code: int
    mend: str
    broken: Break = nothing
    command: tuple[str, ...] = WEEK
    step: str = ""
    is_held: bool = False
    at: datetime = NOON
    first: tuple[tuple[datetime, tuple[str, ...]], ...] = ()
    then: tuple[tuple[str, ...], ...] = ()
    has_other_exports: bool = False

    @property
    def before(self) -> Callable[[], None] | None:
        return hold_to_permissions if self.is_held else None


def closed(name: str, mode: int) -> Break:
    """A file or folder that this user may use less."""

    @contextmanager
    def broken(workspace: Workspace) -> Iterator[None]:
        place = workspace.root / name
        before = place.stat().st_mode
        place.chmod(mode)
        try:
            yield
        finally:
            place.chmod(before)

    return broken


def spoilt(name: str, spoil: Callable[[Path], Any], mended: str = "") -> Break:
    """A file whose bytes are not what they were. mended: "put back" from a copy, or "moved away"."""

    @contextmanager
    def broken(workspace: Workspace) -> Iterator[None]:
        place = workspace.root / name
        kept = place.read_bytes()
        spoil(place)
        yield
        if mended == "put back":
            place.write_bytes(kept)
        elif mended:
            place.unlink()

    return broken


def garbage(place: Path) -> None:
    place.write_bytes(b"no" * 9999)


def half(place: Path) -> None:
    content = place.read_bytes()
    place.write_bytes(content[: len(content) // 2])


def head(place: Path) -> None:
    place.write_bytes(place.read_bytes()[: 3 * 4096])


def damaged_block(place: Path) -> None:
    content = bytearray(place.read_bytes())
    content[12_388] ^= 0xFF
    place.write_bytes(content)
