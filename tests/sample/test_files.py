"""The files themselves: same bytes from the same arguments, the right shapes, ids that lead somewhere."""

import hashlib
import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.sample import Effects, write_sample
from jobs.sample.ids import checksum
from jobs.sample.writers import GENERIC_FILES, SALESFORCE_FILES
from tests.sample.tables import Sample

SMALL = {"reps": 8, "teams": 2, "quarters": 2, "opportunities": 200}
CONTRACT = {  # canonical columns of 02-data.md
    "quotas": "rep_id period_start_on period quota_amount currency",
    "credits": "opportunity_id rep_id share",
    "products": "product valid_from list_amount direct_cost",
    "walk_away_points": "opportunity_id set_at floor_amount threshold_amount currency set_by policy_version",
    "offers": "opportunity_id offered_at side amount currency round is_final lever traded_for in_reply_to_at",
    "change_requests": "opportunity_id requested_at kind value answered_at answer alternative_offered",
    "term_requests": "opportunity_id requested_at term value status decided_at",
    "approvals": "opportunity_id kind role requested_at decision decided_at justification",
    "red_flags": "opportunity_id flag observed_at reported_by",
    "readiness": "opportunity_id item met_at",
    "declines": "opportunity_id decided_at kind reason demanded_amount currency rationale confirmed_by escalated_to "
    "escalation_outcome communicated_at exit_type reentry_min_amount reentry_conditions referred_to lesson",
    "returns": "opportunity_id returned_at new_opportunity_id returned_amount what_changed conditions_met",
    "activities": "opportunity_id account_id occurred_at kind side",
    "outcomes": "opportunity_id as_of_on status realised_margin_amount support_cost_amount",
    "fx_rates": "currency valid_from rate_to_reporting",
}
KEYS = {
    "Opportunity": ["Id"],
    "OpportunityHistory": ["OpportunityId", "CreatedDate"],
    "OpportunityFieldHistory": ["OpportunityId", "CreatedDate", "Field", "DataType"],
    "OpportunityContactRole": ["OpportunityId", "Role"],
    "Account": ["Id"],
    "User": ["Id"],
    "quotas": ["rep_id", "period_start_on"],
    "credits": ["opportunity_id", "rep_id"],
    "products": ["product", "valid_from"],
    "walk_away_points": ["opportunity_id", "set_at"],
    "offers": ["opportunity_id", "offered_at", "side"],
    "change_requests": ["opportunity_id", "requested_at", "kind"],
    "term_requests": ["opportunity_id", "requested_at", "term"],
    "approvals": ["opportunity_id", "kind", "role", "requested_at"],
    "red_flags": ["opportunity_id", "flag", "observed_at"],
    "readiness": ["opportunity_id", "item"],
    "declines": ["opportunity_id", "decided_at"],
    "returns": ["opportunity_id", "returned_at"],
    "activities": ["opportunity_id", "account_id", "occurred_at", "kind", "side"],
    "outcomes": ["opportunity_id", "as_of_on"],
    "fx_rates": ["currency", "valid_from"],
}
POINTS_TO = {
    "OpportunityId": "Opportunity",
    "opportunity_id": "Opportunity",
    "new_opportunity_id": "Opportunity",
    "AccountId": "Account",
    "account_id": "Account",
    "ParentId": "Account",
    "OwnerId": "User",
    "CreatedById": "User",
    "ManagerId": "User",
    "rep_id": "User",
    "set_by": "User",
    "confirmed_by": "User",
    "escalated_to": "User",
    "reported_by": "User",
}


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_equal_arguments_give_equal_bytes(tmp_path: Path) -> None:
    truths = [write_sample(tmp_path / name, **SMALL) for name in ("first", "second")]
    assert truths[0] == truths[1]
    assert digests(tmp_path / "first") == digests(tmp_path / "second")


def test_another_seed_gives_other_bytes(tmp_path: Path) -> None:
    for seed in (1, 2):
        write_sample(tmp_path / str(seed), seed=seed, **SMALL)
    first, second = digests(tmp_path / "1"), digests(tmp_path / "2")
    assert {name for name in first if first[name] == second[name]} == {"products.csv"}


def test_bytes_are_those_of_every_other_machine(tmp_path: Path) -> None:
    write_sample(tmp_path, **SMALL)
    everything = hashlib.sha256("".join(digests(tmp_path).values()).encode()).hexdigest()
    assert everything[:16] == "cace10d26f480b9c"


def test_every_file_is_there_with_its_rows(sample: Sample) -> None:
    names = {path.name for path in sample.folder.iterdir()}
    assert names == set(SALESFORCE_FILES) | set(GENERIC_FILES) == set(sample.truth.rows)
    assert all(len(sample[name.removesuffix(".csv")]) == rows for name, rows in sample.truth.rows.items())
    assert all(rows > 0 for rows in sample.truth.rows.values())


@pytest.mark.parametrize("name", CONTRACT)
def test_generic_files_have_the_canonical_columns(sample: Sample, name: str) -> None:
    assert sample[name].columns == CONTRACT[name].split()


@pytest.mark.parametrize("name", KEYS)
def test_keys_are_unique(sample: Sample, large: Sample, name: str) -> None:
    for one in (sample, large):
        assert one[name].select(KEYS[name]).is_duplicated().sum() == 0


def test_shapes_of_values_are_those_of_the_api(sample: Sample) -> None:
    text = (sample.folder / "Opportunity.csv").read_text(encoding="utf-8").splitlines()
    row = dict(zip(text[0].split(","), re.split(r',(?=(?:[^"]*"[^"]*")*[^"]*$)', text[1]), strict=True))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000", row["CreatedDate"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["CloseDate"])
    assert re.fullmatch(r"\d+\.\d\d", row["Amount"])
    assert row["IsClosed"] in {"true", "false"}
    offer = (sample.folder / "offers.csv").read_text(encoding="utf-8").splitlines()[1].split(",")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", offer[1])


@pytest.mark.parametrize("name", KEYS)
def test_ids_have_their_checksum_and_lead_to_a_row(sample: Sample, name: str) -> None:
    frame = sample[name]
    for column in frame.columns:
        if column == "Id" or column == "ContactId" or column in POINTS_TO:
            ids = frame[column].drop_nulls().unique().to_list()
            assert all(one[15:] == checksum(one[:15]) for one in ids), column
        if column in POINTS_TO:
            known = set(sample[POINTS_TO[column]]["Id"])
            assert set(frame[column].drop_nulls()) <= known, column


def test_small_and_odd_sizes_keep_the_counts_together(tmp_path_factory: pytest.TempPathFactory) -> None:
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.integers(0, 10**6),
        st.dates(date(2020, 1, 1), date(2030, 12, 31)),
        st.integers(1, 9),
        st.integers(1, 5),
        st.booleans(),
    )
    def counts_agree(seed: int, on: date, teams: int, quarters: int, with_effects: bool) -> None:
        effects = Effects() if with_effects else Effects.none()
        truth = write_sample(
            tmp_path_factory.mktemp("odd"),
            seed=seed,
            as_of_on=on,
            teams=teams,
            reps=9,
            quarters=quarters,
            opportunities=150,
            effects=effects,
        )
        ends = (truth.open_count, truth.won_count, truth.lost_count, truth.declined_count, truth.void_count)
        assert sum(ends) == truth.opportunity_count == truth.rows["Opportunity.csv"] == 150
        assert sum(truth.declined_by_quarter.values()) == truth.declined_count

    counts_agree()


@pytest.mark.parametrize("on", [date(2026, 8, 1), date(2026, 8, 3), date(2027, 1, 31), date(2024, 2, 29)])
def test_first_and_last_days_of_a_quarter_do(tmp_path: Path, on: date) -> None:
    write_sample(tmp_path, as_of_on=on, **SMALL)
    opportunity = pl.read_csv(tmp_path / "Opportunity.csv", try_parse_dates=True)
    assert opportunity.filter("IsClosed")["CloseDate"].max() <= on


@pytest.mark.parametrize(
    "wrong", [{"seed": -1}, {"reps": 7}, {"teams": 0}, {"teams": 30}, {"quarters": 0}, {"opportunities": 99}]
)
def test_sizes_too_small_are_refused(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="choose"):
        write_sample(tmp_path, **wrong)
    assert not any(tmp_path.iterdir())


def test_history_comes_in_the_number_asked_for(large: Sample) -> None:
    assert large.truth.rows["OpportunityHistory.csv"] == 120_000
