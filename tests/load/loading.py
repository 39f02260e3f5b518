"""Files as text in, results and rows out: what the tests of the loader have in common."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import duckdb

from jobs.letting_in import Accept
from jobs.load import FileResult, IncomingFile, LoadOptions, load_files
from jobs.load.unpack import LIMITS

ARRIVAL = datetime(2026, 11, 16, 8)
WEEK = timedelta(days=7)
REPO = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("BATNA_SHARED_DATA", REPO.parent / "shared" / "data"))


class Loader:
    """A warehouse in memory, and files written as they come in."""

    def __init__(self, folder: Path, *, sources: Mapping[str, Any] | None = None, zone: str = "UTC") -> None:
        self.folder = folder
        self.connection = duckdb.connect(config={"threads": 2})
        self.connection.execute("set TimeZone = 'UTC'")
        self.sources = sources or {}
        self.zone = zone

    def load(
        self, files: Mapping[str, str | bytes], *, arrived_at: datetime = ARRIVAL, **options: Any
    ) -> list[FileResult]:
        """Write these files into a folder of their own, load them, and hold every sum against its parts."""
        folder = Path(mkdtemp(dir=self.folder))
        for name, content in files.items():
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return self.load_paths([folder / name for name in files], arrived_at=arrived_at, **options)

    def load_paths(self, paths: Sequence[Path], *, arrived_at: datetime = ARRIVAL, **options: Any) -> list[FileResult]:
        settings = LoadOptions(
            time_zone=self.zone,
            max_shrink=options.get("max_shrink", 0.3),
            max_reject_share=options.get("max_reject_share", 0.2),
            sources=options.get("sources", self.sources),
            folder=self.folder,
            limits=options.get("limits", LIMITS),
            let_in=frozenset(Accept(guard, path.name) for guard in options.get("accept", ()) for path in paths),
        )
        incoming = [IncomingFile(path, arrived_at) for path in paths]
        rejects = Path(mkdtemp(dir=self.folder)) / "rejects"
        files = list(load_files(self.connection, incoming, settings, rejects_dir=rejects).files)
        for file in files:
            assert file.rows_in == file.rows_loaded + file.rows_unchanged + file.rows_refused
        self.check()
        return files

    def one(self, text: str | bytes, name: str = "file.csv", **options: Any) -> FileResult:
        """Load one file that feeds one entity."""
        (result,) = self.load({name: text}, **options)
        return result

    def reset(self, folder: Path | None = None) -> Loader:
        """An empty warehouse again, with nothing set."""
        self.folder, self.sources, self.zone = folder or self.folder, {}, "UTC"
        tables = self.values(
            "select schema_name || '.' || table_name from duckdb_tables() "
            "where schema_name in ('raw', 'ops') and estimated_size > 0"
        )
        for table in tables:
            self.connection.execute(f"delete from {table}")
        return self

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()

    def values(self, query: str) -> list[Any]:
        return [row[0] for row in self.rows(query)]

    def check(self) -> None:
        """No temporary table is left, and ops agrees with raw."""
        assert self.values("select table_name from duckdb_tables() where temporary") == []
        for number, entity, loaded, gone in self.rows(
            "select file_number, entity, rows_loaded, rows_gone from ops.files"
        ):
            counted = f"select count(*) from raw.{entity} where file_number = {number} and"
            assert self.values(f"{counted} not is_gone") == [loaded]
            assert self.values(f"{counted} is_gone") == [gone]


def deals(*rows: str, header: str = "opportunity_id,rep_id,stage,amount,created_at,close_on") -> str:
    """A file of opportunities."""
    return "\n".join([header, *rows]) + "\n"


def many(count: int, start: int = 0) -> list[str]:
    """Rows of opportunities, all good."""
    return [f"O{i},r1,Proposal,{100 + i}.50,2026-01-{1 + i % 28:02},2026-12-01" for i in range(start, start + count)]


def one_column(column: str, texts: list[str]) -> str:
    """A file of opportunities that have these texts in one column."""
    rows = [f'O{i},r1,Proposal,2026-01-01,"{text}"' for i, text in enumerate(texts)]
    return "\n".join([f"opportunity_id,rep_id,stage,created_at,{column}", *rows]) + "\n"
