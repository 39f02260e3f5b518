"""The settings of exposures, terms and fit as tables, so that the models can join them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jobs.settings import Settings

Row = tuple[object, ...]
Shape = tuple[str, Iterable[Row]]

_PARAMETERS = """
    min_red_flag_count integer, no_decline_count integer, payment_days decimal(18, 4),
    guess_days integer, guess_low_ratio decimal(18, 6), guess_high_ratio decimal(18, 6),
    concede_days integer, stale_days integer
"""


def exposure_tables(settings: Settings) -> Mapping[str, Shape]:
    """Columns and rows by table of staging; names and values of terms and accounts are compared in lower case."""
    terms = settings.terms
    return {
        "exposure_parameters": (_PARAMETERS, [_parameters(settings)]),
        "non_negotiable_terms": (
            "term varchar, limit_value decimal(18, 4)",
            [(plain(name), terms.limits.get(name)) for name in terms.non_negotiable],
        ),
        "catastrophic_terms": (
            "term varchar, word varchar",
            [(plain(name), plain(word)) for name, words in terms.catastrophic.items() for word in words],
        ),
        "fit_values": ("field varchar, value varchar", _fit_values(settings)),
        "fit_limits": ("field varchar, min_value decimal(18, 4), max_value decimal(18, 4)", _fit_limits(settings)),
        "return_windows": ("window_days integer", [(days,) for days in sorted(set(settings.returns.windows_days))]),
    }


def plain(text: str) -> str:
    """As the models compare it: trimmed, in lower case."""
    return text.strip().lower()


def _parameters(settings: Settings) -> Row:
    exposures, returns = settings.exposures, settings.returns
    return (
        exposures.min_red_flags, exposures.no_decline_count, settings.terms.payment_days,
        returns.guess_days, returns.guess_low_ratio, returns.guess_high_ratio,
        returns.concede_days, returns.stale_days,
    )  # fmt: skip


def _fit_values(settings: Settings) -> list[Row]:
    fit = settings.fit
    lists = {
        "industry": fit.industries,
        "country": fit.countries,
        "platform": fit.platforms,
        "use_case": fit.use_cases,
    }
    return [(field, plain(value)) for field, values in lists.items() for value in values]


def _fit_limits(settings: Settings) -> list[Row]:
    fit = settings.fit
    bands = (
        ("employees", fit.min_employees, fit.max_employees),
        ("annual_revenue", fit.min_annual_revenue, fit.max_annual_revenue),
    )
    return [band for band in bands if band[1] is not None or band[2] is not None]
