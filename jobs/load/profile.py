"""A profile: how the columns of one system's export become the canonical columns of one entity."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class FormatSetting:
    """What a profile fixes about the writing of a column; None: decided from all its values."""

    date_order: str | None = None  # dmy, mdy, ymd, excel or epoch
    decimal: str | None = None  # "." or ","
    thousands: str | None = None
    percent: bool | None = None  # the number is in hundredths
    is_date: bool = False  # a day, even where a time stands beside it
    time_zone: str | None = None  # of times without a zone, where it is not the profile's
    nulls: tuple[str, ...] = ()  # numbers that mean none, however they are written
    invert: bool = False  # a rate the other way round: units for one of the reporting currency


@dataclass(frozen=True)
class SkipRule:
    """Records that match every pattern of `where` and not all of `unless` are passed over."""

    where: Mapping[str, str]
    unless: Mapping[str, str]
    is_gone: bool = False  # the record is deleted: in an increment that lets it go


@dataclass(frozen=True)
class CellRule:
    """What is so of the cells under one header only: when they count for a column, and what their values mean."""

    only_when: Mapping[str, str]
    values: Mapping[str, str]


@dataclass(frozen=True)
class Join:
    """Columns taken from a reference file: `on` and `columns` are canonical name -> its header.

    `sums` is canonical name -> one or two headers whose product is summed over the records of a key.
    """

    file: str
    on: Mapping[str, str]
    columns: Mapping[str, str] = field(default_factory=dict)
    sums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    skip: tuple[SkipRule, ...] = ()

    @property
    def gives(self) -> tuple[str, ...]:
        """The canonical columns that it fills."""
        return (*self.columns, *self.sums)


@dataclass(frozen=True)
class Profile:
    """One profile, checked. `source` is the profile it extends, or itself: one source, one set of ids."""

    name: str
    source: str
    entity: str
    coverage: str
    is_shipped: bool
    columns: Mapping[str, tuple[str, ...]]
    concatenations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: Mapping[str, Mapping[int, CellRule]] = field(
        default_factory=dict
    )  # by canonical column and place in its headers
    headers: Mapping[str, str] = field(default_factory=dict)  # header in another language -> one that is looked for
    is_snake_case: bool = False  # stage_name is StageName
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    null_values: tuple[str, ...] = ()
    column_null_values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only_when: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    extract: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, FormatSetting] = field(default_factory=dict)
    format_of_all: FormatSetting = FormatSetting()
    skip: tuple[SkipRule, ...] = ()
    footer: tuple[str, ...] = ()  # patterns of lines below the records
    joins: tuple[Join, ...] = ()
    time_zone: str | None = None
    id_prefix: str | None = None
    takes_first_of_duplicates: bool = False
    exported_at: datetime | str | None = None
    signature: tuple[tuple[str, ...], ...] = ()  # of each, one must be there
    signature_without: tuple[str, ...] = ()
    salesforce_ids: tuple[str, ...] = ()
    guids: tuple[str, ...] = ()
    latest_by: str | None = None
    mend: str | None = None  # what to do where a file of this kind lacks a required column
    own_columns: frozenset[str] = frozenset()  # what a workspace's profile maps itself, not what it extends

    def format(self, column: str) -> FormatSetting:
        """What is fixed about the writing of this column."""
        setting = self.formats.get(column, self.format_of_all)
        numbers = tuple(text for text in self.column_null_values.get(column, ()) if _NUMBER.fullmatch(text))
        return replace(setting, nulls=numbers) if numbers else setting

    @property
    def headers_read(self) -> tuple[str, ...]:
        """Every header whose cells bear on what is read, in order."""
        lists = (*self.columns.values(), *self.concatenations.values())
        rules = (rule.only_when for by_place in self.rules.values() for rule in by_place.values())
        conditions = (*self.only_when.values(), *(rule.where for rule in self.skip), *rules)
        own = [header for headers in lists for header in headers]
        return tuple(dict.fromkeys([*own, *(header for table in conditions for header in table)]))

    def fingerprint(self, *more: str) -> str:
        """Hash of everything in the profile that bears on what is read, and of `more`."""
        fields = {**asdict(self), "own_columns": sorted(self.own_columns), "mend": None}
        text = json.dumps([fields, more], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()
