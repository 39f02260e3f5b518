"""Each planted effect is in the files at its size, and is not there when it is off."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from jobs.sample import Effects, write_sample
from jobs.sample.fiscal import calendar_date, make_calendar
from tests.sample.tables import Sample, with_lines


def won(sample: Sample) -> pl.DataFrame:
    """Won deals with costs, their buffer, their fiscal quarter and the days left in it; returns left out."""
    starts = [calendar_date(day) for day in make_calendar(sample.truth.as_of_on, 8).starts]
    quarters = pl.DataFrame({"start": starts[:-1], "next": starts[1:]})
    back = sample["returns"]["new_opportunity_id"].implode()
    deals = with_lines(sample).filter(
        pl.col("IsWon") & pl.col("List_Amount__c").is_not_null() & ~pl.col("Id").is_in(back)
    )
    joined = deals.sort("CloseDate").join_asof(quarters.sort("start"), left_on="CloseDate", right_on="start")
    return joined.with_columns(days_left=(pl.col("next") - pl.col("CloseDate")).dt.total_days() - 1)


def extra_discount(deals: pl.DataFrame, flag: pl.Expr) -> float:
    """Mean discount of flagged deals less that of the others of the same segment and part of the quarter."""
    alike = ["Segment__c", "part"]
    usual = deals.filter(~flag).group_by(alike).agg(usual=pl.col("discount").mean())
    flagged = deals.filter(flag).join(usual, on=alike)
    return float((flagged["discount"] - flagged["usual"]).mean())


def others(sample: Sample) -> pl.Expr:
    """Reps without a planted way of pricing."""
    planted = [sample.truth.never_declines_rep_id, sample.truth.hug_rep_id]
    return ~pl.col("OwnerId").is_in(planted)


def quarter_is_made(sample: Sample, deals: pl.DataFrame) -> pl.Series:
    """Whether the rep's wins of the quarter had reached the quota when each deal's negotiation began."""
    rates = sample["fx_rates"].select("currency", on="valid_from", rate="rate_to_reporting").sort("on")

    def euros(frame: pl.DataFrame, amount: str, currency: str, on: str) -> pl.DataFrame:
        rated = frame.sort(on).join_asof(
            rates, left_on=on, right_on="on", by_left=currency, by_right="currency", check_sortedness=False
        )
        return rated.with_columns(euro=pl.col(amount) * pl.col("rate").fill_null(1.0)).drop("rate")

    share = sample["credits"].select("opportunity_id", "rep_id", "share")
    begun = sample["OpportunityHistory"].filter(pl.col("StageName") == "Negotiation/Review")
    begun = begun.group_by("OpportunityId").agg(begun=pl.col("CreatedDate").min())
    every = sample["Opportunity"].filter(pl.col("IsWon") & (pl.col("Type") != "Renewal"))
    wins = euros(every, "Amount", "CurrencyIsoCode", "CloseDate")
    wins = wins.join(share, left_on=["Id", "OwnerId"], right_on=["opportunity_id", "rep_id"], how="left")
    wins = wins.select(
        "OwnerId", "CloseDate", at="LastModifiedDate", euro=pl.col("euro") * pl.col("share").fill_null(1.0)
    )
    quota = euros(sample["quotas"], "quota_amount", "currency", "period_start_on")
    pairs = (
        deals.select("Id", "OwnerId", "start")
        .join(begun, left_on="Id", right_on="OpportunityId", how="left")
        .join(wins, on="OwnerId", how="left")
        .filter((pl.col("CloseDate") >= pl.col("start")) & (pl.col("at") <= pl.col("begun")))
        .group_by("Id")
        .agg(pl.col("euro").sum())
    )
    goal = quota.select("rep_id", "period_start_on", goal="euro")
    rows = deals.join(pairs, on="Id", how="left").join(
        goal, left_on=["OwnerId", "start"], right_on=["rep_id", "period_start_on"], how="left"
    )
    return rows.select(made=(pl.col("euro") >= pl.col("goal")).fill_null(False), Id="Id").join(
        deals.select("Id"), on="Id", how="right", maintain_order="right"
    )["made"]


def test_discounts_rise_in_the_last_week(large: Sample, large_plain: Sample) -> None:
    for sample, low, high in ((large, 0.037, 0.055), (large_plain, -0.01, 0.01)):
        deals = won(sample).filter(others(sample)).with_columns(part=pl.lit(0))
        assert low < extra_discount(deals, pl.col("days_left") < 7) < high
    assert large.truth.quarter_end_won_count > 500
    assert large_plain.truth.quarter_end_won_count == 0


def test_discounts_rise_once_the_quarter_is_made(large: Sample, large_plain: Sample) -> None:
    for sample, low, high in ((large, 0.025, 0.065), (large_plain, -0.02, 0.02)):
        deals = won(sample).filter(others(sample)).with_columns(part=pl.col("days_left") < 7)
        deals = deals.with_columns(made=quarter_is_made(sample, deals))
        assert deals["made"].sum() > 150
        assert low < extra_discount(deals, pl.col("made")) < high
    assert large.truth.safe_quarter_won_count > 150
    assert large_plain.truth.safe_quarter_won_count == 0


def test_a_planted_discount_is_all_that_differs_from_the_same_deal_without_it(tmp_path: Path) -> None:
    off = {name: value for name, value in vars(Effects.none()).items() if not name.endswith("discount")}
    samples = {}
    for name in ("quarter_end_discount", "safe_quarter_discount", "none"):
        discounts = {"quarter_end_discount": 0.0, "safe_quarter_discount": 0.0, name: 0.04}
        discounts.pop("none", None)
        samples[name] = Sample(tmp_path / name, write_sample(tmp_path / name, effects=Effects(**off | discounts)))
    plain = won(samples["none"])
    flags = {
        "quarter_end_discount": plain["days_left"] < 7,
        "safe_quarter_discount": quarter_is_made(samples["none"], plain),
    }
    for name, flag in flags.items():
        both = plain.with_columns(flag=flag).join(won(samples[name]).select("Id", with_it="discount"), on="Id")
        extra = both["with_it"] - both["discount"]
        assert len(both) == len(plain)
        assert extra.filter(~both["flag"]).abs().max() < 1e-9
        touched = extra.filter(both["flag"] & (extra > 0))
        assert touched.min() == pytest.approx(0.04, abs=0.002)
        assert touched.max() == pytest.approx(0.04, abs=0.002)
        assert len(touched) > 0.75 * both["flag"].sum() > 15


def test_one_rep_never_declines_and_wins_below_the_threshold(sample: Sample, plain: Sample) -> None:
    rep = sample.truth.never_declines_rep_id
    assert plain.truth.never_declines_rep_id == rep
    for one, some in ((sample, False), (plain, True)):
        real = one["declines"].filter(pl.col("kind") == "real")
        own = real.join(one["Opportunity"].filter(OwnerId=rep), left_on="opportunity_id", right_on="Id")
        assert (len(own) > 0) == some
    assert below_share(sample, rep) > 0.25 > 2 * below_share(sample, None)
    assert below_share(plain, rep) < 0.12
    below = won(sample).filter((pl.col("OwnerId") == rep) & (pl.col("buffer") < 0))
    asked = sample["approvals"].filter((pl.col("kind") == "price") & (pl.col("decision") == "approved"))
    assert len(below.join(asked, left_on="Id", right_on="opportunity_id", how="anti")) > 0.4 * len(below)


def below_share(sample: Sample, rep: str | None) -> float:
    """Share of won deals below the threshold: of one rep, or of all but the planted ones."""
    deals = won(sample)
    deals = deals.filter(pl.col("OwnerId") == rep) if rep else deals.filter(others(sample))
    return float((deals["buffer"] < 0).mean())


def test_one_rep_hugs_the_threshold(sample: Sample, plain: Sample) -> None:
    def hugs(one: Sample, near: bool) -> float:
        deals = won(one).filter((pl.col("OwnerId") == sample.truth.hug_rep_id) == near)
        return float(deals["buffer"].is_between(0, 0.03, closed="left").mean())

    assert hugs(sample, True) > 0.55
    assert hugs(sample, False) < 0.1
    assert hugs(plain, True) < 0.15
    assert sample.truth.hugged_won_count > 20
    assert plain.truth.hugged_won_count == 0


def test_one_rep_with_a_full_pipeline_concedes_within_hours(sample: Sample, plain: Sample) -> None:
    def quick(one: Sample, own: bool) -> float:
        rows = one["offers"].join(one["Opportunity"].select("Id", "OwnerId"), left_on="opportunity_id", right_on="Id")
        rows = rows.filter((pl.col("OwnerId") == sample.truth.fast_concession_rep_id) == own)
        waits = (rows["offered_at"] - rows["in_reply_to_at"]).drop_nulls().dt.total_seconds() / 3600
        return float((waits <= 5).mean())

    assert sample.truth.fast_concession_rep_id in sample.truth.many_alternatives_rep_ids
    assert quick(sample, True) == pytest.approx(0.9, abs=0.08)
    assert quick(sample, False) < 0.15
    assert quick(plain, True) < 0.2


def test_the_vp_approves_everything(sample: Sample, large_plain: Sample) -> None:
    def rates(one: Sample) -> dict[str, float]:
        decided = one["approvals"].filter(pl.col("decision") != "pending")
        approved = (pl.col("decision") == "approved").mean()
        return dict(decided.group_by(pl.col("role") == "vp").agg(approved).iter_rows())

    assert rates(sample)[True] == 1
    assert rates(sample)[False] == pytest.approx(0.5, abs=0.08)
    assert rates(large_plain)[True] == pytest.approx(0.5, abs=0.08)


def test_declined_deals_come_back_at_better_terms(large: Sample, plain: Sample) -> None:
    truth, back = large.truth, large["returns"]
    demanded = large["declines"].select("opportunity_id", "demanded_amount")
    uplift = (
        back.join(demanded, on="opportunity_id")
        .select(pl.col("returned_amount") / pl.col("demanded_amount") - 1)
        .to_series()
    )
    assert float(uplift.mean()) == pytest.approx(truth.effects.return_uplift_ratio, abs=0.015)
    assert uplift.min() > 0.04
    assert truth.returned_count == round(truth.returnable_decline_count * truth.effects.return_share)
    assert plain.truth.returned_count == len(plain["returns"]) == 0


def test_effects_leave_the_rest_of_the_world_alone(sample: Sample, plain: Sample) -> None:
    for name in ("Account", "User", "quotas", "products", "fx_rates", "credits"):
        assert sample[name].equals(plain[name]), name
    columns = ["Id", "OwnerId", "CreatedDate"]
    assert sample["Opportunity"].select(columns).equals(plain["Opportunity"].select(columns))
    same = sample["Opportunity"]["StageName"] == plain["Opportunity"]["StageName"]
    assert np.mean(same.to_numpy()) > 0.93
