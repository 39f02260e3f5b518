"""Laws of the sample: reps have teams, quotas, and the pipelines that the truth names."""

import polars as pl

from tests.sample.tables import Sample, none


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


def test_shares_of_a_split_deal_add_up(sample: Sample) -> None:
    totals = sample["credits"].group_by("opportunity_id").agg(pl.col("share").sum())
    assert len(totals) > 20
    assert none(totals.filter((pl.col("share") - 1).abs() > 1e-9))
