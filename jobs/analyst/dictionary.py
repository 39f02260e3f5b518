"""The data dictionary beside the weeks: what every mart and column means, where it comes from, and three rows of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from babel import Locale
from duckdb import DuckDBPyConnection

from jobs import shipped
from jobs.analyst.lineage import Lineage, lineage_of
from jobs.analyst.shown import ShownMart, shown_marts
from jobs.output import cell_text
from jobs.render.formats import Formats
from jobs.render.language import SOURCE_LANGUAGE, Messages, translations
from jobs.render.templates import Templates, read_css
from jobs.settings import Settings

SAMPLE_ROWS = 3
_MOST_LETTERS = 60
_GRAIN = "One row per "

_MARTS = "select view_name, comment from duckdb_views() where schema_name = 'marts' order by view_name"
_COLUMNS = (
    "select column_name, lower(data_type), coalesce(comment, '') from duckdb_columns() "
    "where schema_name = 'marts' and table_name = ? order by column_index"
)


@dataclass(frozen=True)
class DictionaryColumn:
    """One column: name, type, meaning, and its value in each sample row."""

    name: str
    kind: str
    meaning: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class DictionaryMart:
    """One mart. samples: how many rows are shown; None where people.level lets none be shown."""

    name: str
    holds: str
    grain: str
    columns: tuple[DictionaryColumn, ...]
    lineage: Lineage
    samples: int | None


@dataclass(frozen=True)
class DictionaryPage:
    """The context of dictionary.html.j2."""

    template: ClassVar[str] = "dictionary.html.j2"
    workspace_name: str
    as_of_on: date  # of the sample rows
    level: str  # people.level
    marts: tuple[DictionaryMart, ...]
    css: str


def render_dictionary(connection: DuckDBPyConnection, settings: Settings) -> str:
    """The page, of the latest date scored. The bytes depend on the rows, the settings and the version alone."""
    [(as_of_on,)] = connection.execute("select max(as_of_on) from scores.weeks").fetchall()
    shown = {mart.mart: mart for mart in shown_marts(connection, settings.people.level).marts}
    page = DictionaryPage(
        workspace_name=settings.workspace.name,
        as_of_on=as_of_on,
        level=settings.people.level,
        marts=tuple(
            _mart(connection, name, comment, shown.get(name), as_of_on)
            for name, comment in connection.execute(_MARTS).fetchall()
        ),
        css=read_css(shipped.REPORTS / "assets"),
    )
    formats = Formats(Locale.parse(SOURCE_LANGUAGE), settings.reporting.currency, ZoneInfo("UTC"), year=0)
    messages = Messages(translations(SOURCE_LANGUAGE, shipped.REPORTS / "locale"))
    return Templates(shipped.REPORTS / "templates", messages, formats).render(page)


def _mart(
    connection: DuckDBPyConnection, name: str, comment: str, shown: ShownMart | None, as_of_on: date
) -> DictionaryMart:
    holds, _, rest = comment.partition(_GRAIN)
    rows = _samples(connection, shown, as_of_on) if shown else []
    columns = connection.execute(_COLUMNS, [name]).fetchall()
    return DictionaryMart(
        name=name,
        holds=holds.strip(),
        grain=_GRAIN + rest,
        columns=tuple(
            DictionaryColumn(column, kind, meaning, tuple(row[number] for row in rows))
            for number, (column, kind, meaning) in enumerate(columns)
        ),
        lineage=lineage_of(name),
        samples=len(rows) if shown else None,
    )


def _samples(connection: DuckDBPyConnection, mart: ShownMart, as_of_on: date) -> list[tuple[str, ...]]:
    """The first rows of the latest date, as text; always the same ones of the same rows."""
    dated = f"as_of_on = date '{as_of_on}'" if mart.has_date else "true"
    query = f"select * from ({mart.select}) where {dated} order by all limit {SAMPLE_ROWS}"
    return [tuple(map(_text, row)) for row in connection.execute(query).fetchall()]


def _text(value: Any) -> str:
    text = f"{value:.4g}" if isinstance(value, float) else cell_text(value)
    return text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - 1] + "…"
