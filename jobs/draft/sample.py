"""What a file holds, column by column: enough to guess what each is. Called by draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from jobs.load.cast import prepared, value
from jobs.load.cells import Cell
from jobs.load.entities import Column
from jobs.load.formats import readings
from jobs.load.profile import FormatSetting
from jobs.load.records import NULL_VALUES, Source
from jobs.load.written import Format, Zones

SHOWN = 3
_LONGEST = 40
_LOOKED_AT = 10_000  # values, to tell what kind a column is of


@dataclass(frozen=True)
class Sampled:
    """One column of a file. position: from 0. values: the first few of them. reads: share that reads as each kind."""

    position: int
    name: str
    values: tuple[str, ...]
    filled_count: int
    distinct_count: int
    reads: dict[str, float]

    @property
    def is_key(self) -> bool:
        """Whether every record has a value of its own here."""
        return self.filled_count > 0 and self.filled_count == self.distinct_count


@dataclass(frozen=True)
class Sample:
    """A file: SQL of its texts (c0, c1 and so on, trimmed), how many records it has, and its columns."""

    texts: str
    record_count: int
    columns: tuple[Sampled, ...]


def take_sample(connection: DuckDBPyConnection, source: Source, table: str) -> Sample:
    """Stage a file under this name, and look at every value of it. DataRefused where it cannot be read."""
    names = source.header.names
    cells = ", ".join(f"nullif(trim(c{i}), '') as c{i}" for i in range(len(names)))
    staged = source.stage(connection, table, f"select {cells} from {{records}}", NULL_VALUES)
    texts = f"select * from {staged.relation}"
    is_filled = " or ".join(f"c{i} is not null" for i in range(len(names)))
    row = connection.execute(f"select count(*) from ({texts}) where {is_filled}").fetchone()
    columns = tuple(_column(connection, texts, i, name) for i, name in enumerate(names) if name)
    return Sample(texts, int(row[0]) if row else 0, columns)


def _column(connection: DuckDBPyConnection, texts: str, position: int, name: str) -> Sampled:
    cell = f"c{position}"
    row = connection.execute(f"select count({cell}), count(distinct {cell}) from ({texts})").fetchone()
    first = connection.execute(
        f"select {cell} from ({texts}) where {cell} is not null "
        f"group by {cell} order by min(record_number) limit {SHOWN}"
    ).fetchall()
    filled, distinct = row or (0, 0)
    kinds = ("date", "time", "money", "number", "integer", "boolean") if filled else ()
    reads = {kind: _share_read(connection, texts, cell_of(position, kind)) for kind in kinds}
    return Sampled(position, name, _shown([value for (value,) in first]), filled, distinct, reads)


def cell_of(position: int, kind: str) -> Cell:
    """The cell of a column that nothing is known of but that it may be of this kind."""
    alias = f"c{position}"
    return Cell(alias, Column(alias, kind, "", False, False, False, False, (), (), None, False), kind, alias)


def _share_read(connection: DuckDBPyConnection, texts: str, cell: Cell) -> float:
    """Share of the first values that read as the cell's kind."""
    head = f"select {cell.alias} from ({texts}) where {cell.alias} is not null limit {_LOOKED_AT}"
    if cell.kind == "boolean":
        read = value(cell, Format(), prepared(cell, Format(), cell.alias), Zones("UTC", "UTC"))
        count = f"select count({read}), count(*) from ({head})"
        read_count, filled = connection.execute(count).fetchall()[0]
    else:
        _, read_count = readings(connection, head, cell, FormatSetting())
        ((filled,),) = connection.execute(f"select count(*) from ({head})").fetchall()
    return float(read_count / filled)


def _shown(values: Sequence[str]) -> tuple[str, ...]:
    plain = ("".join(sign if sign.isprintable() else " " for sign in value) for value in values)
    return tuple(value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…" for value in plain)
