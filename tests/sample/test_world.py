"""Laws of the sample: the truth counts the opportunities, whose own columns agree."""

import polars as pl

from tests.sample.tables import Sample, none


def test_truth_counts_what_the_files_hold(sample: Sample) -> None:
    deals, truth = sample["Opportunity"], sample.truth
    assert len(deals) == truth.opportunity_count == 3000
    assert deals["IsWon"].sum() == truth.won_count
    assert (~deals["IsClosed"]).sum() == truth.open_count
    not_won = deals.filter(pl.col("IsClosed") & ~pl.col("IsWon"))
    assert len(not_won) == truth.lost_count + truth.declined_count + truth.void_count
    assert (not_won["LossReason__c"] == "Duplicate").sum() == truth.void_count
    assert (sample["declines"]["kind"] == "real").sum() == truth.declared_decline_count
    real = sample["declines"].filter(pl.col("kind") == "real")["opportunity_id"].implode()
    ours = not_won.filter((pl.col("LossReason__c") == "Poor fit, we declined") | pl.col("Id").is_in(real))
    assert len(ours) == truth.declined_count
    assert deals["List_Amount__c"].null_count() == truth.without_costs_count


def test_flags_stage_and_probability_agree(sample: Sample) -> None:
    deals = sample["Opportunity"]
    assert none(deals.filter(pl.col("IsWon") != (pl.col("StageName") == "Closed Won")))
    assert none(deals.filter(pl.col("IsClosed") != pl.col("StageName").str.starts_with("Closed")))
    assert none(deals.filter(pl.col("IsClosed") & ~pl.col("Probability").is_in([0, 100])))
    assert none(deals.filter(pl.col("LossReason__c").is_not_null() & (pl.col("StageName") != "Closed Lost")))
    assert deals["StageName"].n_unique() == 10


def test_costs_list_and_units_follow_the_price_list(sample: Sample) -> None:
    prices = sample["products"].sort("valid_from")
    deals = (
        sample["Opportunity"]
        .filter(pl.col("Product__c").is_not_null())
        .with_columns(on=pl.col("CreatedDate").dt.date())
    )
    back = sample["returns"]["new_opportunity_id"].implode()
    priced = (
        deals.filter(~pl.col("Id").is_in(back))
        .sort("on")
        .join_asof(
            prices,
            left_on="on",
            right_on="valid_from",
            by_left="Product__c",
            by_right="product",
            check_sortedness=False,
        )
    )
    book = pl.when(pl.col("CurrencyIsoCode") == "USD").then(1.1).otherwise(1.0)
    expected = pl.col("list_amount") * book * pl.col("Scope_Units__c")
    assert none(priced.filter((pl.col("List_Amount__c") - expected).abs() > 0.01 * pl.col("Scope_Units__c")))
    assert set(deals["CurrencyIsoCode"]) == {"EUR", "USD"}


def test_cycles_last_30_to_140_days(sample: Sample) -> None:
    closed = sample["Opportunity"].filter("IsClosed")
    days = (closed["LastModifiedDate"] - closed["CreatedDate"]).dt.total_days()
    assert days.min() >= 28
    assert days.max() <= 142
    assert closed["LastModifiedDate"].dt.date().to_list() == closed["CloseDate"].to_list()
    assert closed["CreatedDate"].dt.weekday().max() <= 5
