"""A small scored warehouse, made by hand: the input of golden pages and of tests of rendering.

Only what pages read is there: scores.* with the columns of the row classes, and ops.*.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from jobs.render.conduct_rows import (
    Difference,
    Effect,
    GroupConduct,
    LowPrice,
    ProcessLine,
    QuarterWeek,
    RepConduct,
    WillingnessThird,
)
from jobs.render.deal_rows import Decline, Move, Position, PossibleDecline, ShouldHaveDeclined
from jobs.render.evidence_rows import CalibrationBin, Correlation, Learning, Skill
from jobs.render.exit_rows import ApprovalRate, DeclineDetail, PossibleReturn, Precedent, ReturnRate, WarningSign
from jobs.render.reader import sql_types
from jobs.render.rows import Check, CompanyWeek, Contest, Finding, Quality, RepScorecard, TeamScorecard

AS_OF = date(2026, 11, 15)
EARLIER = date(2026, 11, 8)
QUARTER = date(2026, 10, 1)
LAST_QUARTER = date(2026, 7, 1)

TABLES: Mapping[str, type[Any]] = {
    "scores.company_week": CompanyWeek,
    "scores.team_scorecard": TeamScorecard,
    "scores.rep_scorecard": RepScorecard,
    "scores.deal_positions": Position,
    "scores.deal_moves": Move,
    "scores.declined_deals": Decline,
    "scores.should_have_declined": ShouldHaveDeclined,
    "scores.possible_declines": PossibleDecline,
    "scores.findings": Finding,
    "scores.data_quality": Quality,
    "scores.quarter_end": QuarterWeek,
    "scores.rep_conduct": RepConduct,
    "scores.team_conduct": GroupConduct,
    "scores.rep_differences": Difference,
    "scores.unneeded_discounts": LowPrice,
    "scores.process_lines": ProcessLine,
    "scores.effects": Effect,
    "scores.willingness": WillingnessThird,
    "scores.calibration": CalibrationBin,
    "scores.calibration_summary": Skill,
    "scores.correlation": Correlation,
    "scores.learning": Learning,
    "scores.approval_rates": ApprovalRate,
    "scores.decline_details": DeclineDetail,
    "scores.return_rates": ReturnRate,
    "scores.possible_returns": PossibleReturn,
    "scores.precedents": Precedent,
    "scores.flag_precision": WarningSign,
    "scores.contests": Contest,
    "ops.checks": Check,
}

_OPS = """
create table ops.rejects (
    file_number integer, file_name varchar, entity varchar, record_number integer,
    column_name varchar, value varchar, reason varchar, record_key varchar, rejects_file varchar,
    cleared_file_number integer
);
create table ops.weeks (as_of_on date, last_file_number integer, settings_hash varchar, scored_number integer);
"""


class Warehouse:
    """Tables to put rows into; what a row leaves out is unknown."""

    def __init__(self) -> None:
        self.connection: DuckDBPyConnection = duckdb.connect()
        self.connection.execute("create schema scores; create schema ops;" + _OPS)
        for table, row_type in TABLES.items():
            columns = ", ".join(f"{name} {kind}" for name, kind in sql_types(row_type).items())
            self.connection.execute(f"create table {table} (as_of_on date, {columns})")

    def add(self, table: str, **values: Any) -> None:
        """One row, by default of the week."""
        row = {"as_of_on": AS_OF} | values
        names, marks = ", ".join(row), ", ".join("?" for _ in row)
        self.connection.execute(f"insert into {table} ({names}) values ({marks})", list(row.values()))


def money(amount: float | str) -> Decimal:
    """An amount, exactly."""
    return Decimal(str(amount))


def measures(**values: Any) -> dict[str, Any]:
    """The measures of a rep, team or company in mid-quarter; what differs is given."""
    usual = {
        "quarter_start_on": QUARTER, "currency": "USD", "weeks_left": 6, "quota_amount": money(600_000),
        "won_amount": money(420_000), "won_count": 4, "lost_count": 3, "closed_count": 7, "gap_amount": money(180_000),
        "expected_amount": money(112_400), "attainment_probability": 0.41, "batna_strength": 34.2,
        "batna_strength_low": 34.1, "batna_strength_high": 34.3, "batna_basis": "table",
        "band_withheld_reason": "uncalibrated", "is_out_of_reach": False, "all_won_misses": False,
        "surviving_share": 0.77, "qualified_count": 7, "candidate_amount": money(510_000), "table_count": 3,
        "table_amount": money(260_000), "covering_pair_share": 0.19, "smallest_covering_count": 2,
        "top_deal_gap_share": 0.61, "effective_deal_count": 4.3, "pipeline_cover_ratio": 1.31,
        "pipeline_cover_without_top_ratio": 0.94, "required_cover_ratio": 3.2, "open_quota_share": 0.85,
        "quarter_left_share": 0.5, "created_4w_count": 2, "created_13w_count": 6, "top_source_share": 0.57,
        "missing_amount_count": 0, "missing_amount_share": 0.0, "declined_count": 1,
        "declined_amount": money(64_000), "returned_count": 0, "margin_protected_amount": money(3_200),
        "win_rate_with_declined": 0.5, "loss_reason_known_share": 0.8, "loss_reason_count": 15,
        "walk_away_preset_share": 0.7, "buffer_coverage_share": 0.4, "median_buffer_ratio": 0.031,
        "hug_share": 0.5, "hug_count": 2, "hug_control_share": 0.25, "lined_won_count": 4,
        "below_threshold_won_count": 1, "below_floor_won_count": 0, "exposure_count": 7, "open_exposure_count": 2,
        "held_count": 2, "excused_count": 1, "broken_count": 1, "unknown_count": 1, "unlogged_count": 1,
        "exposure_4q_count": 12, "held_4q_count": 6, "excused_4q_count": 3, "broken_4q_count": 3, "unknown_4q_count": 0,
        "cut_count": 2, "cut_amount": money(21_500),
        "push_count": 3, "push_days": 74, "last_week_won_share": 0.4, "last_week_won_count": 8,
        "won_4q_count": 20, "closed_4q_count": 64, "probability_source": "crm_capped",
    }  # fmt: skip
    return usual | values


def rep(rep_id: str, name: str, team: str | None = "North", **values: Any) -> dict[str, Any]:
    """A rep's scorecard."""
    own = {"rep_id": rep_id, "rep_name": name, "team": team, "is_ramping": False, "has_quota": True}
    return measures(**own) | values


def deal(opportunity_id: str, rep_id: str, name: str, **values: Any) -> dict[str, Any]:
    """An open deal at the table, above its line."""
    usual = {
        "opportunity_id": opportunity_id, "opportunity_name": name, "account_name": f"{name} Ltd",
        "rep_id": rep_id, "team": "North", "stage": "Negotiation/Review", "phase": "negotiation",
        "deal_type": "new", "is_candidate": True, "is_at_table": True, "close_on": date(2026, 12, 4),
        "days_to_close": 19, "amount": money(90_000), "counted_amount": money(90_000), "price_amount": money(88_000), "list_amount": money(110_000),
        "floor_amount": money(70_000), "threshold_amount": money(80_000), "floor_source": "point", "zone": "clear",
        "buffer_ratio": 0.1, "shortfall_amount": money(0), "stake_amount": money(26_000), "is_preset": True,
        "win_probability": 0.45, "probability_source": "crm_capped", "attainment_without_probability": 0.36, "attainment_if_won_probability": 0.68,
        "team_without_probability": 0.74, "surviving_share": 0.77, "loss_if_gone_amount": money(26_000),
        "pair_code": "rep_weak_team_strong", "comparable_count": 1, "missing_approvals": "",
        "readiness_met_count": 3, "readiness_known_count": 5, "cut_count": 0, "push_count": 0,
    }  # fmt: skip
    return usual | values


def decline(opportunity_id: str, rep_id: str, name: str, **values: Any) -> dict[str, Any]:
    """A good decline of this quarter that has not come back."""
    usual = {
        "opportunity_id": opportunity_id, "opportunity_name": name, "account_name": f"{name} Ltd",
        "rep_id": rep_id, "rep_name": "Jonas Weber", "team": "North", "quarter_start_on": QUARTER,
        "decided_at": datetime(2026, 11, 11, 16, 0), "reason": "economics", "origin": "declared",
        "demanded_amount": money(64_000), "demand_source": "buyer_offer", "floor_amount": money(67_200),
        "threshold_amount": money(75_600), "zone_at_decline": "walk", "loss_avoided_amount": money(0),
        "margin_protected_amount": money(3_200), "contribution_given_up_amount": money(21_000),
        "is_verified": True, "is_good_decline": True, "exit_type": "open_door",
        "reentry_min_amount": money(75_600), "confirmed_by_name": "VP Sales", "rationale_known": True,
        "communicated_at": datetime(2026, 11, 12, 9, 0), "lesson_known": True, "checklist_count": 5,
        "escalation_due": False,
    }  # fmt: skip
    return usual | values


def accepted(opportunity_id: str, rep_id: str, name: str, **values: Any) -> dict[str, Any]:
    """A deal that was signed under its line without an approval."""
    usual = {
        "opportunity_id": opportunity_id, "opportunity_name": name, "account_name": f"{name} Ltd",
        "rep_id": rep_id, "rep_name": "Priya Nair", "team": "North", "quarter_start_on": QUARTER,
        "closed_at": datetime(2026, 10, 30, 12, 0), "price_amount": money(74_000), "floor_amount": money(70_000),
        "threshold_amount": money(80_000), "zone": "approval", "triggers": "price_approval",
        "missing_approvals": "price:vp", "loss_amount": money(0), "below_threshold_amount": money(6_000),
    }  # fmt: skip
    return usual | values
