"""review/declines.csv: lost deals that may have been our own decision, to be answered and dropped into inbox/."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from duckdb import DuckDBPyConnection

_OFFERED = """
select
    opportunity_id,
    opportunity_name,
    account_name,
    rep_name,
    closed_on,
    amount,
    loss_reason,
    signals,
    '' as answer,
    '' as reason,
    '' as confirmed_by
from scores.possible_declines
where as_of_on = ?
order by closed_on >= (select max(quarter_start_on) from scores.weeks where as_of_on = ?) desc,
    contains(signals, 'words') desc, amount desc nulls last, opportunity_id
limit ?
"""


def write_declines(connection: DuckDBPyConnection, as_of_on: date, path: Path, *, max_candidates: int = 20) -> None:
    """Write the deals to ask about, this quarter's and those with seller-side words first (03, section 1).

    One column is to be filled: answer, with we_left, they_left or void; reason and confirmed_by may be.
    The file is written with its header alone where there is nothing to ask.
    """
    offered = connection.execute(_OFFERED, [as_of_on, as_of_on, max_candidates])
    header = [column[0] for column in offered.description or ()]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *offered.fetchall()])
