"""Laws of the sample: snapshots and changed fields agree with the opportunity that they led to."""

import polars as pl

from tests.sample.tables import Sample, none


def test_last_snapshot_is_the_opportunity(sample: Sample) -> None:
    last = sample["OpportunityHistory"].sort("OpportunityId", "CreatedDate").group_by("OpportunityId").last()
    both = sample["Opportunity"].join(last, left_on="Id", right_on="OpportunityId", suffix="_h", validate="1:1")
    assert len(both) == 3000
    for column in ("StageName", "Amount", "CloseDate", "Probability", "ExpectedRevenue"):
        assert none(both.filter(pl.col(column).ne_missing(pl.col(f"{column}_h")))), column
    assert none(both.filter(pl.col("LastModifiedDate") != pl.col("CreatedDate_h")))


def test_first_snapshot_is_the_creation_and_each_names_the_one_before(sample: Sample) -> None:
    history = sample["OpportunityHistory"].sort("OpportunityId", "CreatedDate")
    before = history.with_columns(pl.col("Amount", "CloseDate").shift(1).over("OpportunityId").name.suffix("_before"))
    assert none(before.filter(pl.col("PrevAmount").ne_missing(pl.col("Amount_before"))))
    assert none(before.filter(pl.col("PrevCloseDate").ne_missing(pl.col("CloseDate_before"))))
    first = (
        history.group_by("OpportunityId")
        .first()
        .join(sample["Opportunity"], left_on="OpportunityId", right_on="Id", suffix="_deal")
    )
    assert none(first.filter(pl.col("CreatedDate") != pl.col("CreatedDate_deal")))


def test_stages_only_advance_and_dates_are_pushed(sample: Sample) -> None:
    order = sample["Opportunity"].group_by("StageName").agg(pl.col("Probability").first())
    assert order.filter(pl.col("StageName") == "Negotiation/Review")["Probability"].item() == 90
    history = sample["OpportunityHistory"].sort("OpportunityId", "CreatedDate")
    open_rows = history.filter(~pl.col("StageName").str.starts_with("Closed"))
    steps = open_rows.with_columns(step=pl.col("Probability").diff().over("OpportunityId"))
    assert none(steps.filter(pl.col("step") < 0))
    moved = open_rows.filter(pl.col("PrevCloseDate").is_not_null() & (pl.col("PrevCloseDate") != pl.col("CloseDate")))
    assert len(moved) > 300
    assert (moved["CloseDate"] > moved["PrevCloseDate"]).mean() > 0.6
    assert none(moved.filter(pl.col("CloseDate") <= pl.col("CreatedDate").dt.date()))


def test_field_history_agrees_with_owner_and_dates(sample: Sample) -> None:
    rows = sample["OpportunityFieldHistory"]
    deals = sample["Opportunity"].select("Id", "OwnerId", "CreatedDate", "Scope_Units__c")
    both = rows.join(deals, left_on="OpportunityId", right_on="Id", suffix="_deal")
    owners = both.filter((pl.col("Field") == "Owner") & (pl.col("DataType") == "EntityId"))
    assert len(owners) > 20
    assert none(owners.filter((pl.col("NewValue") != pl.col("OwnerId")) | (pl.col("NewValue") == pl.col("OldValue"))))
    units = both.filter(pl.col("Field") == "Scope_Units__c")
    assert none(units.filter(pl.col("NewValue").cast(pl.Int64) != pl.col("Scope_Units__c")))
    assert none(both.filter(pl.col("CreatedDate") < pl.col("CreatedDate_deal")))
    shots = sample["OpportunityHistory"].select("OpportunityId", "CreatedDate", "CloseDate")
    pushes = rows.filter(pl.col("Field") == "CloseDate").join(shots, on=["OpportunityId", "CreatedDate"])
    assert len(pushes) == (rows["Field"] == "CloseDate").sum()
    assert none(pushes.filter(pl.col("NewValue").str.to_date() != pl.col("CloseDate")))
