"""Exports that are only half there, or still being written."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zipfile import ZIP_DEFLATED, ZipFile

import polars as pl

from jobs.workspace import Workspace
from tests.faults.fault import Break, Fault
from tests.faults.scene import WEEK, put

AT = "2026-11-15T20:00"
ONCE = ("schedule", "--once")
SUNDAY, MONDAY = datetime(2026, 11, 15, 12, tzinfo=UTC), datetime(2026, 11, 16, 5, 31, tzinfo=UTC)
CUT = "Copy it again, whole"


def zipped(text: str) -> bytes:
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        archive.writestr("deals.csv", text)
    return content.getvalue()


def packed(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)


def table(text: str) -> pl.DataFrame:
    return pl.read_csv(io.StringIO(text), infer_schema=False)


def parquet(text: str) -> bytes:
    content = io.BytesIO()
    table(text).write_parquet(content)
    return content.getvalue()


def workbook(text: str) -> bytes:
    content = io.BytesIO()
    table(text).write_excel(content, worksheet="deals")
    return content.getvalue()


def broken_off(name: str, made: Callable[[str], bytes]) -> Break:
    """In the place of the export one of another kind, of which the second half has not come; then it comes."""

    @contextmanager
    def broken(workspace: Workspace) -> Iterator[None]:
        whole = made((workspace.inbox / "deals.csv").read_text())
        (workspace.inbox / "deals.csv").unlink()
        put(workspace, name, whole[: len(whole) // 2], AT)
        yield
        put(workspace, name, whole, AT)

    return broken


def cut_after(wanted: Callable[[str], str]) -> Break:
    """The export up to some place; then the whole of it comes, later."""

    @contextmanager
    def broken(workspace: Workspace) -> Iterator[None]:
        whole = (workspace.inbox / "deals.csv").read_text()
        put(workspace, "deals.csv", wanted(whole), AT)
        yield
        put(workspace, "deals.csv", whole, "2026-11-15T21:00")

    return broken


def written_before(seconds: int) -> Break:
    """An export that was last written so long before the slot; then nobody writes any more."""

    @contextmanager
    def broken(workspace: Workspace) -> Iterator[None]:
        path = workspace.inbox / "deals.csv"
        put(workspace, "deals.csv", path.read_text(), (MONDAY - timedelta(seconds=seconds)).isoformat()[:19])
        yield

    return broken


@contextmanager
def grown(workspace: Workspace) -> Iterator[None]:
    """It grows while it is read (tests/faults/batna.py), and is whole afterwards."""
    whole = (workspace.inbox / "deals.csv").read_text()
    yield
    put(workspace, "deals.csv", whole, AT)


@contextmanager
def arriving(workspace: Workspace) -> Iterator[None]:
    """Half of it is there, under a name that it loses once it is whole."""
    whole = (workspace.inbox / "deals.csv").read_text()
    part = put(workspace, "deals.csv.part", whole[: len(whole) // 2], AT)
    (workspace.inbox / "deals.csv").unlink()
    yield
    part.unlink()
    put(workspace, "deals.csv", whole, AT)


def two_records(text: str) -> str:
    return "".join(text.splitlines(keepends=True)[:3])


def mid_record(text: str) -> str:
    return text[: text.index("D7,Deal 7,") + 7]


EXPORTS = (
    Fault("An export is still being copied, under a name that says so", 0, "Nothing is to be done: a later run takes it",
          arriving, then=(WEEK,), has_other_exports=True),
    Fault("An export was written ten seconds ago, and the schedule runs", 0, "Nothing is to be done: the next slot takes it, and `batna weekly` at once",
          written_before(10), ONCE, at=MONDAY, first=((SUNDAY, ONCE),), then=(WEEK,)),
    Fault("An export was written ten seconds ago, and somebody runs by hand", 0, "Nothing: it is taken as it is. Copy under a name such as `deals.csv.part`",
          written_before(10), at=MONDAY),
    Fault("An export grows while it is read", 3, "Run again once it is whole", grown, step="grow", has_other_exports=True),
    Fault("A CSV breaks off within a record", 3, CUT, cut_after(mid_record), has_other_exports=True),
    Fault("A CSV breaks off between two records", 3, CUT, cut_after(two_records), has_other_exports=True),
    Fault("A .gz breaks off", 3, CUT, broken_off("deals.csv.gz", packed), has_other_exports=True),
    Fault("A .zip breaks off", 3, CUT, broken_off("deals.zip", zipped), has_other_exports=True),
    Fault("A workbook breaks off", 3, CUT, broken_off("deals.xlsx", workbook), has_other_exports=True),
    Fault("A Parquet file breaks off", 3, CUT, broken_off("deals.parquet", parquet), has_other_exports=True),
)  # fmt: skip
