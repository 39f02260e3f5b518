"""The exports of an invented company as they were at the end of any day, cut out of one sample of the last one."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from jobs.sample import write_sample

Row = Mapping[str, str]
WHOLE = ("User.csv", "quotas.csv", "Account.csv")
INCREMENT = ("OpportunityHistory.csv",)  # of the others a later one stands for the one before


@dataclass(frozen=True, slots=True)
class Put:
    """A file that was put into the inbox, on the evening of this day."""

    name: str
    on: date
    sha256: str
    size: int


@dataclass
class Exports:
    """Deals are what the last row of their history said then; the history is what came since the last time.

    whole: the folder of the sample. known: until when the history was given out.
    """

    whole: Path
    deals: Sequence[Row]
    history: Sequence[Row]
    known: str = ""

    def put(self, inbox: Path, on: date) -> tuple[Put, ...]:
        """The files of the evening of this day."""
        until = (on + timedelta(days=1)).isoformat()
        history = [row for row in self.history if row["CreatedDate"] < until]
        then = {row["OpportunityId"]: row for row in history}
        new = [row for row in history if row["CreatedDate"] >= self.known]
        self.known = until
        _write(inbox / "OpportunityHistory.csv", self.history[0], new)
        _write(inbox / "Opportunity.csv", self.deals[0], _now(self.deals, then))
        for name in WHOLE:
            (inbox / name).write_bytes((self.whole / name).read_bytes())
        return tuple(_put(path, on) for path in sorted(inbox.iterdir()))


def exports_until(last: date, folder: Path, opportunities: int) -> Exports:
    """Of a new company, up to this day."""
    folder.mkdir()
    write_sample(folder, as_of_on=last, teams=2, reps=8, opportunities=opportunities)
    history = sorted(_rows(folder / "OpportunityHistory.csv"), key=lambda row: row["CreatedDate"])
    return Exports(folder, _rows(folder / "Opportunity.csv"), history)


def _put(path: Path, on: date) -> Put:
    written = datetime(on.year, on.month, on.day, 21, tzinfo=UTC).timestamp()
    os.utime(path, (written, written))
    return Put(path.name, on, sha256(path.read_bytes()).hexdigest(), path.stat().st_size)


def _now(deals: Iterable[Row], then: Mapping[str, Row]) -> Iterable[Row]:
    return [_then(row, then[row["Id"]]) for row in deals if row["Id"] in then]


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


def _write(path: Path, columns: Row, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
