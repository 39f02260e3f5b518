"""The answers as text for people: what it is, then a line per fact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from jobs.explain.deal import DealStory
from jobs.explain.rep import Moved, RepStory
from jobs.explain.steps import Step

NOTHING = "unknown"
LEAST_FACTOR = 0.005  # a factor nearer to 1 shows as 1.00
EVER = datetime(1900, 1, 1)  # from when a row holds that nothing dates
BANDS = {"out_of_reach": "quota out of reach"}
WITHHELD = {
    "deals_unknown": "too many open deals have no known owner or state",
    "none": "no qualified deal is open",
    "ramping": "the rep began too short a time ago",
    "uncalibrated": "the chances have not been tested against outcomes",
    "pipeline_only": "nothing is known of business that is not in the pipeline yet",
}
BASES = {
    "table": "without one of the deals at the table",
    "pipeline": "without one of the qualified deals, none being at the table",
    "none": "no qualified deal is open",
}
STEPS = {
    "quota": "the quota changed", "wins": "deals were won", "lost": "deals were lost",
    "declined": "deals were declined", "new": "deals came in, or left while open", "amounts": "amounts changed",
    "dates": "close dates moved", "probabilities": "chances changed", "time": "a week went by",
}  # fmt: skip


def rep_text(story: RepStory) -> str:
    """A rep's number, its parts, and what moved."""
    card = story.card
    head = f"{card['rep_name']} ({card['rep_id']}), week of {card['as_of_on']}, {card['currency']}"
    return "\n".join([head, "", *_card_lines(card), *_deal_lines(story), *_common_lines(story), *_moved_lines(story)])


def _card_lines(card: Mapping[str, Any]) -> Iterator[str]:
    yield _line("quota", money(card["quota_amount"]))
    yield _line("won", money(card["won_amount"]))
    yield _line("gap", money(card["gap_amount"]))
    unborn = card["unborn_amount"]
    yield _line("not in the pipeline yet", NOTHING if unborn is None else f"{money(unborn)} in the mean")
    yield _line("chance of the quarter", share(card["attainment_probability"]))
    yield _line("BATNA strength", _strength(card))
    yield _line("band", _band(card))
    yield _line("next quarter", _next_quarter(card))
    yield _line("deals needed", _deals_needed(card))


def _strength(card: Mapping[str, Any]) -> str:
    if card["batna_strength"] is None:
        return NOTHING
    low, high = points(card["batna_strength_low"]), points(card["batna_strength_high"])
    return f"{points(card['batna_strength'])} ({low} to {high}), {BASES[card['batna_basis']]}"


def _next_quarter(card: Mapping[str, Any]) -> str:
    quota = card["next_quarter_quota_amount"]
    return points(card["next_quarter_strength"]) + ("" if quota is None else f", quota {money(quota)}")


def _deals_needed(card: Mapping[str, Any]) -> str:
    needed, by_on = _plain(card["deals_needed"]), card["deals_needed_by_on"]
    if by_on is None:
        return needed
    is_gone_by = by_on < card["as_of_on"]
    return f"{needed}; since {by_on} few new ones close in time" if is_gone_by else f"{needed}, by {by_on}"


def _band(card: Mapping[str, Any]) -> str:
    band: str | None = card["batna_band"]
    if band:
        return BANDS.get(band, band)
    reason = card["band_withheld_reason"]
    return f"none: {WITHHELD[reason]}" if reason else "none: there is no quota"


def _deal_lines(story: RepStory) -> Iterator[str]:
    if not story.deals:
        yield "\n0 candidates: " + (
            "there is no quota" if story.card["quota_amount"] is None else "no qualified deal is open"
        )
        return
    number = "1 candidate" if len(story.deals) == 1 else f"{len(story.deals)} candidates"
    yield f"\n{number} (money, chance, quarter without it, what goes with it)"
    for deal in story.deals:
        place = "at the table" if deal["is_at_table"] else "in the pipeline"
        yield (
            f"  {deal['opportunity_id']}  {_plain(deal['opportunity_name'])}  {money(deal['amount'])}"
            f"  {share(deal['win_probability'])} {_plain(deal['probability_source'])}  {place}"
            f"  {share(deal['without_probability'])}  {money(deal['loss_if_gone_amount'])}"
        )


def _common_lines(story: RepStory) -> Iterator[str]:
    told = story.correlation
    if told:
        yield f"\ncommon factor of deals: {told['correlation']:.3f} ({told['correlation_source']})"
    if story.unborn_cents:
        low, high = (money(Decimal(story.unborn_cents[place]) / 100) for place in (0, -1))
        yield f"business not in the pipeline yet: {len(story.unborn_cents)} equal chances from {low} to {high}"


def _moved_lines(story: RepStory) -> Iterator[str]:
    if story.moved is None:
        yield "\nThere is no earlier week of this quarter to compare with."
        return
    moved = story.moved
    yield f"\nSince {moved.since_on} (to go, chance of the quarter in points, strength in points)"
    yield _level_line("then", moved, is_after=False)
    told = [_step_line(step) for step in moved.steps if _is_told(step)]
    yield from told or ["  nothing moved"]
    yield _level_line("now", moved, is_after=True)


def _level_line(name: str, moved: Moved, *, is_after: bool) -> str:
    level = moved.after if is_after else moved.before
    return f"  {name:<34}{money(level.gap_amount):>16}{level.attainment_points:>8}{level.strength_points:>8}"


def _is_told(step: Step) -> bool:
    return bool(step.opportunity_ids or step.gap_change or step.attainment_change or step.strength_change)


def _step_line(step: Step) -> str:
    ids = f"  {', '.join(step.opportunity_ids)}" if step.opportunity_ids else ""
    changes = f"{step.gap_change:>+16,.2f}{step.attainment_change:>+8}{step.strength_change:>+8}"
    return f"  {STEPS[step.name]:<34}{changes}{ids}"


def deal_text(story: DealStory, zone: ZoneInfo) -> str:
    """A deal's week, and where each fact stands; times as in the zone."""
    deal = story.position
    head = f"{_plain(deal['opportunity_name'])} ({deal['opportunity_id']}), week of {deal['as_of_on']}"
    return "\n".join([head, "", *_position_lines(story), *_exposure_lines(story), *_source_lines(story, zone)])


def _position_lines(story: DealStory) -> Iterator[str]:
    deal, chance = story.position, story.chance or {}
    reason = deal["candidate_reason"]
    yield _line("owner", f"{_plain(deal['rep_name'])} ({_plain(deal['rep_id'])})")
    yield _line("counts", "yes" if deal["is_candidate"] else f"no: {reason}")
    yield _line("price", money(deal["price_amount"]))
    yield _line("threshold", f"{money(deal['threshold_amount'])}, floor {money(deal['floor_amount'])}")
    yield _line("zone", f"{_plain(deal['zone'])}, line from {_plain(deal['floor_source'])}")
    yield _line("missing approvals", deal["missing_approvals"] or "none")
    yield _line("chance", f"{share(deal['win_probability'])}, {_plain(deal['probability_source'])}")
    if chance.get("probability_cell"):
        seen = f"{chance['deal_count']} deals, {share(chance['win_rate'])} won"
        error = f"standard error {share(chance['probability_deviation'])}"
        yield _line("learnt from", f"{chance['probability_cell']} ({seen}){_own_part(chance)}, {error}")
    yield _line("quarter without it", share(deal["attainment_without_probability"]))
    yield _line("the team's without it", share(deal["team_without_probability"]))
    yield _line("what goes with it", money(deal["loss_if_gone_amount"]))


def _own_part(chance: Mapping[str, Any]) -> str:
    """What the chance was multiplied by for the wins of the deal's owner, where that moved it."""
    ratio = chance["win_probability"] / chance["win_rate"] if chance["win_rate"] else 1.0
    return "" if abs(ratio - 1) < LEAST_FACTOR else f", times {ratio:.2f} by the owner's wins against predicted ones"


def _exposure_lines(story: DealStory) -> Iterator[str]:
    for each in story.exposures or ():
        ending = "still open" if each["end_kind"] == "open" else _plain(each["ending"])
        yield _line("exposure", f"{_plain(each['triggers'])}: {ending}")


def _source_lines(story: DealStory, zone: ZoneInfo) -> Iterator[str]:
    yield "\nWhere it stands"
    for each in story.sources:
        place = f"{each['file_name']} record {each['record_number']}"
        yield f"  {each['fact']}: {each['detail']} ({moment(each['at'], zone)}), {place}"


def _line(name: str, value: str) -> str:
    return f"{name:<26}{value}"


def money(value: Decimal | None) -> str:
    """To the cent."""
    return NOTHING if value is None else f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"


def share(value: float | None) -> str:
    """A chance as a percentage with one decimal."""
    return NOTHING if value is None else f"{100 * value:.1f} %"


def points(value: float | None) -> str:
    """Points of 100 with one decimal."""
    return NOTHING if value is None else f"{value:.1f}"


def moment(at: datetime | None, zone: ZoneInfo) -> str:
    """A time (UTC) as a clock in the zone showed it; a date that has no time is kept as the end of its day."""
    if at is None:
        return NOTHING
    if at == EVER:
        return "from the start"
    local = at.replace(tzinfo=UTC).astimezone(zone)
    return f"{local:%Y-%m-%d}" if local.time() == time.max else f"{local:%Y-%m-%d %H:%M:%S %Z}"


def _plain(value: str | int | date | datetime | None) -> str:
    return NOTHING if value is None else str(value)
