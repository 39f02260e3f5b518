"""Signs of money beside an amount, and the currencies that each may stand for. Called by numbers and checked.

A sign that several currencies have is evidence of none of them: a lone $ does not say US dollars.
"""

from __future__ import annotations

import re
from functools import cache

from babel.core import get_global
from babel.numbers import list_currencies

from jobs.load.sql import literal

_SIGNS = (  # sign, and the codes that it may stand for
    *("US$ USD", "CA$ CAD", "C$ CAD", "AU$ AUD", "A$ AUD", "NZ$ NZD", "HK$ HKD", "S$ SGD", "NT$ TWD", "MX$ MXN"),
    *("R$ BRL", "€ EUR", "£ GBP EGP GIP FKP SHP SSP", "CN¥ CNY", "JP¥ JPY", "¥ JPY CNY", "￥ JPY CNY"),
    *("元 CNY TWD HKD", "円 JPY", "₹ INR", "₽ RUB", "руб. RUB", "руб RUB", "₩ KRW KPW", "₪ ILS", "₺ TRY", "₴ UAH"),
    *("₫ VND", "฿ THB", "₱ PHP", "₦ NGN", "zł PLN", "Kč CZK", "Ft HUF", "RM MYR", "Rp IDR", "Fr. CHF", "SFr. CHF"),
    *("kr. DKK SEK NOK ISK", "kr DKK SEK NOK ISK", "Rs. INR PKR LKR NPR MUR", "Rs INR PKR LKR NPR MUR"),
    "$ USD AUD CAD NZD SGD HKD TWD MXN ARS CLP COP UYU BSD BBD BMD BND BZD DOP FJD GYD JMD KYD LRD NAD SBD SRD TTD XCD",
)
SIGNS = {sign: tuple(codes) for sign, *codes in map(str.split, _SIGNS)}


@cache
def pattern() -> str:
    """A pattern of RE2 for every sign and ISO code, the longest first."""
    words = [*SIGNS, *codes()]
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


@cache
def codes() -> tuple[str, ...]:
    """Codes of ISO 4217 that are or were money somewhere, metals and tests left out."""
    used = {entry[0] for entries in get_global("territory_currencies").values() for entry in entries if entry[3]}
    return tuple(sorted(used & list_currencies()))


def currencies(sign: str) -> str:
    """SQL: the codes that a sign or code may stand for, with blanks between them; "" of none."""
    lines = " ".join(f"when {literal(s)} then {literal(' '.join(of))}" for s, of in SIGNS.items())
    return f"case {sign} {lines} else {sign} end"


def told(currencies: str) -> str:
    """SQL: the currency, where it can be one alone."""
    return f"case when length({currencies}) = 3 then {currencies} end"


def contradicts(currencies: str, currency: str) -> str:
    """SQL: whether none of them is the currency. Of a currency that is no ISO code nothing is said."""
    is_code = f"{currency} in ({', '.join(literal(code) for code in codes())})"
    return f"coalesce({currencies} <> '' and not contains({currencies}, {currency}) and {is_code}, false)"
