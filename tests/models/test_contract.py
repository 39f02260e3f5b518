"""The marts that reports, tests and analysts rely on: their names and columns (02-data.md), their comments, their documents."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from jobs import shipped
from jobs.check import run_checks
from jobs.models import leading_comment, read_models
from tests.models.world import AS_OF, World, deal, quota, rows, world

DOCS = Path(__file__).parents[2] / "docs"

SCORECARD = """quarter_start_on quota_amount won_amount gap_amount attainment_probability batna_strength batna_strength_low
    batna_strength_high batna_basis batna_band is_exact surviving_share next_quarter_strength deals_needed qualified_count
    covering_pair_share smallest_covering_count top_deal_gap_share effective_deal_count weeks_left pipeline_cover_ratio
    pipeline_cover_without_top_ratio exposure_count held_count excused_count broken_count held_share held_share_low
    held_share_high unlogged_share declined_count declined_amount margin_protected_amount returned_count
    walk_away_preset_share buffer_coverage_share median_buffer_ratio hug_share below_threshold_won_count
    below_floor_won_count"""

CONTRACT = {
    "rep_scorecard": f"rep_id rep_name team as_of_on {SCORECARD}",
    "team_scorecard": f"team as_of_on {SCORECARD}",
    "company_week": f"as_of_on {SCORECARD}",
    "deal_positions": """opportunity_id rep_id as_of_on is_candidate is_at_table phase price_amount list_amount floor_amount
        threshold_amount floor_source zone buffer_ratio corridor_share win_probability probability_source
        attainment_without_probability attainment_if_won_probability team_without_probability surviving_share
        loss_if_gone_amount comparable_count missing_approvals red_flag_count readiness_met_count readiness_known_count""",
    "declined_deals": """opportunity_id rep_id quarter_start_on decided_at reason origin demanded_amount floor_amount
        threshold_amount zone_at_decline loss_avoided_amount margin_protected_amount contribution_given_up_amount is_verified
        is_good_decline exit_type checklist_count escalation_due escalated_to returned_at returned_amount
        return_uplift_ratio recovered_amount later_status""",
    "should_have_declined": """opportunity_id rep_id quarter_start_on closed_at price_amount floor_amount threshold_amount zone
        triggers missing_approvals loss_amount below_threshold_amount later_status""",
    "exposures": """opportunity_id rep_id quarter_start_on triggers first_exposed_at ending price_amount threshold_amount
        floor_amount is_logged_before_close missing_approvals""",
    "approval_rates": """period kind role requested_count approved_count refused_count late_count approval_rate approval_rate_low
        approval_rate_high""",
    "decline_mix": "quarter_start_on dimension code declined_count declined_amount",
    "return_rates": "basis exit_type window_days ended_count returned_count return_rate return_rate_low return_rate_high",
    "possible_returns": "opportunity_id rep_id account_id new_opportunity_id days_to_return amount_ratio",
    "precedents": "after_kind measure next_deal_count known_count value_mean value_low value_high",
    "flag_precision": "sign_kind code deal_count told_count churned_count churned_share churned_share_low churned_share_high",
    "possible_declines": "opportunity_id rep_id closed_at amount signals",
    "unneeded_discounts": """opportunity_id rep_id quarter_start_on price_amount expected_price_amount
        without_probability_at_start unneeded_discount_amount pressure_discount_amount""",
    "concessions": """opportunity_id rep_id concession_source concession_count first_concession_phase
        first_concession_gap_share shape mean_step_ratio median_hours_to_concede unpaid_concession_share after_final_count""",
    "quarter_end": """quarter_start_on week_number won_count won_amount discount_ratio expected_discount_ratio
        below_threshold_count crossing_count""",
    "rep_conduct": """rep_id rep_name team as_of_on from_on concession_count fast_concession_share fast_concession_share_low
        fast_concession_share_high unpaid_concession_share price_only_concession_share after_final_count early_concession_share
        mean_first_gap_share readiness_met_share single_threaded_count late_change_count late_accepted_fast_count late_traded_count
        late_alternative_count pulled_date_count crossing_count signalled_strength signal_disagreement signal_facts""",
    "team_conduct": "group_kind group_id as_of_on from_on concession_count fast_concession_share signalled_strength",
    "rep_differences": """as_of_on measure rep_id success_count trial_count team_share shrunk_share shrunk_low shrunk_high p_value
        is_reported direction""",
    "effects": "as_of_on effect estimate low high deal_count quarter_count rep_count is_reported reason",
    "willingness": """as_of_on view third deal_count won_count win_rate win_rate_low win_rate_high priced_count price_share
        price_share_low price_share_high win_rate_difference price_share_difference""",
    "process_lines": """quarter_start_on decided_count won_count bids_per_win_ratio median_cycle_days discount_ratio
        concessions_per_deal_ratio won_per_rep_amount""",
    "learning": "as_of_on probability_source deal_count quarter_count unborn_rep_quarter_count",
    "correlation": """as_of_on correlation correlation_low correlation_high rep_quarter_count deal_count correlation_source
        mean_move_points largest_move_points""",
    "calibration": """quantity segment weeks_left_band bin_low bin_high predicted_mean observed_rate observed_low observed_high
        deal_count quarter_count""",
    "calibration_summary": """quantity segment weeks_left_band brier base_rate_brier skill skill_low skill_high deal_count
        quarter_count""",
    "data_quality": "measure is_measurable missing_entity missing_column known_share row_count",
    "contests": """row_kind opportunity_id rep_id measure contested_at contested_by claim proposed_value status settled_at
        settled_by settlement has_row""",
    "contest_counts": "as_of_on rep_id team open_count accepted_count rejected_count",
    "findings": "code severity opportunity_id rep_id as_of_on detail",
}


@pytest.fixture(scope="module")
def built() -> World:
    return world({"opportunities": [deal("d1", probability=0.5)], "quotas": [quota(100)]})


@pytest.mark.parametrize("mart", CONTRACT)
def test_a_mart_has_the_columns_of_its_contract(built: World, mart: str) -> None:
    found = {row[0] for row in built.execute(f"describe marts.{mart}").fetchall()}

    assert set(CONTRACT[mart].split()) <= found


@pytest.mark.parametrize("mart", CONTRACT)
def test_no_mart_holds_an_unknown_model_column(built: World, mart: str) -> None:
    names = [row[0] for row in built.execute(f"describe marts.{mart}").fetchall()]

    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)


def test_what_cannot_be_measured_is_null_and_says_so(built: World) -> None:
    card = rows(built, "select * from marts.rep_scorecard")[0]
    reasons = {row["measure"]: row["reason"] for row in rows(built, "select * from marts.data_quality")}

    for measure in (
        "batna_band",
        "next_quarter_strength",
        "deals_needed",
    ):
        assert card[measure] is None
        assert reasons[measure] == "missing"


def test_every_model_says_what_it_is_and_its_grain() -> None:
    for model in read_models(shipped.SQL):
        assert re.search(r"One row per .+\.", model.comment), model.name


def test_the_comments_reach_the_catalogue(built: World) -> None:
    comments = dict(
        built.execute(
            "select schema_name || '.' || table_name, comment from duckdb_tables() union all "
            "select schema_name || '.' || view_name, comment from duckdb_views() where not internal"
        ).fetchall()
    )

    for model in read_models(shipped.SQL):
        if model.schema != "working":
            assert comments[model.name] == model.comment


def test_every_check_holds_on_a_plain_week(built: World) -> None:
    results = run_checks(built.whole(), [AS_OF])

    assert [result for result in results if not result.is_passed] == []
    assert len(rows(built, "select * from ops.checks")) == len(results)


BROKEN: list[tuple[str, str]] = [
    (
        "file_rows_add_up",
        "update ops.files set rows_in = 9, rows_loaded = 8, rows_unchanged = 0, rows_refused = 0",
    ),
    ("every_version_has_its_file", "update ops.files set file_number = 0 where entity = 'opportunities'"),
    ("one_state_per_deal", "insert into staging.deal_spells select * from staging.deal_spells"),
    ("every_deal_has_one_outcome", "update staging.deal_spells set outcome = null"),
    (
        "no_deal_closes_after_its_week",
        "update staging.deal_spells set outcome = 'won', closed_on = date '2026-09-01'",
    ),
    ("every_open_deal_has_one_position", "delete from scores.deal_positions"),
    ("every_owner_has_one_scorecard", "delete from scores.rep_scorecard"),
    ("team_sums_equal_rep_sums", "update scores.books set won_amount = 1 where book_kind = 'team'"),
    ("team_sums_equal_rep_sums", "update scores.books set quota_amount = 1 where book_kind = 'company'"),
    (
        "team_counts_equal_rep_counts",
        "update scores.rep_scorecard set declined_count = 1; update scores.company_week set declined_count = 2",
    ),
    (
        "broken_exposures_should_have_been_declined",
        "insert into scores.exposures (as_of_on, opportunity_id, ending) select as_of_on, opportunity_id, 'broken' from staging.deals",
    ),
    ("conduct_pools_are_rep_sums", "update scores.team_conduct set concession_count = 9 where group_kind = 'company'"),
    ("every_decline_has_one_entry", "update staging.deal_spells set outcome = 'declined'"),
    ("probabilities_are_in_order", "update scores.deal_attainment set without_probability = 1.1"),
    ("strengths_are_within_their_bounds", "update scores.rep_scorecard set batna_strength = 101"),
    ("zones_agree_with_lines", "update staging.deal_spells set zone = 'walk'"),
    (
        "accepted_below_the_line_are_wins",
        "insert into scores.should_have_declined (as_of_on, opportunity_id) select as_of_on, opportunity_id from staging.deals",
    ),
]


@pytest.mark.parametrize(
    ("check", "damage"), BROKEN, ids=[f"{check}-{number}" for number, (check, _) in enumerate(BROKEN)]
)
def test_a_check_finds_the_rows_that_break_it(built: World, check: str, damage: str) -> None:
    built.execute("begin")
    try:
        built.execute(damage)
        failed = {result.name: result for result in run_checks(built.whole(), [AS_OF]) if not result.is_passed}
    finally:
        built.execute("rollback")

    assert check in failed
    assert failed[check].sample


def test_every_check_has_a_case_that_breaks_it() -> None:
    assert {path.stem for path in (shipped.SQL / "checks").glob("*.sql")} == {check for check, _ in BROKEN}


def _codes() -> set[str]:
    models = ("scores/findings.sql", "working/contradictions.sql")
    sql = "".join((shipped.SQL / model).read_text(encoding="utf-8") for model in models)
    quoted = set(re.findall(r"'([a-z]+(?:_[a-z]+)+)'", sql))
    return quoted - {"declined", "void", "walk_away_points", "open_door"}


@pytest.mark.parametrize(
    ("document", "names"),
    [
        ("marts.md", [f"marts.{mart}" for mart in CONTRACT]),
        ("checks.md", [path.stem for path in (shipped.SQL / "checks").glob("*.sql")]),
        ("findings.md", sorted(_codes())),
    ],
)
def test_it_is_documented(document: str, names: list[str]) -> None:
    text = (DOCS / document).read_text(encoding="utf-8")

    assert [name for name in names if name not in text] == []


def test_the_comment_of_a_check_says_what_holds() -> None:
    text: dict[str, Any] = {
        path.stem: leading_comment(path.read_text()) for path in (shipped.SQL / "checks").glob("*.sql")
    }

    assert all(text.values())
