"""SQL that reads numbers: shares, money with its signs, thousands set apart. Called by cast."""

from __future__ import annotations

import re

from jobs.load import currency_signs
from jobs.load.entities import SQL_TYPES
from jobs.load.sql import literal
from jobs.load.written import GROUPED, Format

_BLANKS = " \u00a0\u202f\u2009"
_BLANK = f"[{_BLANKS}]"
_APART = (_BLANKS, "'", "\u2019")  # set thousands apart whatever the decimal sign is
_MINUS = "\u2212\u2013"  # written for a minus


def prepared(kind: str, form: Format, text: str) -> str:
    """What `value` works on: the number without its thousands and signs of money, of a share the fraction."""
    if form.decimal:
        text = _plain(kind, form, text)
    return _fraction(form, text) if kind == "share" else text


def value(kind: str, form: Format, ready: str) -> str:
    """The number; NULL where the text is none, or does not fit the type."""
    if kind == "share":
        is_share = f"{ready} between 0 and 1"
        if form.percent and form.decimal is None:
            is_share = f"({ready} between 0.01 and 1 or {ready} = 0)"
        return f"case when {is_share} then {ready}::decimal(9, 6) end"
    if kind == "integer":
        exact = f"try_cast({ready} as decimal(38, 6))"
        return f"case when {exact} = trunc({exact}) then try_cast({exact} as bigint) end"
    if form.invert:
        ready = f"1 / nullif(try_cast({ready} as double), 0)"
    return f"try_cast({ready} as {SQL_TYPES[kind]})"


def may_be_grouped(text: str) -> str:
    """Whether the only point of a number could set thousands apart: 1.234 may be either."""
    return f"(contains({text}, '.') and {_looks_grouped(text)})"


def is_no_group(text: str) -> str:
    """Whether a number has a point that sets no thousands apart."""
    return f"(contains({text}, '.') and not ({_looks_grouped(text)}))"


def _looks_grouped(text: str) -> str:
    return f"substr(right({text}, 4), 1, 1) = '.' and length({text}) <= 8"


def currencies_of(text: str) -> str:
    """SQL: the codes that the sign in front of an amount or behind it may stand for; "" where there is none."""
    text, money = _with_plain_minus(text), currency_signs.pattern()
    front = f"regexp_extract({text}, {literal(f'^[-+(]?{_BLANK}*({money})')}, 1)"
    behind = f"regexp_extract({text}, {literal(f'({money})[-)]?$')}, 1)"
    return currency_signs.currencies(f"(case when {behind} = '' then {front} else {behind} end)")


def _plain(kind: str, form: Format, text: str) -> str:
    """The number with a point and nothing else; NULL where it is not written in this format."""
    text = _with_plain_minus(text)
    if kind != "share":
        text = _with_minus_in_front(text)
    if kind == "money":
        text = _without_currency(text)
    comma, apart = re.escape(form.decimal or "."), _apart(form)
    grouped = "".join(f"|{_groups(signs)}" for signs in apart) if kind in GROUPED else ""
    number = rf"[+-]?(?:(?:\d+{grouped})(?:{comma}\d*)?(?:[eE][+-]?\d+)?|{comma}\d+)"
    pattern = rf"{number}{_BLANK}*%?" if kind == "share" else number
    point = f"translate({text}, {literal(''.join(apart))}, '')" if kind in GROUPED else text
    point = f"replace({point}, ',', '.')" if form.decimal == "," else point
    return f"case when regexp_full_match({text}, {literal(pattern)}) then {point} end"


def _apart(form: Format) -> tuple[str, ...]:
    """What may set thousands apart: of each text one sign or another, but of one text only throughout a number."""
    if form.thousands is not None:
        return (form.thousands,)
    return (*_APART, "," if form.decimal == "." else ".")


def _groups(signs: str) -> str:
    """Groups of three; in India of two before the last one, set apart by commas."""
    indian = r"|[1-9]\d?(?:,\d{2})+,\d{3}" if signs == "," else ""
    return rf"[1-9]\d{{0,2}}(?:[{re.escape(signs)}]\d{{3}})+{indian}"


def _with_plain_minus(text: str) -> str:
    return f"translate({text}, {literal(_MINUS)}, '{'-' * len(_MINUS)}')"


def _with_minus_in_front(text: str) -> str:
    """Accountants write (5) or 5- for -5."""
    opened = f"regexp_replace({text}, '^\\((.+)\\)$', '-\\1')"
    return f"regexp_replace({opened}, '^([^-]+?){_BLANK}*-$', '-\\1')"


def _without_currency(text: str) -> str:
    """A sign stands on one side only, but for $5 CAD."""
    money = currency_signs.pattern()
    front = f"regexp_replace({text}, {literal(f'^([-+]?){_BLANK}*(?:{money}){_BLANK}*([-+]?)')}, '\\1\\2')"
    both = f"regexp_replace({front}, {literal(f'{_BLANK}*(?:{money})$')}, '')"
    return f"case when {front} <> {text} and not starts_with({text}, '$') then {front} else {both} end"


def _fraction(form: Format, text: str) -> str:
    """A number of which hundredths are made where the format or a percent sign says so."""
    without_sign = f"try_cast(rtrim({text}, {literal(_BLANKS + '%')}) as decimal(18, 6))"
    hundredths = f"(coalesce(try_cast({text} as decimal(18, 6)), {without_sign}) * 0.01::decimal(3, 2))"
    if form.decimal is None:
        return hundredths if form.percent else f"try_cast({text} as decimal(18, 6))"
    whole = f"try_cast({text} as decimal(18, 8))"
    if form.percent:  # 0.35 among hundredths is likelier a fraction than a third of a hundredth
        whole = f"case when {hundredths} = 0 or {hundredths} >= 0.01 then {hundredths} end"
    return f"case when right({text}, 1) = '%' then {hundredths} else {whole} end"
