"""What people contest: the words that stand beside a number until the contest is settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jobs.render.rows import Contest


@dataclass(frozen=True)
class Contests:
    """The open contests of a week."""

    rows: tuple[Contest, ...] = ()

    def of_decline(self, opportunity_id: str) -> tuple[Contest, ...]:
        """Contests of an entry in the register of declines."""
        return self._of_deal("decline", opportunity_id)

    def of_accepted(self, opportunity_id: str) -> tuple[Contest, ...]:
        """Contests of a deal that is said to be one that should have been declined."""
        return self._of_deal("accepted", opportunity_id)

    def of_rep(self, rep_id: str) -> tuple[Contest, ...]:
        """Contests of a rep's scorecard and of the rep's open deals."""
        return tuple(row for row in self.rows if row.rep_id == rep_id and row.row_kind in ("scorecard", "position"))

    def _of_deal(self, row_kind: str, opportunity_id: str) -> tuple[Contest, ...]:
        return tuple(row for row in self.rows if (row.row_kind, row.opportunity_id) == (row_kind, opportunity_id))


def open_contests(rows: Iterable[Contest]) -> Contests:
    """Those that nobody has settled."""
    return Contests(tuple(row for row in rows if row.status == "open"))
