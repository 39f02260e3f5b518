"""The exports of an invented company as they were at the end of any week, cut out of one sample of the last week."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from jobs.sample import write_sample

Row = Mapping[str, str]
WHOLE = ("User.csv", "quotas.csv", "Account.csv")


class Exports:
    """Deals are what the last row of their history said then."""

    def __init__(self, folder: Path, last: date, opportunities: int) -> None:
        folder.mkdir()
        write_sample(folder, as_of_on=last, teams=2, reps=8, opportunities=opportunities)
        self.folder, self.deals = folder, _rows(folder / "Opportunity.csv")
        self.history = _rows(folder / "OpportunityHistory.csv")

    def put(self, inbox: Path, as_of_on: date) -> None:
        """This week's files, written on the morning after."""
        until = (as_of_on + timedelta(days=1)).isoformat()
        history = [row for row in self.history if row["CreatedDate"] < until]
        then = {row["OpportunityId"]: row for row in sorted(history, key=lambda row: row["CreatedDate"])}
        _write(inbox / "OpportunityHistory.csv", history)
        _write(inbox / "Opportunity.csv", [_then(row, then[row["Id"]]) for row in self.deals if row["Id"] in then])
        for name in WHOLE:
            (inbox / name).write_bytes((self.folder / name).read_bytes())
        written = datetime(as_of_on.year, as_of_on.month, as_of_on.day, 23, tzinfo=UTC).timestamp()
        for path in inbox.iterdir():
            os.utime(path, (written, written))


def _then(deal: Row, last: Row) -> dict[str, str]:
    stage, at = last["StageName"], last["CreatedDate"]
    is_closed = stage.startswith("Closed")
    told = {
        **{name: last[name] for name in ("StageName", "Amount", "CloseDate", "Probability")},
        "IsClosed": str(is_closed).lower(), "IsWon": str(stage == "Closed Won").lower(),
        "LastModifiedDate": at, "SystemModstamp": at, "LastStageChangeDate": at, "LastActivityDate": at[:10],
    }  # fmt: skip
    return {**deal, **told, **({} if is_closed else {"LossReason__c": "", "Loss_Detail__c": "", "Competitor__c": ""})}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: Iterable[Row]) -> None:
    listed = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, listed[0])
        writer.writeheader()
        writer.writerows(listed)
