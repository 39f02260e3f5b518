"""The settings as tables, so that the models can join them: staging.parameters and the maps beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise

from babel.numbers import list_currencies
from duckdb import DuckDBPyConnection

from jobs import shipped
from jobs.exposure_tables import exposure_tables
from jobs.settings import Settings
from jobs.settings.kinds import MOST_WEEKS_LEFT

PHASES = ("recognition", "qualified", "evaluation", "negotiation", "closed")

Row = tuple[object, ...]

_LARGEST = Decimal("99999999999999")

_PARAMETERS = """
create or replace table staging.parameters (
    time_zone varchar, currency varchar, margin_basis varchar,
    correlation double, weak_below double, strong_from double, ramp_months integer,
    out_of_reach_share double, similar_amount_share double, new_deal_min_count integer,
    correlation_weeks_left integer,
    first_phase_order integer, max_overdue_days integer, live_days integer, live_quantile double,
    live_min_deals integer, mass_update_deals integer,
    fallback_quota_amount decimal(18, 4), has_list_fallback boolean,
    buffer_target double, hug_ratio double, hug_control_ratio double, not_credible_ratio double,
    low_probability double, high_probability double, outside_probability double, min_closed_deals integer,
    near_line_ratio double, tactical_days integer, escalation_amount decimal(18, 4),
    fast_hours double, first_gap_share double, flat_share double, late_change_days integer,
    expected_min_deals integer, safe_from_share double, pressure_below_share double,
    last_days integer, effect_max_quarters integer, max_unknown_share double
)
"""


def write_parameters(connection: DuckDBPyConnection, settings: Settings) -> None:
    """Write every table of settings; each is replaced whole."""
    connection.execute(_PARAMETERS)
    _insert(connection, "staging.parameters", [_parameters(settings)])
    _table(connection, "learning_parameters", _LEARNING_COLUMNS, [_learning(settings)])
    _table(connection, "weeks_left_bands", "weeks_left integer, weeks_left_band varchar", _bands(settings))
    _table(connection, "currencies", "currency varchar", [(code,) for code in sorted(list_currencies())])
    _table(connection, "stages", "stage varchar, phase varchar, phase_order integer", _stages(settings))
    outcomes = settings.outcomes
    _table(connection, "stage_outcomes", "stage varchar, outcome varchar", outcomes.stage.items())
    _table(connection, "loss_reasons", "loss_reason varchar, outcome varchar", outcomes.loss_reason.items())
    _table(connection, "complete_fields", "field varchar", [(name,) for name in settings.history.complete_fields])
    _table(connection, "phase_defaults", _DEFAULT_COLUMNS, _phase_defaults(settings))
    _table(connection, "quota_deal_types", "deal_type varchar", [(name,) for name in settings.quota.deal_types])
    _table(connection, "approval_roles", "role varchar", [(role,) for role in settings.policy.approval_roles])
    _table(connection, "decline_words", "word varchar", [(word,) for word in _decline_words()])
    _table(connection, "policy_cells", _CELL_COLUMNS, _cells(settings))
    _table(connection, "size_bands", _BAND_COLUMNS, _size_bands(settings))
    for name, (columns, rows) in exposure_tables(settings).items():
        _table(connection, name, columns, rows)


def _parameters(settings: Settings) -> Row:
    batna, candidates, probability = settings.batna, settings.candidates, settings.probability
    buffer, declines = settings.buffer, settings.declines
    conduct, discounts, effects = settings.conduct, settings.discounts, settings.effects
    return (
        settings.workspace.time_zone, settings.reporting.currency, settings.policy.margin_basis,
        0.1 if batna.correlation == "estimate" else batna.correlation, batna.weak_below, batna.strong_from,
        batna.ramp_months, batna.out_of_reach, batna.similar_amount_share, batna.new_deal_min_count,
        batna.correlation_weeks_left,
        PHASES.index(candidates.first_phase), candidates.max_overdue_days, candidates.live_days,
        candidates.live_quantile, candidates.live_min_deals, candidates.mass_update_deals,
        settings.quota.fallback, settings.amount.fallback == "list_amount",
        buffer.target, buffer.hug, buffer.hug_control, buffer.not_credible,
        probability.low, probability.high, probability.outside, probability.min_closed_deals,
        declines.near_line_ratio, declines.tactical_days, declines.escalation_amount,
        conduct.fast_hours, conduct.first_gap_share, conduct.flat_share, conduct.late_change_days,
        discounts.min_deals, discounts.safe_from, discounts.pressure_below,
        effects.last_days, effects.max_quarters, batna.max_unknown_share,
    )  # fmt: skip


def _stages(settings: Settings) -> Iterable[Row]:
    return [(stage, phase, PHASES.index(phase)) for stage, phase in settings.stages.items()]


_LEARNING_COLUMNS = """
    history_quarters integer, min_learnt_deals integer, min_learnt_quarters integer, prior_deals double,
    rep_quarters integer, rep_prior_wins double, rep_factor_low double, rep_factor_high double,
    realisation_min_deals integer, min_rep_quarters integer, max_points integer, bin_count integer
"""


def _learning(settings: Settings) -> Row:
    """What the finished quarters are learnt by: one row."""
    probability, unborn = settings.probability, settings.unborn
    return (
        probability.history_quarters, probability.min_learnt_deals, probability.min_learnt_quarters,
        probability.prior_deals, probability.rep_quarters, probability.rep_prior_wins,
        probability.rep_factor_low, probability.rep_factor_high,
        settings.amount.realisation_min_deals, unborn.min_rep_quarters, unborn.max_points, settings.calibration.bins,
    )  # fmt: skip


def _bands(settings: Settings) -> Iterable[Row]:
    """The band of each number of whole weeks left, named after its first and last."""
    starts = settings.probability.weeks_left_bands
    ends = [start - 1 for start in starts[1:]] + [MOST_WEEKS_LEFT]
    pairs = tuple(zip(starts, ends, strict=True))
    return [(week, f"{start}-{end}") for start, end in pairs for week in range(start, end + 1)]


_DEFAULT_COLUMNS = "phase varchar, inside_probability double, outside_probability double"


def _phase_defaults(settings: Settings) -> Iterable[Row]:
    pairs = settings.probability.phase_defaults.items()
    return [(phase, float(inside), float(outside)) for phase, (inside, outside) in pairs]


def _decline_words() -> Sequence[str]:
    """Words of sellers who leave, in several languages: they make a candidate, never a decline."""
    words = tomllib.loads((shipped.CONFIG / "decline_words.toml").read_text(encoding="utf-8"))
    return sorted({word for language in words.values() for word in language})


_CELL_COLUMNS = """
    cell_number integer, segment varchar, min_amount decimal(18, 4), max_amount decimal(18, 4),
    valid_from date,
    minimum_ratio decimal(9, 6), target_ratio decimal(9, 6),
    minimum_price_share decimal(9, 6), target_price_share decimal(9, 6)
"""


def _cells(settings: Settings) -> Iterable[Row]:
    return [
        (number, cell.segment, cell.min_amount or 0, cell.max_amount or _LARGEST,
         cell.valid_from or "1900-01-01",
         cell.minimum, cell.target, cell.minimum_price_share, cell.target_price_share)
        for number, cell in enumerate(settings.policy.cells, start=1)
    ]  # fmt: skip


_BAND_COLUMNS = "size_band integer, min_amount decimal(18, 4), max_amount decimal(18, 4)"


def _size_bands(settings: Settings) -> Iterable[Row]:
    """Bands of list amounts in reporting currency, from 1: each begins where the one before ends."""
    edges = [Decimal(0), *sorted(settings.discounts.size_bands), _LARGEST]
    return [(number, low, high) for number, (low, high) in enumerate(pairwise(edges), start=1)]


def _table(connection: DuckDBPyConnection, name: str, columns: str, rows: Iterable[Row]) -> None:
    connection.execute(f"create or replace table staging.{name} ({columns})")
    _insert(connection, f"staging.{name}", rows)


def _insert(connection: DuckDBPyConnection, table: str, rows: Iterable[Row]) -> None:
    listed = list(rows)
    if listed:
        marks = f"({', '.join('?' * len(listed[0]))})"
        values = [value for row in listed for value in row]
        connection.execute(f"insert into {table} values {', '.join([marks] * len(listed))}", values)
