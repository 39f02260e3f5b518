"""What a profile says about the writing of a column (docs/exports.md, formats). Called by dialect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jobs.errors import SettingsError
from jobs.load.profile import FormatSetting

FORMAT_KEYS = ("date_order", "decimal", "thousands", "percent", "is_date", "invert")


def format_setting(table: Mapping[str, Any], place: str) -> FormatSetting:
    """The table as a setting; `place` says where it stands. SettingsError names a value that cannot be used."""
    decimal, thousands = table.get("decimal"), table.get("thousands")
    if decimal not in (None, ".", ","):
        raise SettingsError(place, f"decimal = '{decimal}' is not known", 'Write "." or ","')
    if thousands in (".", ",") and decimal is None:
        decimal = "," if thousands == "." else "."
    if decimal is not None and decimal == thousands:
        raise SettingsError(place, "decimal and thousands are the same sign", "Change one of them")
    return FormatSetting(
        date_order=_date_order(table.get("date_order"), place),
        decimal=decimal,
        thousands=thousands,
        percent=table.get("percent"),
        is_date=bool(table.get("is_date", False)),
        invert=bool(table.get("invert", False)),
    )


def _date_order(value: str | None, place: str) -> str | None:
    """dmy out of "dmy", "DD-MM-YYYY" or "%d/%m/%Y"."""
    if value is None:
        return None
    order = "".join(dict.fromkeys(sign for sign in value.lower() if sign in "dmy"))
    if order not in ("dmy", "mdy", "ymd"):
        raise SettingsError(place, f"date_order = '{value}' is not known", "Write dmy, mdy or ymd")
    return order
