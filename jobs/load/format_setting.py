"""What a profile says about the writing of a column (docs/exports.md, formats). Called by dialect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from jobs.errors import SettingsError
from jobs.load.profile import FormatSetting
from jobs.load.written import COUNTED

FORMAT_KEYS = ("date_order", "decimal", "thousands", "percent", "is_date", "invert", "time_zone")


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
        time_zone=zone_setting(table.get("time_zone"), f"{place} time_zone"),
    )


def zone_setting(value: str | None, place: str) -> str | None:
    """The name of a time zone. SettingsError where it is none."""
    if value is not None:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, TypeError) as error:
            mend = "Use an IANA name such as Europe/Berlin"
            raise SettingsError(place, f"'{value}' is no time zone", mend) from error
    return value


def _date_order(value: str | None, place: str) -> str | None:
    """dmy out of "dmy", "DD-MM-YYYY" or "%d/%m/%Y"; excel and epoch count."""
    if value is None or value in COUNTED:
        return value
    order = "".join(dict.fromkeys(sign for sign in value.lower() if sign in "dmy"))
    if order not in ("dmy", "mdy", "ymd"):
        raise SettingsError(place, f"date_order = '{value}' is not known", "Write dmy, mdy, ymd, excel or epoch")
    return order
