"""How lost and declined opportunities are told in the opportunity itself: reason, detail, competitor."""

import numpy as np
import polars as pl

from jobs.sample.columns import labels, only
from jobs.sample.draws import Bools, Ints, chance, pick, stream, whole
from jobs.sample.plan import Path
from jobs.sample.policy import COMPETITOR, DECLINED, DUPLICATE, LOSS_OUTCOMES, OTHER, PRICE
from jobs.sample.world import World

_REASONS = (*LOSS_OUTCOMES, "")
_EARLY_REASONS = (0, 18, 36, 18, 5, 10, 3, 10)
_LATE_REASONS = (0, 40, 15, 9, 23, 7, 0, 6)
_DETAILS = (
    "",
    "We withdrew our offer at the price they wanted",
    "Not profitable for us on these terms",
    "Walked away: too far below our line",
)
_COMPETITORS = ("Pendelwerk Systems", "Grauholz Automation", "Tidemoor Controls", "Ostermark Metering")
_UNDER_LINE_SHARE = 0.2  # of deals lost over a price below our line; we left, but nobody recorded it


def loss_columns(world: World) -> dict[str, pl.Series]:
    """LossReason__c, Loss_Detail__c and Competitor__c of every opportunity."""
    codes = _codes(world)
    rivals = pick(stream(world.company.seed, "competitors"), (4, 3, 2, 1), world.count)
    return {
        "LossReason__c": labels(_REASONS, codes),
        "Loss_Detail__c": _details(world),
        "Competitor__c": only(codes == _REASONS.index(COMPETITOR), labels(_COMPETITORS, rivals)),
    }


def is_void(world: World) -> Bools:
    """Duplicates: closed, and left out of every rate."""
    return np.asarray(_codes(world) == _REASONS.index(DUPLICATE), dtype=np.bool_)


def _details(world: World) -> pl.Series:
    """Words that sound like us, where nobody recorded a decline."""
    rng = stream(world.company.seed, "loss details")
    words = 1 + whole(rng, 0, len(_DETAILS) - 1, world.count)
    return labels(_DETAILS, np.where(unrecorded(world), words, 0))


def unrecorded(world: World) -> Bools:
    """Lost deals that we left without anybody recording it."""
    held = world.plan.ends(Path.HELD_LOST)
    return held & chance(stream(world.company.seed, "unrecorded"), _UNDER_LINE_SHARE, world.count)


def _codes(world: World) -> Ints:
    """Position in _REASONS; a declared decline in twenty is called a matter of price there."""
    rng = stream(world.company.seed, "loss reasons")
    early, late = pick(rng, _EARLY_REASONS, world.count), pick(rng, _LATE_REASONS, world.count)
    plan = world.plan
    code = np.where(plan.ends(Path.EARLY_LOST), early, late)
    miscalled = plan.is_declared & chance(rng, 0.05, world.count)
    ours = np.where(miscalled, _REASONS.index(PRICE), _REASONS.index(DECLINED))
    code = np.where(plan.is_declined, ours, code)
    code = np.where(unrecorded(world), _REASONS.index(OTHER), code)
    lost = ~world.line.is_open & ~plan.is_won
    return np.where(lost, code, len(_REASONS) - 1)
