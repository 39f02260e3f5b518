"""Invented companies for the tests of pages: a whole one, a bare one, and one that never declined."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.render.conducted import conduct
from tests.render.followed import exits
from tests.render.tested import evidence
from tests.render.warehouse import (
    AS_OF,
    EARLIER,
    LAST_QUARTER,
    QUARTER,
    Warehouse,
    accepted,
    deal,
    decline,
    measures,
    money,
    rep,
)


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


# What the reps of the sample differ in: one who needs his deals, one out of reach, one without a quota, one who has made hers.
_AHEAD = {
    "next_quarter_strength": 62.0, "next_quarter_quota_amount": money(500_000), "deals_needed": 3.0,
    "deals_needed_by_on": date(2026, 12, 2), "new_deal_count": 41, "new_deal_probability": 0.12,
    "new_deal_amount": money(38_000), "unborn_amount": money(52_000),
}  # fmt: skip
_BEFORE = {
    "as_of_on": EARLIER, "batna_strength": 41.0, "attainment_probability": 0.52, "won_amount": money(400_000),
}  # fmt: skip
_FAR = {
    "is_out_of_reach": True, "all_won_misses": True, "attainment_probability": 0.0, "batna_strength": 0.0,
    "surviving_share": 0.38, "declined_count": 0, "declined_amount": money(0),
}  # fmt: skip
_NONE = dict.fromkeys((
    "quota_amount", "gap_amount", "expected_amount", "attainment_probability", "batna_strength", "surviving_share",
    "covering_pair_share", "smallest_covering_count", "top_deal_gap_share",
)) | {"batna_basis": "none", "has_quota": False, "is_ramping": True}  # fmt: skip
_MADE = {
    "gap_amount": money(-20_000), "won_amount": money(620_000), "attainment_probability": 1.0, "batna_strength": 100.0,
    "batna_band": "strong", "surviving_share": 1.0, "usual_weak_share": 0.35, "usual_rep_count": 40,
    "band_withheld_reason": None, "expected_amount": None,
}  # fmt: skip


def _reps(warehouse: Warehouse) -> None:
    jonas = rep("R1", "Jonas Weber", **_AHEAD)
    for card in (
        jonas,
        jonas | _BEFORE,
        rep("R2", "Priya Nair", **_FAR),
        rep("R3", "Chen Wei \u9648\u4f1f", **_NONE),
        rep("R4", "Mariya Sokolova", "South", **_MADE),
    ):
        warehouse.add("scores.rep_scorecard", **card)


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
    warehouse.add("ops.checks", check_name="file_rows_add_up", is_passed=True, row_count=0)
    warehouse.add("ops.checks", check_name="team_sums_equal_rep_sums", is_passed=True, row_count=0)
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
