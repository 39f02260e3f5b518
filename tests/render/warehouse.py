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
from tests.render.conducted import conduct
from tests.render.followed import exits
from tests.render.tested import evidence

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


def sample() -> Warehouse:
    """A company of two teams and four reps, in which every kind of sentence has its case."""
    warehouse = Warehouse()
    _groups(warehouse)
    _reps(warehouse)
    _deals(warehouse)
    _registers(warehouse)
    _data(warehouse)
    conduct(warehouse.add)
    evidence(warehouse.add)
    exits(warehouse.add)
    return warehouse


def _groups(warehouse: Warehouse) -> None:
    counts = {"rep_count": 4, "quota_missing_rep_count": 1, "weak_rep_count": None}
    company = measures(
        **counts, quota_amount=money(1_800_000), won_amount=money(1_150_000), gap_amount=money(650_000),
        expected_amount=money(401_000), attainment_probability=0.23, batna_strength=18.4, surviving_share=0.93,
        qualified_count=15, declined_count=2, declined_amount=money(184_000), returned_count=1, table_count=6,
        table_amount=money(520_000), below_threshold_won_count=3, below_floor_won_count=1,
    )  # fmt: skip
    warehouse.add("scores.company_week", **company)
    before = {
        "as_of_on": EARLIER,
        "declined_count": 1,
        "won_amount": money(1_070_000),
        "attainment_probability": 0.19,
    }
    warehouse.add("scores.company_week", **company | before | {"buffer_coverage_share": 0.52, "weeks_left": 7})
    north = measures(**counts | {"rep_count": 3}, team="North", batna_strength=74.0, attainment_probability=0.81)
    warehouse.add("scores.team_scorecard", **north)
    warehouse.add("scores.team_scorecard", **north | {"as_of_on": EARLIER, "batna_strength": 70.1})
    south = {"team": "South", "rep_count": 1, "gap_amount": money(-20_000), "won_amount": money(620_000)}
    made = {
        "batna_strength": 100.0,
        "attainment_probability": 1.0,
        "surviving_share": 1.0,
        "expected_amount": None,
    }
    warehouse.add("scores.team_scorecard", **measures(**counts | south | made))


def _reps(warehouse: Warehouse) -> None:
    ahead = {
        "next_quarter_strength": 62.0, "next_quarter_quota_amount": money(500_000), "deals_needed": 3.0,
        "deals_needed_by_on": date(2026, 12, 2), "new_deal_count": 41, "new_deal_probability": 0.12,
        "new_deal_amount": money(38_000), "unborn_amount": money(52_000),
    }  # fmt: skip
    jonas = rep("R1", "Jonas Weber", **ahead)
    warehouse.add("scores.rep_scorecard", **jonas)
    before = {
        "as_of_on": EARLIER,
        "batna_strength": 41.0,
        "attainment_probability": 0.52,
        "won_amount": money(400_000),
    }
    warehouse.add("scores.rep_scorecard", **jonas | before)
    far = {
        "is_out_of_reach": True,
        "all_won_misses": True,
        "attainment_probability": 0.0,
        "batna_strength": 0.0,
    }
    warehouse.add(
        "scores.rep_scorecard",
        **rep("R2", "Priya Nair", **far, surviving_share=0.38, declined_count=0, declined_amount=money(0)),
    )
    none = dict.fromkeys(("quota_amount", "gap_amount", "expected_amount", "attainment_probability", "batna_strength"))
    bare = dict.fromkeys(("surviving_share", "covering_pair_share", "smallest_covering_count", "top_deal_gap_share"))
    warehouse.add(
        "scores.rep_scorecard",
        **rep(
            "R3",
            "Chen Wei \u9648\u4f1f",
            **none,
            **bare,
            batna_basis="none",
            has_quota=False,
            is_ramping=True,
        ),
    )
    made = {"gap_amount": money(-20_000), "won_amount": money(620_000), "attainment_probability": 1.0}
    warehouse.add(
        "scores.rep_scorecard",
        **rep("R4", "Mariya Sokolova", "South", **made, batna_strength=100.0, batna_band="strong", surviving_share=1.0, usual_weak_share=0.35,
              usual_rep_count=40, band_withheld_reason=None, expected_amount=None),
    )  # fmt: skip


def _deals(warehouse: Warehouse) -> None:
    def add(*key: str, **values: Any) -> None:
        warehouse.add("scores.deal_positions", **deal(*key, **values))

    add("D1", "R1", "Harbour", price_amount=money(66_500), zone="walk", buffer_ratio=-0.16875,
        shortfall_amount=money(13_500), stake_amount=money(41_000), loss_if_gone_amount=money(41_000),
        surviving_share=0.63, flags="C080,C094", last_buyer_amount=money(64_000), cut_count=2,
        cut_amount=money(13_500), push_count=1, push_days=28)  # fmt: skip
    add("D2", "R1", "Duero", pair_code="both_strong", last_buyer_amount=money(78_000), is_preset=False)
    add("D3", "R1", "Lotus", is_at_table=False, phase="evaluation", stage="Proposal", zone=None, threshold_amount=None,
        floor_amount=None, floor_source=None, buffer_ratio=None, shortfall_amount=None, stake_amount=money(9_000),
        loss_if_gone_amount=money(9_000), surviving_share=0.92, pair_code=None)  # fmt: skip
    add("D4", "R1", "Cobalt", is_candidate=False, is_at_table=False, phase="recognition", candidate_reason="phase_early",
        zone=None, threshold_amount=None, floor_amount=None, win_probability=None, loss_if_gone_amount=None,
        surviving_share=None, stake_amount=None)  # fmt: skip
    add("D5", "R2", "Seraya", zone="approval", price_amount=money(78_800), buffer_ratio=-0.015, surviving_share=0.38,
        shortfall_amount=money(1_200), missing_approvals="price:vp", pair_code="both_weak",
        close_on=date(2026, 11, 10), days_to_close=-5)  # fmt: skip
    add("D6", "R3", "Quarry", list_amount=None, price_amount=money(161), threshold_amount=money("141.75"),
        floor_amount=money("126"), buffer_ratio=0.1358, amount=money(161), loss_if_gone_amount=None,
        surviving_share=None, pair_code=None, stake_amount=None, attainment_without_probability=None,
        attainment_if_won_probability=None)  # fmt: skip
    add("D7", "R4", "Fjord", surviving_share=1.0, loss_if_gone_amount=money(0), stake_amount=money(0), team="South",
        pair_code="both_strong", attainment_without_probability=1.0)  # fmt: skip
    for key, move in {
        "D1": "walk_open_door", "D2": "hold", "D3": "slow_down", "D5": "escalate", "D6": "ask_alternatives", "D7": "hold"
    }.items():  # fmt: skip
        warehouse.add("scores.deal_moves", opportunity_id=key, move=move)
    earlier = {"as_of_on": EARLIER, "opportunity_name": "Seraya", "rep_id": "R2", "is_at_table": True}
    warehouse.add("scores.deal_positions", **earlier, opportunity_id="D5", zone="clear", is_candidate=True)
    gone = earlier | {"opportunity_name": "Orchid", "rep_id": "R1"}
    warehouse.add("scores.deal_positions", **gone, opportunity_id="D9", zone="walk", is_candidate=True)


def _registers(warehouse: Warehouse) -> None:
    warehouse.add("scores.declined_deals", **decline("X1", "R1", "Castell"))
    warehouse.add(
        "scores.declined_deals",
        **decline("X2", "R4", "Pelangi", rep_name="Mariya Sokolova", team="South", decided_at=datetime(2026, 10, 20, 9, 0),
                  demanded_amount=money(120_000), returned_at=datetime(2026, 11, 8, 9, 0), days_to_return=19,
                  returned_amount=money(141_000), recovered_amount=money(21_000), return_uplift_ratio=0.175,
                  is_good_decline=False, is_verified=False, lesson_known=False, checklist_count=4, later_status="won"),
    )  # fmt: skip
    warehouse.add(
        "scores.declined_deals",
        **decline("X3", "R1", "Arbor", quarter_start_on=LAST_QUARTER, decided_at=datetime(2026, 8, 3, 9, 0),
                  reason="misfit", origin="mapped", exit_type="closed_door", confirmed_by_name=None, communicated_at=None,
                  demanded_amount=None, demand_source=None, is_verified=False, is_good_decline=False,
                  loss_avoided_amount=None, margin_protected_amount=None, contribution_given_up_amount=None,
                  checklist_count=1, escalation_due=True),
    )  # fmt: skip
    warehouse.add("scores.should_have_declined", **accepted("A1", "R2", "Brightwater"))
    warehouse.add(
        "scores.should_have_declined",
        **accepted("A2", "R2", "Saffron", zone="walk", price_amount=money(66_000), triggers="price_walk",
                   missing_approvals="", loss_amount=money(4_000), below_threshold_amount=money(14_000),
                   later_status="churned"),
    )  # fmt: skip
    warehouse.add(
        "scores.possible_declines", opportunity_id="P1", opportunity_name="Baltic", account_name="Baltic Ltd",
        rep_id="R1", rep_name="Jonas Weber", team="North", closed_at=datetime(2026, 10, 9, 9, 0),
        amount=money(48_000), signals="no_competitor,words",
    )  # fmt: skip


def _data(warehouse: Warehouse) -> None:
    quality = "scores.data_quality"
    warehouse.add(quality, measure="batna_strength", is_measurable=True, known_share=0.75, row_count=4)
    warehouse.add(quality, measure="returned_count", is_measurable=True)
    for measure in ("readiness_met_count", "held_share"):
        warehouse.add(
            quality, measure=measure, is_measurable=False, missing_entity="readiness", missing_column="met_at",
            reason="missing",
        )  # fmt: skip
    for opportunity_id in ("D4", "D6"):
        warehouse.add("scores.findings", code="amount_not_positive", severity="warning", opportunity_id=opportunity_id)
    warehouse.add("scores.findings", code="rep_without_quota", severity="info", rep_id="R3")
    warehouse.add("ops.checks", check_name="rows_in_are_accounted_for", is_passed=True, row_count=0)
    warehouse.add("ops.checks", check_name="team_sums_are_rep_sums", is_passed=True, row_count=0)
    warehouse.connection.execute("insert into ops.weeks values (?, 3, '', 1), (?, 3, '', 2)", [EARLIER, AS_OF])
    for file_number, record in ((1, 7), (1, 9), (9, 2)):
        warehouse.connection.execute(
            "insert into ops.rejects (file_number, file_name, entity, record_number, column_name, value, reason)"
            " values (?, 'deals.csv', 'opportunities', ?, 'close_on', 'soon', 'not a date')",
            [file_number, record],
        )
    for week, discount in ((1, 0.152), (2, 0.149), (3, 0.161), (7, 0.183)):
        warehouse.add(
            "scores.quarter_end",
            quarter_start_on=QUARTER,
            week_number=week,
            won_count=4,
            discount_ratio=discount,
        )
    for week in range(1, 14):
        warehouse.add("scores.quarter_end", quarter_start_on=LAST_QUARTER, week_number=week, won_count=5,
                      discount_ratio=0.14 + week / 100, expected_discount_ratio=0.17, lined_won_count=5,
                      below_threshold_count=week // 6, crossing_count=week // 13)  # fmt: skip


def bare() -> Warehouse:
    """A company that exports opportunities and quotas and nothing else: where most workspaces begin."""
    warehouse = Warehouse()
    unknown = dict.fromkeys((
        "declined_count", "declined_amount", "returned_count", "margin_protected_amount", "walk_away_preset_share",
        "buffer_coverage_share", "median_buffer_ratio", "hug_share", "hug_count", "hug_control_share",
        "lined_won_count", "below_threshold_won_count", "below_floor_won_count", "win_rate_with_declined", "exposure_count", "open_exposure_count", "held_count", "excused_count",
        "broken_count", "unknown_count", "unlogged_count", "exposure_4q_count", "held_4q_count", "excused_4q_count",
        "broken_4q_count", "unknown_4q_count",
    ))  # fmt: skip
    common = unknown | {"loss_reason_known_share": 0.4, "probability_source": "phase_default"}
    warehouse.add("scores.company_week", **measures(**common, rep_count=1, quota_missing_rep_count=0))
    warehouse.add("scores.team_scorecard", **measures(**common, team="unassigned", rep_count=1))
    warehouse.add("scores.rep_scorecard", **rep("R1", "Jonas Weber", "unassigned", **common))
    lineless = {
        "team": "unassigned", "list_amount": None, "floor_amount": None, "threshold_amount": None, "zone": None,
        "floor_source": None, "buffer_ratio": None, "shortfall_amount": None, "missing_approvals": None,
        "readiness_met_count": None, "readiness_known_count": None, "pair_code": None, "is_preset": None,
    }  # fmt: skip
    big = {"surviving_share": 0.31, "loss_if_gone_amount": money(77_500), "stake_amount": money(77_500)}
    cut = {"cut_count": 2, "cut_amount": money(12_000), "push_count": 4, "push_days": 96}
    warehouse.add("scores.deal_positions", **deal("D1", "R1", "Harbour", **lineless | big | cut))
    warehouse.add("scores.deal_positions", **deal("D2", "R1", "Duero", **lineless))
    for number in (1, 2):
        warehouse.add(
            "scores.possible_declines", opportunity_id=f"P{number}", opportunity_name=f"Baltic {number}", rep_id="R1",
            rep_name="Jonas Weber", team="unassigned", closed_at=datetime(2026, 10, number, 9, 0), amount=money(48_000),
            signals="no_competitor,out_of_negotiation",
        )  # fmt: skip
    for measure, entity, column in (
        ("declined_count", "declines", "opportunity_id"),
        ("buffer_coverage_share", "walk_away_points", "threshold_amount"),
        ("offer_price", "offers", "amount"),
    ):
        warehouse.add(
            "scores.data_quality", measure=measure, is_measurable=False, missing_entity=entity, missing_column=column,
            reason="missing",
        )  # fmt: skip
    warehouse.connection.execute("insert into ops.weeks values (?, 3, '', 1)", [AS_OF])
    return warehouse


def none_declined() -> Warehouse:
    """The sample without a single decline of any quarter, although declines are recorded there."""
    warehouse = sample()
    warehouse.connection.execute("delete from scores.declined_deals")
    warehouse.connection.execute("delete from scores.possible_declines")
    for table in ("company_week", "team_scorecard", "rep_scorecard"):
        warehouse.connection.execute(
            f"update scores.{table} set declined_count = 0, declined_amount = 0, returned_count = 0"
        )
    return warehouse
