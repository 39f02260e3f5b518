"""Open deals as people speak of them: whose they are, which matter, and what could take their place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from jobs.render.deal_rows import Position, codes
from jobs.render.ladder import Ladder, ladder_of
from jobs.render.names import anchor

_PHASES = ("recognition", "qualified", "evaluation", "negotiation")
_BREAKS_BELOW = 0.5
_READINESS_ITEMS = 6


@dataclass(frozen=True)
class Owner:
    """Who a deal belongs to."""

    name: str
    page: str | None  # path of the owner's page below the week's folder
    is_out_of_reach: bool = False  # the quota is, with any deal or without it


@dataclass(frozen=True)
class OwnedDeal:
    """An open deal, its owner, and the one move that it calls for."""

    deal: Position
    owner: Owner | None
    move: str | None  # as scores.deal_moves; None: nothing to decide
    pair_code: str | None  # who can spare the deal, owner and team; None where the quota is out of reach anyway
    approvals: tuple[str, ...]  # missing, as kind:role
    triggers: tuple[str, ...]  # reasons to leave

    @property
    def because(self) -> str | None:
        """The fact that the sentence about the move names: floor, approvals, demand, pair or triggers."""
        facts = {
            "floor": self.deal.zone == "walk",
            "approvals": bool(self.approvals) and self.move in ("escalate", "hold"),
            "demand": self.move == "hold" and _is_pressed(self.deal),
            "pair": self.pair_code not in (None, "in_between") and self.move in ("escalate", "hold"),
            "triggers": bool(self.triggers),
        }
        return next((fact for fact, holds in facts.items() if holds), None)

    @property
    def is_decision(self) -> bool:
        """Leaving is one; anything else while money of the quarter hangs on it, holding only against something."""
        if self.move is None or (self.move == "hold" and self.because not in ("approvals", "demand")):
            return False
        return self.move.startswith("walk") or stake(self.deal) > 0

    @property
    def is_spared(self) -> bool:
        """Whether we leave a deal that nobody needs: to speak of its price would contradict that."""
        return self.pair_code == "both_strong" and (self.move or "").startswith("walk")

    @property
    def is_breaking(self) -> bool:
        """Whether more than half of what the owner can still expect goes with the deal."""
        return breaks_quarter(self.deal)

    @property
    def link(self) -> str | None:
        """Path of the deal's card below the week's folder."""
        if self.owner is None or self.owner.page is None:
            return None
        return f"{self.owner.page}#{anchor(self.deal.opportunity_id)}"


@dataclass(frozen=True)
class DealCard:
    """A deal with everything that its walk-away card says."""

    owned: OwnedDeal
    anchor: str
    ladder: Ladder | None  # None without a line
    alternatives: tuple[Position, ...]  # comparable deals of the same owner, the likeliest money first
    flags: tuple[str, ...]  # red flags
    readiness_items: int = _READINESS_ITEMS

    @property
    def deal(self) -> Position:
        """The deal itself."""
        return self.owned.deal


def breaks_quarter(deal: Position) -> bool:
    """Whether more than half of what the owner can still expect goes with the deal."""
    return deal.surviving_share is not None and deal.surviving_share < _BREAKS_BELOW


def below_line(deal: Position) -> bool:
    """Whether the price has slipped under the walk-away line."""
    return deal.zone in ("approval", "walk")


def in_focus(deals: Iterable[Position]) -> tuple[Position, ...]:
    """The deals at the table; while there are none, all candidates: what strength is measured over."""
    candidates = tuple(deal for deal in deals if deal.is_candidate)
    return tuple(deal for deal in candidates if deal.is_at_table) or candidates


def by_stake(deals: Iterable[Position]) -> list[Position]:
    """The deals with most money at stake first."""
    return sorted(deals, key=lambda deal: (-stake(deal), deal.opportunity_id))


def stake(deal: Position) -> Decimal:
    """Money that hangs on a deal: what it lacks to the line, or what goes with it."""
    if deal.stake_amount is not None:
        return deal.stake_amount
    return max(deal.shortfall_amount or Decimal(0), deal.loss_if_gone_amount or Decimal(0))


def own(deal: Position, owners: Mapping[str, Owner], moves: Mapping[str, str]) -> OwnedDeal:
    """The deal with its owner and its move; `moves` by opportunity."""
    owner = owners.get(deal.rep_id or "")
    return OwnedDeal(
        deal=deal,
        owner=owner,
        move=moves.get(deal.opportunity_id),
        pair_code=None if owner and owner.is_out_of_reach else deal.pair_code,
        approvals=codes(deal.missing_approvals),
        triggers=codes(deal.triggers),
    )


def _is_pressed(deal: Position) -> bool:
    """Whether the buyer asks for less than the line while our price still stands above it."""
    demand, line = deal.last_buyer_amount, deal.threshold_amount
    return deal.zone == "clear" and demand is not None and line is not None and demand < line


def card(owned: OwnedDeal, siblings: Iterable[Position], similar_share: Decimal) -> DealCard:
    """The walk-away card of a deal; `siblings` are the open deals of the same owner."""
    deal = owned.deal
    return DealCard(
        owned=owned,
        anchor=anchor(deal.opportunity_id),
        ladder=ladder_of((deal,)),
        alternatives=alternatives(deal, siblings, similar_share),
        flags=codes(deal.flags),
    )


def alternatives(deal: Position, siblings: Iterable[Position], similar_share: Decimal) -> tuple[Position, ...]:
    """Other candidates within one phase and of a similar amount or more, the likeliest money first."""
    found = [other for other in siblings if _is_comparable(deal, other, similar_share)]
    return tuple(sorted(found, key=lambda other: (-_likely(other), other.opportunity_id)))


def _is_comparable(deal: Position, other: Position, similar_share: Decimal) -> bool:
    if other.opportunity_id == deal.opportunity_id or not other.is_candidate:
        return False
    if deal.phase not in _PHASES or other.phase not in _PHASES or not deal.counted_amount or not other.counted_amount:
        return False
    near = abs(_PHASES.index(deal.phase) - _PHASES.index(other.phase)) <= 1
    return near and other.counted_amount >= similar_share * deal.counted_amount


def _likely(deal: Position) -> Decimal:
    return (deal.amount or Decimal(0)) * Decimal(str(deal.win_probability or 0))
