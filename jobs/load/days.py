"""SQL that reads days and times. Called by cast.

`prepared` gives the parts of a text (a, b, c, hour and so on) once per cell, `day` and `time` make a value of them.
A month by name and a compact date are written as ISO first, so that they read alike in every order.
"""

from __future__ import annotations

from jobs.load.months import month_of
from jobs.load.sql import literal
from jobs.load.written import COUNTED, EXCEL, Format, Zones

_CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?\s*(?:([AaPp])\.?[Mm]\.?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
_PATTERN = rf"^(\d{{1,4}})[-/. ](\d{{1,2}})[-/. ](\d{{1,4}})\.?(?:(?:[T ,]+|,? at ){_CLOCK})?$"
_PARTS = ("a", "b", "c", "hour", "minute", "second", "half", "zone")
_POSITION = {"dmy": ("c", "b", "a"), "mdy": ("c", "a", "b"), "ymd": ("a", "b", "c")}
_OTHER_SIGNS = ("\u00a0\u202f年月日", "  --")  # blanks that do not break; the signs of a Chinese date
_IS_NAMED = r"^(?:\pL|\d{1,2}\D*\pL{3})"
_NAMED = (
    r"^(?:\pL+[.,]?\s+)?(?:(\d{1,2})(?:st|nd|rd|th)?\.?[-\s]+(?:de |of )?(\pL+)\.?,?[-\s]+(?:de )?"
    r"|(\pL+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+)(\d{4}|\d{2})\b(.*)$"
)
_NAMED_PARTS = ("d", "m", "name", "number", "year", "rest")
_COMPACT = r"((?:19|20)\d{2})(\d{2})(\d{2})"
_COMPACT_TIME = rf"{_COMPACT}T(\d{{2}})(\d{{2}})(\d{{2}})(Z?)"
_FIRST_COUNTED, _LAST_COUNTED = 61, 2_958_465  # from 1900-03-01, before which Excel is a day off, to 9999


HAS_OTHER_SIGNS = r"[\x{a0}\x{202f}年月日]|^\d{8}(T|$)"  # a text that needs a Format with is_compact


def prepared(form: Format, text: str) -> str:
    """What `day` and `time` work on: the parts of the text, or the text itself."""
    if form.order is None or form.order in COUNTED:
        return text
    parts = ", ".join(literal(part) for part in _PARTS)
    return f"regexp_extract({_as_iso(form, text)}, {literal(_PATTERN)}, [{parts}])"


def day(form: Format, ready: str) -> str:
    """The day, cut off and never shifted; NULL where the text tells none."""
    if form.order is None:
        return iso_day(ready)
    if form.order in COUNTED:
        return f"({_counted(form.order, ready)})::date"
    return _ordered_day(form.order, ready)


def time(form: Format, ready: str, zones: Zones) -> str:
    """UTC. A day without a time is its last microsecond."""
    if form.is_date:
        return end_of_day(day(form, ready), zones.day)
    if form.order is None:
        return _iso_utc(ready, zones)
    if form.order in COUNTED:
        return _counted_time(form, ready, zones)
    return _ordered_time(form.order, ready, zones)


def iso_day(text: str) -> str:
    """The day at the start of an ISO text, cut off and never shifted. A year has four digits: 12/5/26 is none."""
    return f"case when strpos({text}, '-') = 5 or strpos({text}, '/') = 5 then try_cast({text} as date) end"


def iso_time(text: str) -> str:
    """The time as it stands in an ISO text; words after it are not read."""
    is_closed = f"(right({text}, 1) between '0' and '9' or right({text}, 1) = 'Z')"
    return f"case when strpos({text}, '-') = 5 and {is_closed} then try_cast({text} as timestamp) end"


def end_of_day(of: str, zone: str) -> str:
    """The last microsecond of a day in a zone, as UTC."""
    next_day = f"({of})::timestamp + interval 1 day"
    return f"({next_day if zone == 'UTC' else _from_zone(next_day, zone)}) - interval 1 microsecond"


def _as_iso(form: Format, text: str) -> str:
    """The text, with a month by name or a date without signs written as ISO."""
    if not form.months and not form.is_compact:
        return text
    plain = f"translate({text}, {literal(_OTHER_SIGNS[0])}, {literal(_OTHER_SIGNS[1])})"
    compact = f"regexp_replace({plain}, '^{_COMPACT}$', '\\1-\\2-\\3')"
    with_time = f"regexp_replace({plain}, '^{_COMPACT_TIME}$', '\\1-\\2-\\3 \\4:\\5:\\6\\7')"
    by_name = (
        f"when regexp_matches({plain}, {literal(_IS_NAMED)}) then {_from_name(form, plain)}" if form.months else ""
    )
    return (
        f"case {by_name} when length({plain}) = 8 then {compact} "
        f"when strpos({plain}, 'T') = 9 then {with_time} else {plain} end"
    )


def _from_name(form: Format, text: str) -> str:
    names = ", ".join(literal(part) for part in _NAMED_PARTS)
    parts = f"regexp_extract({text}, {literal(_NAMED)}, [{names}])"
    month = month_of(f"{parts}.m || {parts}.name", form.months)
    return f"({_whole_year(f'{parts}.year')}) || '-' || ({month}) || '-' || {parts}.d || {parts}.number || {parts}.rest"


def _ordered_day(order: str, parts: str) -> str:
    """A date out of its three parts; a part of four digits in front is a year whatever the order."""
    by_order = _joined_day(*(f"{parts}.{part}" for part in _POSITION[order]))
    year_first = _joined_day(f"{parts}.a", f"{parts}.b", f"{parts}.c")
    return f"case when length({parts}.a) > 2 then {year_first} else {by_order} end"


def _joined_day(year: str, month: str, day: str) -> str:
    fits = f"length({month}) <= 2 and length({day}) <= 2"
    return f"case when {fits} then try_cast({_whole_year(year)} || '-' || {month} || '-' || {day} as date) end"


def _whole_year(year: str) -> str:
    """Two-digit years are 1970 to 2069."""
    short = f"case when {year} >= '70' then '19' else '20' end || {year}"
    return f"case length({year}) when 4 then {year} when 2 then {short} end"


def _ordered_time(order: str, parts: str, zones: Zones) -> str:
    of = _ordered_day(order, parts)
    hour, half = f"{parts}.hour::int", f"lower({parts}.half)"
    hour = (
        f"case when {half} = 'p' and {hour} < 12 then {hour} + 12 "
        f"when {half} = 'a' and {hour} = 12 then 0 else {hour} end"
    )
    second = f"case when {parts}.second = '' then '00' else {parts}.second end"
    clock = f"{of} || ' ' || {hour} || ':' || {parts}.minute || ':' || {second}"
    naive = f"try_cast({clock} as timestamp)"
    return (
        f"case when {parts}.hour = '' then {end_of_day(of, zones.day)} "
        f"when {parts}.zone = '' then {_from_zone(naive, zones.time)} "
        f"when {parts}.zone in ('Z', 'UTC', 'GMT') then {naive} "
        f"else timezone('UTC', try_cast({clock} || {parts}.zone as timestamptz)) end"
    )


def _iso_utc(text: str, zones: Zones) -> str:
    naive = iso_time(text)
    in_utc = f"case when strpos({text}, '-') = 5 then try_cast({text} as timestamp) end"
    if zones.time == "UTC":
        local = naive
    else:
        local = f"case when right({text}, 1) = 'Z' then {naive} else {_from_zone(naive, zones.time)} end"
    shifted = f"timezone('UTC', case when {naive} is not null then try_cast({text} as timestamptz) end)"
    return (
        f"case when length({text}) <= 10 then {end_of_day(iso_day(text), zones.day)} "
        f"when ends_with({text}, '+0000') then {in_utc} "
        f"when regexp_matches(substr({text}, 11), '[+-]') then {shifted} "
        f"else {local} end"
    )


def _counted(order: str, text: str) -> str:
    """The moment that a number stands for, as it is written: Excel's days have no zone, seconds since 1970 are UTC."""
    if order == EXCEL:
        number = f"try_cast({text} as double)"
        moment = f"timestamp '1899-12-30' + to_microseconds((round({number} * 86400) * 1000000)::bigint)"
        return f"case when {number} between {_FIRST_COUNTED} and {_LAST_COUNTED} then {moment} end"
    number = f"try_cast({text} as decimal(20, 6))"
    is_milliseconds = f"abs({number}) >= 100000000000"
    micros = f"case when {is_milliseconds} then {number} * 1000 else {number} * 1000000 end"
    return f"case when abs({number}) < 100000000000000 then make_timestamp(({micros})::bigint) end"


def _counted_time(form: Format, text: str, zones: Zones) -> str:
    moment = _counted(str(form.order), text)
    if form.order != EXCEL:
        return moment
    is_whole = f"try_cast({text} as double) = floor(try_cast({text} as double))"
    whole = end_of_day(f"({moment})::date", zones.day)
    return f"case when {is_whole} then {whole} else {_from_zone(moment, zones.time)} end"


def _from_zone(naive: str, zone: str) -> str:
    return naive if zone == "UTC" else f"timezone('UTC', timezone({literal(zone)}, {naive}))"
