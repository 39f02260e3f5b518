"""One date format and one number format per column, decided from all its values (02-data.md, Loading rules).

ISO dates and plain numbers are tried first; only a column that does not fit them is looked at again, under
every format. Where two formats fit equally many values and read one of them differently, the file is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from duckdb import DuckDBPyConnection

from jobs.errors import DataRefused
from jobs.load.cast import prepared, value
from jobs.load.cells import Cell
from jobs.load.days import HAS_OTHER_SIGNS, iso_day, iso_time
from jobs.load.months import months
from jobs.load.numbers import is_no_group, may_be_grouped
from jobs.load.profile import FormatSetting, Profile
from jobs.load.profiles import GENERIC
from jobs.load.sql import literal, name
from jobs.load.written import COUNTED, DAYS, GROUPED, NUMBERS, Format, Zones

_ORDERS = ("ymd", "dmy", "mdy")
_DECIMALS = (".", ",")
_UTC = Zones("UTC", "UTC")


def decide_formats(
    connection: DuckDBPyConnection,
    texts: str,
    cells: Sequence[Cell],
    profile: Profile,
    place: str,
    short: Mapping[str, bool],
) -> Mapping[str, Format]:
    """The format of every cell by alias; `texts` is SQL with the cells' texts.

    `short` says by alias which cells may take the short way; the others are tried in every format.
    DataRefused names the setting that decides between two of them.
    """
    return {cell.alias: _format(connection, texts, cell, profile, short[cell.alias], place) for cell in _open(cells)}


def always_short(cells: Sequence[Cell], profile: Profile) -> Mapping[str, Format] | None:
    """The shortest format of every cell by alias; None where the profile rules one out, or leaves a share open."""
    settings = {cell.alias: (cell, profile.format(cell.setting)) for cell in _open(cells)}
    for cell, setting in settings.values():
        is_open_share = cell.kind == "share" and setting.percent is None and not profile.is_shipped
        if is_open_share or _is_forced(cell, setting):
            return None
    return {alias: _as_set(setting) for alias, (_, setting) in settings.items()}


def look_short(connection: DuckDBPyConnection, texts: str, cells: Sequence[Cell]) -> Mapping[str, bool]:
    """Whether each cell may be tried the short way: told by one value of a date, by the signs in numbers."""
    return _flags(connection, texts, {cell.alias: _looks_short(cell) for cell in _open(cells)})


def take_short_way(connection: DuckDBPyConnection, texts: str, cells: Sequence[Cell]) -> Mapping[str, bool]:
    """Whether each cell takes the short way: told by all its values."""
    return _flags(connection, texts, {cell.alias: _is_short(cell) for cell in _open(cells)})


def _open(cells: Sequence[Cell]) -> Sequence[Cell]:
    return [cell for cell in cells if cell.kind in (*DAYS, *NUMBERS)]


def _flags(connection: DuckDBPyConnection, texts: str, conditions: Mapping[str, str]) -> Mapping[str, bool]:
    if not conditions:
        return {}
    row = connection.execute(f"select {', '.join(conditions.values())} from ({texts})").fetchone()
    return dict(zip(conditions, row or (), strict=True))


def _looks_short(cell: Cell) -> str:
    text = name(cell.alias)
    if cell.kind in DAYS:
        return f"coalesce({iso_day(f'any_value({text})')} is not null, count({text}) = 0)"
    return f"not coalesce(bool_or(contains({text}, '_')), false) and {_has_one_point(cell)}"


def _is_short(cell: Cell) -> str:
    text = name(cell.alias)
    if cell.kind in DAYS:
        is_iso = iso_day(text) if cell.kind == "date" else iso_time(text)
        return f"count({text}) = count({is_iso})"
    is_plain = f"try_cast({text} as decimal(38, 9)) is not null and not contains({text}, '_')"
    return f"count({text}) = count(*) filter ({is_plain}) and {_has_one_point(cell)}"


def _has_one_point(cell: Cell) -> str:
    """False where every point could set thousands apart: 1.234 may be either."""
    if cell.kind not in GROUPED:
        return "true"
    text = name(cell.alias)
    is_clear = f"coalesce(bool_or({is_no_group(text)}), false)"
    return f"(not coalesce(bool_or({may_be_grouped(text)}), false) or {is_clear})"


def _format(
    connection: DuckDBPyConnection,
    texts: str,
    cell: Cell,
    profile: Profile,
    fits_short_way: bool,
    place: str,
) -> Format:
    setting = profile.format(cell.setting)
    if setting.percent is None:
        is_percent = not profile.is_shipped and is_in_hundredths(connection, texts, cell)
        setting = replace(setting, percent=is_percent)
    if fits_short_way and not _is_forced(cell, setting):
        return _as_set(setting)
    best, _ = readings(connection, texts, cell, setting)
    if len(best) > 1:
        raise _ambiguous(cell, best, profile, place)
    return best[0]


def readings(
    connection: DuckDBPyConnection, texts: str, cell: Cell, setting: FormatSetting
) -> tuple[Sequence[Format], int]:
    """The formats in which most values of a cell can be read, where these differ, and how many values that are."""
    written = _as_set(setting)
    if cell.kind in DAYS and setting.date_order not in COUNTED:
        written = replace(written, **_signs_of_days(connection, texts, cell))
    return _best(connection, texts, cell, _candidates(cell, setting, written))


def _signs_of_days(connection: DuckDBPyConnection, texts: str, cell: Cell) -> dict[str, Any]:
    """Fields of the Format: which months a column names, and whether it has dates that only is_compact reads."""
    text = name(cell.alias)
    words = connection.execute(
        f"select distinct unnest(regexp_extract_all(lower({text}), '\\pL{{3,}}')) as word from ({texts}) "
        f"where regexp_matches({text}, '\\pL{{3}}') order by word"
    ).fetchall()
    is_compact = f"coalesce(bool_or(regexp_matches({text}, {literal(HAS_OTHER_SIGNS)})), false)"
    (row,) = connection.execute(f"select {is_compact} from ({texts})").fetchall()
    return {"months": tuple((w, months()[w]) for (w,) in words if w in months()), "is_compact": row[0]}


def is_in_hundredths(connection: DuckDBPyConnection, texts: str, cell: Cell) -> bool:
    """Some above 1, all up to 100, none between 0 and 1: shares like these cannot be read otherwise."""
    if cell.kind != "share":
        return False
    number = f"try_cast(rtrim({name(cell.alias)}, ' %') as double)"
    row = connection.execute(
        f"select max(n) > 1 and max(n) <= 100 and not bool_or(n > 0 and n < 1) "
        f"from (select {number} as n from ({texts}))"
    ).fetchone()
    return bool(row and row[0])


def _candidates(cell: Cell, setting: FormatSetting, written: Format) -> list[Format]:
    if cell.kind in DAYS:
        orders = (setting.date_order,) if setting.date_order else _ORDERS
        return [replace(written, order=order) for order in orders]
    decimals = (setting.decimal,) if setting.decimal else _DECIMALS
    return [replace(written, thousands=setting.thousands, decimal=sign) for sign in decimals]


def _is_forced(cell: Cell, setting: FormatSetting) -> bool:
    """Whether the setting says that texts like ISO dates or plain numbers are something else."""
    return setting.date_order in COUNTED if cell.kind in DAYS else setting.decimal == ","


def _as_set(setting: FormatSetting) -> Format:
    """The short way, with all that is fixed whatever the values are."""
    return Format(
        percent=bool(setting.percent),
        is_date=setting.is_date,
        invert=setting.invert,
        time_zone=setting.time_zone,
        nulls=setting.nulls,
    )


def _best(
    connection: DuckDBPyConnection, texts: str, cell: Cell, candidates: Sequence[Format]
) -> tuple[Sequence[Format], int]:
    """The formats that read most values; of those that read all of them alike, the first. And how many they read."""
    text = name(cell.alias)
    steps = ", ".join(f"{prepared(cell, form, text)} as p{i}" for i, form in enumerate(candidates))
    values = ", ".join(f"{value(cell, form, f'p{i}', _UTC)} as v{i}" for i, form in enumerate(candidates))
    pairs = list(combinations(range(len(candidates)), 2))
    counts = [f"count(v{i})" for i in range(len(candidates))]
    differ = [f"coalesce(bool_or(v{i} is distinct from v{j}), false)" for i, j in pairs]
    row = connection.execute(
        f"select {', '.join([*counts, *differ])} from (select {values} from (select {steps} from ({texts})))"
    ).fetchone()
    assert row is not None
    most = max(row[: len(candidates)])
    best = [i for i in range(len(candidates)) if row[i] == most]
    differing = {pair for pair, does_differ in zip(pairs, row[len(candidates) :], strict=True) if does_differ}
    kept = [best[0], *(j for j in best[1:] if (best[0], j) in differing)]
    return [candidates[i] for i in kept], most


def _ambiguous(cell: Cell, best: Sequence[Format], profile: Profile, place: str) -> DataRefused:
    is_day = cell.kind in DAYS
    key = "date_order" if is_day else "decimal"
    choices = [form.order if is_day else form.decimal for form in best]
    thing = "dates" if is_day else "numbers"
    ways = " or ".join(map(str, choices))
    fault = f"the {thing} of {cell.column.name} can be read in {len(best)} ways ({ways})"
    setting = f'[sources.<name>.formats.{cell.setting}] with {key} = "{choices[0]}" or "{choices[1]}"'
    if profile.is_shipped:
        own = f' in a profile with extends = "{profile.name}"'
        own += f' and entity = "{profile.entity}"' if profile.name == GENERIC else ""
        return DataRefused(place, fault, f"Set {setting}{own}")
    return DataRefused(place, fault, f"Set {setting.replace('<name>', profile.name)}")
