"""A written sample as tables, and the price lines of its opportunities."""

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from jobs.sample import SampleTruth


@dataclass(frozen=True)
class Sample:
    """A written sample: its folder, its truth, and its files as tables (parsed)."""

    folder: Path
    truth: SampleTruth
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self.tables:
            self.tables[name] = read(self.folder / f"{name}.csv")
        return self.tables[name]


def read(path: Path) -> pl.DataFrame:
    """One file, each column typed by its name."""
    frame = pl.read_csv(path, infer_schema=False)
    return frame.with_columns(kind(name) for name in frame.columns)


def kind(name: str) -> pl.Expr:
    """The column of a name, cast to what such names hold."""
    column = pl.col(name)
    money = ("mount", "Amount__c", "Cost__c", "Overhead__c", "_cost", "share", "rate_to_reporting")
    if name.endswith("_at") or name in {
        "CreatedDate",
        "LastModifiedDate",
        "SystemModstamp",
        "LastStageChangeDate",
    }:
        return column.str.replace(r"\.000\+0000$", "Z").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=True)
    if name.endswith("_on") or name in {"CloseDate", "PrevCloseDate", "LastActivityDate", "valid_from"}:
        return column.str.to_date("%Y-%m-%d", strict=True)
    if name.startswith(("Is", "is_")) or name == "conditions_met":
        return column.replace_strict({"true": True, "false": False}, return_dtype=pl.Boolean)
    if name.endswith(money) or name == "ExpectedRevenue":
        return column.cast(pl.Float64)
    return column.cast(pl.Int64) if name in {"round", "Probability", "Scope_Units__c"} else column


def with_lines(sample: Sample) -> pl.DataFrame:
    """`floor` and `threshold` by the policy on cost, or the latest walk-away point; null without either."""
    rates = {"smb": (1.20, 1.40), "mid_market": (1.20, 1.35), "enterprise": (1.15, 1.30)}
    minimum, target = ({name: pair[place] for name, pair in rates.items()} for place in (0, 1))
    cost = pl.col("Direct_Cost__c") + pl.col("Allocated_Overhead__c")
    latest = sample["walk_away_points"].sort("set_at").group_by("opportunity_id").last()
    joined = sample["Opportunity"].join(latest, left_on="Id", right_on="opportunity_id", how="left")
    segment = pl.col("Segment__c")
    return joined.with_columns(
        floor=pl.coalesce("floor_amount", cost * segment.replace_strict(minimum, return_dtype=pl.Float64)),
        threshold=pl.coalesce("threshold_amount", cost * segment.replace_strict(target, return_dtype=pl.Float64)),
        discount=1 - pl.col("Amount") / pl.col("List_Amount__c"),
    ).with_columns(buffer=pl.col("Amount") / pl.col("threshold") - 1)


def joined(sample: Sample, name: str) -> pl.DataFrame:
    """Rows of a file with the opportunity they belong to, its columns under `deal_`."""
    deals = sample["Opportunity"].select(pl.all().name.prefix("deal_"))
    return sample[name].join(deals, left_on="opportunity_id", right_on="deal_Id", how="left")


def none(frame: pl.DataFrame) -> bool:
    """Whether a select of offending rows is empty; prints the first of them if not."""
    if len(frame):
        print(frame.head())
    return not len(frame)
