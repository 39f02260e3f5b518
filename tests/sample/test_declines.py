"""Laws of the sample: declines have their reasons, and returns their declines."""

from datetime import timedelta

import polars as pl

from tests.sample.tables import Sample, joined, none


def test_declines_are_closed_lost_with_a_reason_and_the_last_demand(sample: Sample, deals: pl.DataFrame) -> None:
    rows = joined(sample, "declines")
    real = rows.filter(pl.col("kind") == "real")
    assert none(real.filter((pl.col("deal_StageName") != "Closed Lost") | pl.col("deal_LossReason__c").is_null()))
    assert none(rows.filter((pl.col("kind") == "tactical") & (pl.col("deal_StageName") == "Closed Lost")))
    demands = sample["offers"].filter(pl.col("side") == "buyer").sort("offered_at").group_by("opportunity_id").last()
    both = real.join(demands, on="opportunity_id", suffix="_offer")
    assert len(both) > 50
    assert none(both.filter(pl.col("amount") != pl.col("demanded_amount")))
    lines = real.join(deals, left_on="opportunity_id", right_on="Id", suffix="_deal")
    assert none(lines.filter(pl.col("demanded_amount") >= pl.col("threshold")))
    assert none(lines.filter(pl.col("Amount") < pl.col("threshold") - 0.01))
    assert real["reason"].n_unique() >= 5


def test_declines_come_in_every_quarter(sample: Sample) -> None:
    counts = sample.truth.declined_by_quarter
    assert len(counts) == 9
    assert min(counts.values()) >= 3


def test_returns_lead_from_a_decline_to_a_later_deal_of_the_same_customer(sample: Sample) -> None:
    columns = [
        "Id",
        "AccountId",
        "OwnerId",
        "Product__c",
        "CreatedDate",
        "IsWon",
        "IsClosed",
        "CurrencyIsoCode",
    ]
    deals = sample["Opportunity"].select(columns)
    real = sample["declines"].filter(pl.col("kind") == "real")
    rows = (
        sample["returns"]
        .join(real, on="opportunity_id", validate="1:1")
        .join(deals, left_on="opportunity_id", right_on="Id", suffix="_old")
        .join(deals, left_on="new_opportunity_id", right_on="Id", suffix="_new", validate="1:1")
    )
    assert len(rows) == sample.truth.returned_count > 15
    for column in ("AccountId", "OwnerId", "Product__c", "CurrencyIsoCode"):
        assert none(rows.filter(pl.col(column) != pl.col(f"{column}_new"))), column
    assert none(rows.filter(pl.col("returned_at") != pl.col("CreatedDate_new")))
    assert none(rows.filter(pl.col("returned_at") < pl.col("decided_at") + timedelta(days=2)))
    won, closed = rows["IsWon_new"].sum(), rows["IsClosed_new"].sum()
    assert won == sample.truth.returned_won_count
    assert won > 5
    assert closed > won


def test_evidence_supports_the_reason_of_a_decline(sample: Sample) -> None:
    real = sample["declines"].filter(pl.col("kind") == "real")
    flags = sample["red_flags"].group_by("opportunity_id").len()
    flagged = real.filter(pl.col("reason") == "red_flag").join(flags, on="opportunity_id", how="left")
    assert none(flagged.filter(pl.col("len").fill_null(0) < 2))
    risky = real.filter(pl.col("reason") == "risk").join(sample["term_requests"], on="opportunity_id", how="left")
    assert none(risky.filter(pl.col("status") != "refused"))
    assert none(risky.filter(pl.col("status").is_null()))
