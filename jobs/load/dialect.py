"""One table of the profile dialect (docs/exports.md), checked, as a Profile. Called by profiles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from jobs.errors import SettingsError
from jobs.load.entities import Entity, entities
from jobs.load.format_setting import FORMAT_KEYS, format_setting, zone_setting
from jobs.load.profile import CellRule, FormatSetting, Join, Profile, SkipRule
from jobs.nearest import did_you_mean

KEYS = (
    *("entity", "extends", "about", "columns", "concatenations", "constants", "values", "formats"),
    *("null_values", "only_when", "skip", "joins", "time_zone", "coverage", "id_prefix"),
    *("duplicate_header", "exported_at", "signature", "signature_without", "salesforce_ids", "latest_by"),
    *("own_ids", "headers", "snake_case", "extract", "guids", "footer", "mend"),
)
_HEADER_KEYS = ("header", "only_when", "values")
FILE_NAME = "file name"


class Dialect:
    """Reads one table; `place` says where it stands, for messages."""

    def __init__(self, name: str, table: Mapping[str, Any], place: str) -> None:
        self.name = name
        self.table = table
        self.place = place
        self._known(table, KEYS, place)
        self.entity = self._entity()
        self.names = self.entity.names

    def profile(self, source: str, is_shipped: bool) -> Profile:
        """The table as a profile. SettingsError names what is wrong and the nearest valid name."""
        profile = self._profile(source, is_shipped)
        known = {*profile.headers_read, *(name for names in profile.signature for name in names)}
        for other, meant in profile.headers.items():
            if meant not in known:
                fault = f"'{other}' is to mean '{meant}', which the profile does not look for"
                raise SettingsError(f"{self.place} headers", fault, did_you_mean(meant, known))
        return profile

    def _profile(self, source: str, is_shipped: bool) -> Profile:
        is_by_column = isinstance(self.table.get("null_values"), Mapping)
        return replace(
            self._mapping(source, is_shipped),
            values={c: self._texts(v, f"values.{c}") for c, v in self._columns_of("values").items()},
            null_values=() if is_by_column else self._strings("null_values"),
            column_null_values=self._lists("null_values") if is_by_column else {},
            only_when={c: self._patterns(p, "only_when") for c, p in self._columns_of("only_when").items()},
            extract=self._extracts(),
            formats=self._formats(),
            format_of_all=self._format(self._format_of_all(), f"{self.place} formats"),
            skip=tuple(self._skip(rule) for rule in self._tables("skip")),
            footer=tuple(self._pattern(pattern, "footer") for pattern in self._strings("footer")),
            joins=tuple(self._join(entry) for entry in self._tables("joins")),
        )

    def _mapping(self, source: str, is_shipped: bool) -> Profile:
        return Profile(
            name=self.name,
            source=source,
            entity=self.entity.name,
            coverage=self._choice("coverage", ("full", "increment")) or self.entity.coverage,
            is_shipped=is_shipped,
            columns=self._headers(),
            rules=self._rules(),
            headers=self._texts(self.table.get("headers", {}), "headers"),
            is_snake_case=bool(self.table.get("snake_case", False)),
            concatenations=self._lists("concatenations"),
            constants={c: _text(v) for c, v in self._columns_of("constants").items()},
            time_zone=self._time_zone(),
            id_prefix=self._text("id_prefix"),
            takes_first_of_duplicates=self._choice("duplicate_header", ("refuse", "first")) == "first",
            exported_at=self._exported_at(),
            signature=self._signature(),
            signature_without=self._strings("signature_without"),
            salesforce_ids=self._id_columns("salesforce_ids"),
            guids=self._id_columns("guids"),
            latest_by=self._text("latest_by"),
            mend=self._text("mend"),
        )

    def _headers(self) -> dict[str, tuple[str, ...]]:
        """Canonical column -> the headers that may feed it, in order."""
        return {
            column: tuple(_text(e["header"] if isinstance(e, Mapping) else e) for e in self._entries(column, given))
            for column, given in self._columns_of("columns").items()
        }

    def _rules(self) -> dict[str, dict[int, CellRule]]:
        """Canonical column -> place in its list of headers -> what is so of the cells there only."""
        rules = {
            column: {
                place: self._rule(entry, f"columns.{column}")
                for place, entry in enumerate(self._entries(column, given))
                if isinstance(entry, Mapping)
            }
            for column, given in self._columns_of("columns").items()
        }
        return {column: by_place for column, by_place in rules.items() if by_place}

    def _entries(self, column: str, given: Any) -> list[Any]:
        entries = given if isinstance(given, list) else [given]
        for entry in entries:
            place = f"{self.place} columns.{column}"
            if isinstance(entry, Mapping):
                self._known(entry, _HEADER_KEYS, place)
            if isinstance(entry, list) or (isinstance(entry, Mapping) and "header" not in entry):
                raise SettingsError(place, "it is neither a header nor a table with one", 'Write { header = "..." }')
        return entries

    def _rule(self, entry: Mapping[str, Any], key: str) -> CellRule:
        return CellRule(
            only_when=self._patterns(entry.get("only_when", {}), key),
            values=self._texts(entry.get("values", {}), key),
        )

    def _signature(self) -> tuple[tuple[str, ...], ...]:
        """Each a header, or a list of headers of which one is enough."""
        value = self.table.get("signature", [])
        entries = value if isinstance(value, list) else [value]
        return tuple(self._listed(entry, "signature") for entry in entries)

    def _extracts(self) -> dict[str, str]:
        patterns = {c: self._pattern(_text(p), "extract") for c, p in self._columns_of("extract").items()}
        for column, pattern in patterns.items():
            if re.compile(pattern).groups != 1:
                fault = f"the pattern '{pattern}' of {column} must have one group"
                raise SettingsError(f"{self.place} extract", fault, "Put what is to be kept into ( )")
        return patterns

    def _entity(self) -> Entity:
        found = self.table.get("entity")
        if found not in entities():
            fault = f"'{found}' is no entity" if found else "it does not say which entity it feeds"
            mend = did_you_mean(str(found), entities()) if found else 'Add entity = "opportunities" or another'
            raise SettingsError(self.place, fault, mend)
        return entities()[str(found)]

    def _known(self, keys: Iterable[str], valid: Iterable[str], place: str) -> None:
        for key in keys:
            if key not in set(valid):
                path = ("sources", self.name, *place.removeprefix(self.place).split(), key)
                fault = f"'{key}' is not known here"
                raise SettingsError(place, fault, did_you_mean(key, valid), key_path=path)

    def _columns_of(self, key: str) -> Mapping[str, Any]:
        table = self._table(self.table.get(key, {}), key)
        self._known(table, self.names, f"{self.place} {key}")
        return table

    def _table(self, value: Any, key: str) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise SettingsError(f"{self.place} {key}", "it is not a table", f"Write [sources.{self.name}.{key}]")
        return value

    def _tables(self, key: str) -> list[Mapping[str, Any]]:
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
            mend = f"Write [[sources.{self.name}.{key}]]"
            raise SettingsError(f"{self.place} {key}", "it is not a list of tables", mend)
        return value

    def _lists(self, key: str) -> dict[str, tuple[str, ...]]:
        return {c: self._listed(value, f"{key}.{c}") for c, value in self._columns_of(key).items()}

    def _strings(self, key: str) -> tuple[str, ...]:
        return self._listed(self.table.get(key, []), key)

    def _listed(self, value: Any, key: str) -> tuple[str, ...]:
        """One text, or several; a number stands for its text."""
        values = value if isinstance(value, list) else [value]
        if any(isinstance(entry, (Mapping, list)) for entry in values):
            raise SettingsError(f"{self.place} {key}", "it is neither a text nor a list of texts")
        return tuple(_text(entry) for entry in values)

    def _text(self, key: str) -> str | None:
        value = self.table.get(key)
        if value is not None and not isinstance(value, str):
            raise SettingsError(f"{self.place} {key}", "it is not a text", "Put it into quotes")
        return value

    def _texts(self, value: Any, key: str) -> dict[str, str]:
        return {str(k): _text(v) for k, v in self._table(value, key).items()}

    def _id_columns(self, key: str) -> tuple[str, ...]:
        ids = self._strings(key)
        self._known(ids, (*self.names, "rep_id"), f"{self.place} {key}")
        return ids

    def _choice(self, key: str, valid: tuple[str, ...]) -> str | None:
        value = self.table.get(key)
        if value is not None and value not in valid:
            raise SettingsError(f"{self.place} {key}", f"'{value}' is not one of {', '.join(valid)}")
        return value

    def _time_zone(self) -> str | None:
        return zone_setting(self._text("time_zone"), f"{self.place} time_zone")

    def _exported_at(self) -> datetime | str | None:
        value = self.table.get("exported_at")
        if isinstance(value, date) and not isinstance(value, datetime):
            return datetime(value.year, value.month, value.day)
        if value is None or isinstance(value, datetime) or value == FILE_NAME:
            return value
        fault = f"'{value}' is neither a date nor \"{FILE_NAME}\""
        raise SettingsError(f"{self.place} exported_at", fault, "Write a date such as 2026-11-20, unquoted")

    def _format_of_all(self) -> Mapping[str, Any]:
        table = self._table(self.table.get("formats", {}), "formats")
        return {key: value for key, value in table.items() if not isinstance(value, Mapping)}

    def _formats(self) -> dict[str, FormatSetting]:
        table = self._table(self.table.get("formats", {}), "formats")
        tables = {key: value for key, value in table.items() if isinstance(value, Mapping)}
        codes = self.entity.column("field").codes if "field" in self.names else ()
        self._known(tables, (*self.names, *codes, *FORMAT_KEYS), f"{self.place} formats")
        return {
            column: self._format({**self._format_of_all(), **table}, f"{self.place} formats.{column}")
            for column, table in tables.items()
        }

    def _format(self, table: Mapping[str, Any], place: str) -> FormatSetting:
        self._known(table, (*FORMAT_KEYS, *self.names), place)
        return format_setting(table, place)

    def _patterns(self, value: Any, key: str) -> dict[str, str]:
        table = self._texts(value, key)
        return {header: self._pattern(pattern, key) for header, pattern in table.items()}

    def _pattern(self, pattern: str, key: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            fault = f"the pattern '{pattern}' cannot be read ({error})"
            raise SettingsError(f"{self.place} {key}", fault, "Escape signs such as ( or +") from error
        return pattern

    def _skip(self, rule: Mapping[str, Any]) -> SkipRule:
        self._known(rule, ("where", "unless", "gone"), f"{self.place} skip")
        return SkipRule(
            where=self._patterns(rule.get("where", {}), "skip"),
            unless=self._patterns(rule.get("unless", {}), "skip"),
            is_gone=rule.get("gone") is True,
        )

    def _join(self, entry: Mapping[str, Any]) -> Join:
        place = f"{self.place} joins"
        self._known(entry, ("file", "on", "columns", "sums", "skip"), place)
        missing = [key for key in ("file", "on") if not entry.get(key)]
        if missing or bool(entry.get("columns")) == bool(entry.get("sums")):
            fault = f"it lacks {missing[0]}" if missing else "it has neither columns nor sums, or both"
            raise SettingsError(place, fault, "A join has file, on and either columns or sums")
        join = Join(
            file=_text(entry["file"]),
            on=self._texts(entry["on"], "joins.on"),
            columns=self._texts(entry.get("columns", {}), "joins.columns"),
            sums={c: self._factors(v) for c, v in self._table(entry.get("sums", {}), "joins.sums").items()},
            skip=tuple(self._skip(rule) for rule in entry.get("skip", [])),
        )
        self._known((*join.on, *join.gives), self.names, place)
        return join

    def _factors(self, value: Any) -> tuple[str, ...]:
        headers = self._listed(value, "joins.sums")
        if len(headers) > 2:
            fault = f"{len(headers)} headers are to be multiplied"
            raise SettingsError(f"{self.place} joins", fault, "Name one header, or two")
        return headers


def _text(value: Any) -> str:
    """A TOML value as the text that stands in an export."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)
