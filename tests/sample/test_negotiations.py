"""Laws of the sample: offers, approvals and prices at the table agree with the deal that they are of."""

from datetime import datetime

import polars as pl
import pytest

from tests.sample.tables import Sample, joined, none

LAST = datetime(2026, 11, 15, 23, 59, 59)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("offers", "offered_at"),
        ("walk_away_points", "set_at"),
        ("declines", "decided_at"),
        ("term_requests", "requested_at"),
        ("change_requests", "requested_at"),
        ("change_requests", "answered_at"),
        ("red_flags", "observed_at"),
        ("readiness", "met_at"),
        ("approvals", "requested_at"),
        ("activities", "occurred_at"),
    ],
)
def test_events_lie_between_creation_and_closing(sample: Sample, name: str, column: str) -> None:
    rows = joined(sample, name).filter(pl.col(column).is_not_null())
    assert none(rows.filter(pl.col(column) < pl.col("deal_CreatedDate")))
    assert none(rows.filter(pl.col("deal_IsClosed") & (pl.col(column) > pl.col("deal_LastModifiedDate"))))
    assert none(rows.filter(pl.col(column) > LAST))


def test_amount_is_our_last_offer(sample: Sample) -> None:
    seller = sample["offers"].filter(pl.col("side") == "seller").sort("opportunity_id", "offered_at")
    last = seller.group_by("opportunity_id").last()
    both = last.join(sample["Opportunity"], left_on="opportunity_id", right_on="Id")
    assert none(both.filter(pl.col("amount") != pl.col("Amount")))
    falls = seller.with_columns(step=pl.col("amount").diff().over("opportunity_id"))
    assert none(falls.filter(pl.col("step") > 0))
    assert (falls["step"] < 0).sum() > 1_000


def test_buyer_never_asks_for_more_than_we_ask(sample: Sample) -> None:
    offers = sample["offers"].sort("opportunity_id", "offered_at")
    ours = pl.when(pl.col("side") == "seller").then("amount").forward_fill().over("opportunity_id")
    assert none(offers.with_columns(ours=ours).filter(pl.col("amount") > pl.col("ours")))
    demands = offers.filter(pl.col("side") == "buyer")
    assert none(demands.with_columns(step=pl.col("amount").diff().over("opportunity_id")).filter(pl.col("step") < 0))
    replies = offers.filter(pl.col("in_reply_to_at").is_not_null())
    asked = replies.join(
        demands,
        left_on=["opportunity_id", "in_reply_to_at"],
        right_on=["opportunity_id", "offered_at"],
        how="anti",
    )
    assert none(asked)


def test_price_approvals_of_won_deals_mostly_precede_the_closing(sample: Sample) -> None:
    rows = joined(sample, "approvals").filter((pl.col("kind") == "price") & pl.col("deal_IsWon"))
    late = rows.filter(pl.col("decided_at") > pl.col("deal_LastModifiedDate"))
    assert 0 < len(late) < 0.2 * len(rows)
    assert none(rows.filter(pl.col("decided_at") > LAST))
    others = joined(sample, "approvals").filter((pl.col("kind") != "price") & pl.col("decided_at").is_not_null())
    assert none(others.filter(pl.col("decided_at") > pl.col("deal_LastModifiedDate")))
    assert none(sample["approvals"].filter((pl.col("decision") == "pending") != pl.col("decided_at").is_null()))


def test_every_open_zone_is_at_the_table(sample: Sample, deals: pl.DataFrame) -> None:
    table = deals.filter(pl.col("StageName") == "Negotiation/Review")
    truth = sample.truth
    clear = table.filter(pl.col("buffer") >= 0)
    walk = table.filter(pl.col("Amount") < pl.col("floor") - 0.01)
    assert len(clear) == truth.clear_at_table_count > 10
    assert len(walk) == truth.walk_at_table_count > 5
    assert len(table) - len(clear) - len(walk) == truth.approval_at_table_count > 5
