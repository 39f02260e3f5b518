"""Laws of the sample: a row of any file agrees with the rows of all the others."""

from datetime import datetime, timedelta

import polars as pl
import pytest

from tests.sample.tables import Sample

LAST = datetime(2026, 11, 15, 23, 59, 59)


def joined(sample: Sample, name: str) -> pl.DataFrame:
    """Rows of a file with the opportunity they belong to, its columns under `deal_`."""
    deals = sample["Opportunity"].select(pl.all().name.prefix("deal_"))
    return sample[name].join(deals, left_on="opportunity_id", right_on="deal_Id", how="left")


def none(frame: pl.DataFrame) -> bool:
    """Whether a select of offending rows is empty; prints the first of them if not."""
    if len(frame):
        print(frame.head())
    return not len(frame)


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


def test_price_approvals_of_won_deals_mostly_precede_the_closing(sample: Sample) -> None:
    rows = joined(sample, "approvals").filter((pl.col("kind") == "price") & pl.col("deal_IsWon"))
    late = rows.filter(pl.col("decided_at") > pl.col("deal_LastModifiedDate"))
    assert 0 < len(late) < 0.2 * len(rows)
    assert none(rows.filter(pl.col("decided_at") > LAST))
    others = joined(sample, "approvals").filter((pl.col("kind") != "price") & pl.col("decided_at").is_not_null())
    assert none(others.filter(pl.col("decided_at") > pl.col("deal_LastModifiedDate")))
    assert none(sample["approvals"].filter((pl.col("decision") == "pending") != pl.col("decided_at").is_null()))


def test_evidence_supports_the_reason_of_a_decline(sample: Sample) -> None:
    real = sample["declines"].filter(pl.col("kind") == "real")
    flags = sample["red_flags"].group_by("opportunity_id").len()
    flagged = real.filter(pl.col("reason") == "red_flag").join(flags, on="opportunity_id", how="left")
    assert none(flagged.filter(pl.col("len").fill_null(0) < 2))
    risky = real.filter(pl.col("reason") == "risk").join(sample["term_requests"], on="opportunity_id", how="left")
    assert none(risky.filter(pl.col("status") != "refused"))
    assert none(risky.filter(pl.col("status").is_null()))


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


def test_every_open_zone_is_at_the_table(sample: Sample, deals: pl.DataFrame) -> None:
    table = deals.filter(pl.col("StageName") == "Negotiation/Review")
    truth = sample.truth
    clear = table.filter(pl.col("buffer") >= 0)
    walk = table.filter(pl.col("Amount") < pl.col("floor") - 0.01)
    assert len(clear) == truth.clear_at_table_count > 10
    assert len(walk) == truth.walk_at_table_count > 5
    assert len(table) - len(clear) - len(walk) == truth.approval_at_table_count > 5


def test_each_kind_of_pipeline_is_what_it_says(sample: Sample) -> None:
    truth = sample.truth
    rate = sample["fx_rates"].sort("valid_from")["rate_to_reporting"][-1]

    def euros(amount: str, currency: str) -> pl.Expr:
        return pl.when(pl.col(currency) == "USD").then(pl.col(amount) * rate).otherwise(pl.col(amount))

    quota = sample["quotas"].filter(pl.col("period_start_on") == truth.quarter_start_on)
    quota = quota.select("rep_id", quota=euros("quota_amount", "currency"))
    deals = sample["Opportunity"].with_columns(euro=euros("Amount", "CurrencyIsoCode"))
    won = deals.filter(pl.col("IsWon") & (pl.col("CloseDate") >= truth.quarter_start_on)).group_by("OwnerId")
    ahead = deals.filter(~pl.col("IsClosed")).group_by("OwnerId")
    rows = (
        quota.join(won.agg(won=pl.col("euro").sum()), left_on="rep_id", right_on="OwnerId", how="left")
        .join(
            ahead.agg(sum=pl.col("euro").sum(), top=pl.col("euro").max(), n=pl.len()),
            left_on="rep_id",
            right_on="OwnerId",
        )
        .with_columns(pl.col("won").fill_null(0))
        .rows_by_key("rep_id", named=True, unique=True)
    )
    assert len(truth.quota_made_rep_ids) == len(truth.one_big_deal_rep_ids) == 3
    assert all(rows[rep]["won"] >= rows[rep]["quota"] for rep in truth.quota_made_rep_ids)
    assert all(rows[rep]["won"] + rows[rep]["sum"] < 0.5 * rows[rep]["quota"] for rep in truth.out_of_reach_rep_ids)
    for rep in truth.many_alternatives_rep_ids:
        assert rows[rep]["n"] >= 10
        assert rows[rep]["top"] < 0.5 * rows[rep]["quota"]
        assert rows[rep]["won"] + rows[rep]["sum"] > 3 * rows[rep]["quota"]
    for rep in truth.one_big_deal_rep_ids:
        assert rows[rep]["won"] + rows[rep]["sum"] - rows[rep]["top"] < 0.6 * rows[rep]["quota"] < rows[rep]["top"]


def test_some_quotas_are_made_and_some_are_missed(sample: Sample) -> None:
    won = (
        sample["Opportunity"]
        .filter("IsWon")
        .with_columns(start=pl.col("CloseDate").dt.offset_by("-1mo").dt.truncate("1q").dt.offset_by("1mo"))
    )
    totals = won.group_by("OwnerId", "start").agg(pl.col("Amount").sum())
    rows = sample["quotas"].join(
        totals, left_on=["rep_id", "period_start_on"], right_on=["OwnerId", "start"], how="left"
    )
    finished = rows.filter(pl.col("period_start_on") < sample.truth.quarter_start_on)
    made = (finished["Amount"].fill_null(0) >= finished["quota_amount"]).mean()
    assert 0.3 < made < 0.7


def test_people_form_teams_under_one_vp(sample: Sample) -> None:
    users, truth = sample["User"], sample.truth
    assert len(users) == 29
    assert users.filter(pl.col("ManagerId").is_null())["Id"].to_list() == [truth.vp_user_id]
    reps = users.filter(pl.col("Id").is_in(sample["quotas"]["rep_id"].implode()))
    assert len(reps) == 24
    assert reps["Department"].n_unique() == 4
    owners = set(sample["Opportunity"]["OwnerId"])
    assert owners <= set(reps["Id"])
    heads = set(users["ManagerId"].drop_nulls())
    assert not owners & heads
    assert (~users["IsActive"]).sum() == 1
    gone = set(users.filter(~pl.col("IsActive"))["Id"])
    assert not gone & set(sample["Opportunity"].filter(~pl.col("IsClosed"))["OwnerId"])


def test_cycles_last_30_to_140_days(sample: Sample) -> None:
    closed = sample["Opportunity"].filter("IsClosed")
    days = (closed["LastModifiedDate"] - closed["CreatedDate"]).dt.total_days()
    assert days.min() >= 28
    assert days.max() <= 142
    assert closed["LastModifiedDate"].dt.date().to_list() == closed["CloseDate"].to_list()
    assert closed["CreatedDate"].dt.weekday().max() <= 5


def test_shares_of_a_split_deal_add_up(sample: Sample) -> None:
    totals = sample["credits"].group_by("opportunity_id").agg(pl.col("share").sum())
    assert len(totals) > 20
    assert none(totals.filter((pl.col("share") - 1).abs() > 1e-9))
