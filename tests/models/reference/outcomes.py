"""Open, won, declined, lost or void, with every decline and return: 03-metrics.md, sections 1 and 4."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from tests.models.reference.facts import Row
from tests.models.reference.states import Closing, Deal, closing


@dataclass(frozen=True, slots=True)
class Decline:
    """We left: what the row says, and what came back before the next decline."""

    deal: str
    decided_at: datetime
    origin: str
    row: Row
    back: Row | None


def lost_reason(deal: Deal, moment: datetime) -> str | None:
    reason = deal.column("loss_reason", moment)
    return deal.facts.settings.outcomes.loss_reason.get(reason) if reason else None


def answer(deal: Deal, moment: datetime) -> Row | None:
    return next(iter(deal.facts.of("decline_reviews", deal.opportunity_id, moment)), None)


def returns(deal: Deal, after: datetime, moment: datetime) -> list[dict[str, Any]]:
    """Rows of returns; where none tells of it, the same opportunity open again, or won, after its decline."""
    told = [
        {**row, "source": "recorded"}
        for row in deal.facts.of("returns", deal.opportunity_id, moment)
        if after < row["returned_at"] <= moment
    ]
    return sorted(told or _lived_on(deal, after, moment), key=lambda row: row["returned_at"])


def _lived_on(deal: Deal, after: datetime, moment: datetime) -> list[dict[str, Any]]:
    ended = closing(deal, moment)
    times = _reopened(deal, after, moment)
    if ended and ended.result == "won" and ended.at is not None and ended.at > after:
        times.append(ended.at)
    name = deal.opportunity_id
    return [{"returned_at": at, "source": "reopened", "new_opportunity_id": name} for at in times]


def _reopened(deal: Deal, after: datetime, moment: datetime) -> list[datetime]:
    stages = [event for event in deal.events if event.field == "stage" and event.at <= moment]
    phases = [deal.facts.phase(event.value) for event in stages]
    return [
        event.at
        for event, before, now in zip(stages[1:], phases, phases[1:], strict=False)
        if before == "closed" and now not in (None, "closed") and event.at > after
    ]


def decline_rows(deal: Deal, moment: datetime) -> list[tuple[datetime, str, Row]]:
    """What says that we left, in order of time: declared rows, an answer of the review, a mapped reason."""
    ended = closing(deal, moment)
    said = [
        (row["decided_at"], "declared", row)
        for row in deal.facts.of("declines", deal.opportunity_id, moment)
        if (row.get("kind") or "real") == "real" and row["decided_at"] <= moment
    ]
    before = [] if said or answer(deal, moment) else _left_before(deal, moment)
    return sorted([*_standing_rows(deal, moment, ended, said), *before], key=lambda entry: entry[0])


def _left_before(deal: Deal, moment: datetime) -> list[tuple[datetime, str, Row]]:
    """Closings for a reason mapped to declined, of a deal that was opened again, or won later on."""
    reasons, found = deal.facts.settings.outcomes.loss_reason, []
    for row, later in pairwise(deal.versions):
        at, next_at = deal.closing_of(row), deal.closing_of(later)
        is_left = (
            deal.says_closed(row) and not _is_won(deal, row) and reasons.get(row.get("loss_reason") or "") == "declined"
        )
        is_back = not deal.says_closed(later) or bool(_is_won(deal, later) and at and next_at and next_at > at)
        if is_left and is_back and at is not None and deal.told_from(later) <= moment:
            found.append((at, "mapped", {"reason": "other"}))
    return found


def _is_won(deal: Deal, row: Row) -> bool:
    told = row.get("is_won")
    return bool(told) if told is not None else deal.facts.settings.outcomes.stage.get(row["stage"]) == "won"


def _standing_rows(
    deal: Deal, moment: datetime, ended: Closing | None, said: list[tuple[datetime, str, Row]]
) -> list[tuple[datetime, str, Row]]:
    if ended and ended.result == "won" and ended.at is not None:
        won_at = ended.at
        return [entry for entry in said if entry[0] <= won_at]
    reviewed = answer(deal, moment)
    word = reviewed["answer"] if reviewed else None
    left = [at for row in deal.versions if deal.says_closed(row) and (at := deal.closing_of(row)) and at <= moment]
    if reviewed is not None and word == "we_left" and left and not said:
        said.append((max(left), "confirmed", {**reviewed, "reason": reviewed.get("reason") or "other"}))
    is_lost = ended is not None and ended.result == "lost" and word is None and not said
    if is_lost and ended and ended.at and lost_reason(deal, moment) == "declined":
        said.append((ended.at, "mapped", {"reason": "other"}))
    return said


def declines(deal: Deal, moment: datetime) -> list[Decline]:
    """The declines that count: of two without a return between them the first."""
    counted: list[Decline] = []
    for decided_at, origin, row in decline_rows(deal, moment):
        if not counted or any(
            row["returned_at"] <= decided_at for row in returns(deal, counted[-1].decided_at, moment)
        ):
            counted.append(Decline(deal.opportunity_id, decided_at, origin, row, None))
    untils = [decline.decided_at for decline in counted[1:]] + [moment]
    return [
        replace(
            decline,
            back=next((row for row in returns(deal, decline.decided_at, moment) if row["returned_at"] <= until), None),
        )
        for decline, until in zip(counted, untils, strict=False)
    ]


def outcome(deal: Deal, moment: datetime) -> str:
    """Contradictions resolve won, real decline, void, mapped, lost."""
    ended = closing(deal, moment)
    if ended and ended.result == "won":
        return "won"
    last = next(iter(reversed(declines(deal, moment))), None)
    if last and last.origin != "mapped" and not _lives_on(deal, last, moment):
        return "declined"
    reviewed = answer(deal, moment)
    if ended is None:
        return "void" if deal.is_gone(moment) else "open"
    if (reviewed and reviewed["answer"] == "void") or ended.result is None or lost_reason(deal, moment) == "void":
        return "void"
    they_left = reviewed is not None and reviewed["answer"] == "they_left"
    return "declined" if lost_reason(deal, moment) == "declined" and not they_left else "lost"


def _lives_on(deal: Deal, decline: Decline, moment: datetime) -> bool:
    """A return that goes on in the same opportunity takes the decline off it."""
    own = (None, deal.opportunity_id)
    return any(row.get("new_opportunity_id") in own for row in returns(deal, decline.decided_at, moment))
