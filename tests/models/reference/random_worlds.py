"""Small worlds at random, with the odd cases of real exports: contradictions, gaps, equal moments, late corrections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

Row = dict[str, Any]
Tables = dict[str, list[Row]]

REPS = ("r1", "r2", "r3", "r4")
STAGES = ("Prospecting", "Qualification", "Proposal", "Negotiation")
SEGMENTS = ("enterprise", "smb", None)
BEGIN = datetime(2026, 3, 1)
ZONES = ("UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")
WEEKS = (date(2026, 7, 5), date(2026, 8, 15), date(2026, 9, 30))

SETTINGS = """
[workspace]
time_zone = "{zone}"
[fiscal]
first_month = {first_month}
[policy]
margin_basis = "{basis}"
[[policy.cells]]
minimum = 0.10
target = 0.25
minimum_price_share = 0.5
target_price_share = 0.7
[[policy.cells]]
segment = "enterprise"
max_amount = 100
target = 0.40
target_price_share = 0.8
[[policy.cells]]
segment = "enterprise"
min_amount = 100
minimum = 0.20
target = 0.30
target_price_share = 0.8
[[policy.cells]]
segment = "enterprise"
min_amount = 100
minimum = 0.30
target = 0.50
target_price_share = 0.9
valid_from = 2026-07-20
[batna]
correlation = 0
[probability]
history_quarters = 2
min_closed_deals = {closed}
[quota]
{quota}
[amount]
fallback = "{amount}"
[outcomes.loss_reason]
"We left" = "declined"
"Junk Lead" = "void"
"Price" = "price"
"""


def settings(random: Random) -> str:
    """Settings of a world: zone, basis, fiscal year."""
    return SETTINGS.format(
        zone=random.choice(ZONES), basis=random.choice(("markup_on_cost", "margin_on_price")),
        first_month=random.choice((1, 4)), closed=random.choice((2, 4, 100)),
        quota=random.choice(("", "fallback = 150", 'deal_types = ["New"]')), amount=random.choice(("none", "list_amount")),
    )  # fmt: skip


def tables(random: Random, deals: int = 40) -> Tables:
    """Rows of a world; every row has its version_from_at."""
    found: Tables = {"opportunities": [], "reps": _reps(), "quotas": _quotas(random)}
    for number in range(deals):
        _add_deal(random, found, f"d{number:02}")
    found["products"] = [
        {"product": "Rig", "valid_from": day, "list_amount": listed, "direct_cost": cost}
        for day, listed, cost in ((None, 120, 60), (date(2026, 7, 10), 150, None), (date(2026, 8, 1), None, 90))
    ]
    found["fx_rates"] = [
        {"currency": "EUR", "valid_from": day, "rate_to_reporting": Decimal(rate)}
        for day, rate in ((date(2026, 1, 1), "1.5"), (date(2026, 7, 20), "2"), (date(2026, 8, 15), "1.25"))
    ]
    told = {name: [known(name, row) for row in rows] for name, rows in found.items() if rows}
    return {name: rows + _corrected(random, name, rows) for name, rows in told.items()}


EVENTS = {
    "opportunity_changes": "changed_at", "opportunity_snapshots": "changed_at", "walk_away_points": "set_at",
    "offers": "offered_at", "approvals": "requested_at", "declines": "decided_at", "returns": "returned_at",
    "activities": "occurred_at",
}  # fmt: skip


def known(entity: str, row: Row) -> Row:
    since = row.get("version_from_at") or row.get(EVENTS.get(entity, "")) or datetime(1900, 1, 1)
    return {**row, "version_from_at": since}


CORRECTED = {
    "offers": "amount", "walk_away_points": "threshold_amount", "quotas": "quota_amount", "declines": "demanded_amount",
    "fx_rates": "rate_to_reporting",
}  # fmt: skip


def _corrected(random: Random, entity: str, rows: list[Row]) -> list[Row]:
    """Later versions of some rows: known from some day of the summer on, never before."""
    column = CORRECTED.get(entity)
    return [
        {**row, column: row[column] + 1, "version_from_at": max(row["version_from_at"], datetime(2026, 7, 10)) + timedelta(days=random.randint(1, 60))}
        for row in rows if column and row[column] is not None and random.random() < 0.15
    ]  # fmt: skip


def _reps() -> list[Row]:
    return [{"rep_id": rep, "rep_name": rep.upper(), "team": "North" if rep in ("r1", "r2") else None} for rep in REPS]


def _quotas(random: Random) -> list[Row]:
    """A year, months, a half in another currency; the last rep has none, or a negative one."""
    months = [{"rep_id": "r2", "period_start_on": date(2026, month, 1), "period": "month", "quota_amount": 40}
              for month in range(4, 10)]  # fmt: skip
    half = {
        "rep_id": "r3",
        "period_start_on": date(2026, 7, 1),
        "period": "half",
        "quota_amount": 300,
        "currency": random.choice(("EUR", "USD", "JPY")),
    }
    year = {
        "rep_id": "r1",
        "period_start_on": date(2026, 4, 1),
        "period": "year",
        "quota_amount": random.choice((40, 800, 1600)),
    }
    quarter = {"rep_id": "r4", "period_start_on": date(2026, 7, 1), "quota_amount": random.choice((-5, 0, 90))}
    return [year, *months, half, quarter]


def moment(random: Random, first: datetime, days: int) -> datetime:
    """A time of some later day; often near midnight of one zone or another."""
    clock = random.choice(
        (timedelta(hours=12), timedelta(hours=3, minutes=30), timedelta(hours=23, minutes=59), timedelta())
    )
    day = datetime(first.year, first.month, first.day) + timedelta(days=random.randint(1, max(1, days)))
    return day + clock


def _add_deal(random: Random, found: Tables, name: str) -> None:
    story = _timeline(random)
    end = story[-1]
    leaves = end["stage"] == "Lost" or random.random() < 0.15
    steady = _steady(random) | ({"product": None} if leaves else {})
    _export(random, found, name, story, steady)
    if steady["currency"] != "JPY":
        _around(random, found, name, story)
    if leaves:
        _leave(random, found, name, story)


def _timeline(random: Random) -> list[Row]:
    """How a deal really went: states with their times."""
    at = moment(random, BEGIN, 150)
    state: Row = {
        "at": at, "stage": random.choice(STAGES), "amount": random.choice((-20, 0, None, 50, 80, 100, 120, 140, 200)),
        "close_on": random.choice((None, *(date(2026, 7, 1) + timedelta(days=random.randint(0, 140)) for _ in range(5)))),
        "rep_id": random.choice((*REPS, *REPS, None)), "probability": random.choice((None, 0, Decimal("0.3"), Decimal("0.6"), 1)),
    }  # fmt: skip
    story = [state]
    for _ in range(random.randint(0, 4)):
        state = {**state, "at": moment(random, state["at"], 30)}
        field = random.choice(("stage", "stage", "amount", "close_on", "rep_id", "probability"))
        state[field] = {
            "stage": lambda: random.choice(STAGES), "amount": lambda: random.choice((60, 90, 110, 130)),
            "close_on": lambda: date(2026, 8, 1) + timedelta(days=random.randint(0, 90)),
            "rep_id": lambda: random.choice(REPS), "probability": lambda: Decimal("0.5"),
        }[field]()  # fmt: skip
        story.append(state)
    if random.random() < 0.5:
        at = moment(random, state["at"], 40)
        story.append(
            {**state, "at": at, "stage": random.choice(("Won", "Lost")), "closed_at": at, "close_on": at.date()}
        )
        if random.random() < 0.15:
            story.append({**state, "at": moment(random, at, 20), "stage": random.choice(STAGES)})
    return story


def _steady(random: Random) -> Row:
    """What has no history of its own."""
    return {
        "currency": random.choice(("USD", "USD", "USD", "EUR", "JPY", None)),
        "segment": random.choice(SEGMENTS), "deal_type": random.choice(("New", "New", None, "Renewal")),
        "product": random.choice(("Rig", None, None)), "list_amount": random.choice((None, 90, 100, 150)),
        "direct_cost": random.choice((None, None, 60, 84)), "allocated_overhead": random.choice((None, 0, 21)),
        "credit_amount": random.choice((None, None, None, 70)),
    }  # fmt: skip


def _export(random: Random, found: Tables, name: str, story: list[Row], steady: Row) -> None:
    """Versions of the row, snapshots and changes that tell parts of the story, rarely of another one."""
    created = story[0]["at"] if random.random() < 0.9 else None
    last = story[-1]
    for number, state in enumerate(story):
        is_last = state is last
        if is_last or "closed_at" in state or random.random() < 0.3:
            is_late = is_last and random.random() < 0.4 and not (number and "closed_at" in story[number - 1])
            seen = moment(random, state["at"], 20) if is_late else state["at"]
            row = {"opportunity_id": name, **steady, **_columns(state), "created_at": created,
                   "version_from_at": seen, "modified_at": seen, "closed_at": state.get("closed_at")}  # fmt: skip
            if state["stage"] == "Lost":
                row["loss_reason"] = random.choice((None, "We left", "Junk Lead", "Price"))
            found["opportunities"].append(row)
        how = "changes" if "closed_at" in state else random.choice(("snapshot", "changes", "none"))
        if how == "snapshot":
            told = {**_columns(state)} | ({"amount": 75} if random.random() < 0.1 else {})
            found.setdefault("opportunity_snapshots", []).append(
                {"opportunity_id": name, "changed_at": state["at"], **told}
            )
        elif how == "changes" and number:
            _tell_changes(found, name, story[number - 1], state)


def _columns(state: Row) -> Row:
    return {field: state[field] for field in ("stage", "amount", "close_on", "rep_id", "probability")}


def _tell_changes(found: Tables, name: str, before: Row, after: Row) -> None:
    text: Callable[[Any], str | None] = lambda value: None if value is None else str(value)  # noqa: E731
    found.setdefault("opportunity_changes", []).extend(
        {"opportunity_id": name, "changed_at": after["at"], "field": field, "old_value": text(before[field]), "new_value": text(after[field])}
        for field in _columns(after) if before[field] != after[field]
    )  # fmt: skip


def _around(random: Random, found: Tables, name: str, story: list[Row]) -> None:
    """Offers, walk-away points, approvals, credits and activities of a deal."""
    begun = story[0]["at"]
    for side in ("seller", "buyer", "buyer"):
        if random.random() < 0.3:
            found.setdefault("offers", []).append(
                {"opportunity_id": name, "offered_at": moment(random, begun, 90) + timedelta(hours=len(found["opportunities"]) % 7),
                 "side": side, "amount": random.choice((70, 84, 95, 126, 160)), "currency": None})  # fmt: skip
    for _ in range(random.choice((0, 0, 1, 2))):
        found.setdefault("walk_away_points", []).append(
            {"opportunity_id": name, "set_at": moment(random, begun, 90) + timedelta(minutes=random.randint(1, 700)),
             "floor_amount": random.choice((None, 60, 84)), "threshold_amount": random.choice((84, 100, 126))})  # fmt: skip
    if random.random() < 0.4:
        asked = moment(random, begun, 60)
        found.setdefault("approvals", []).append(
            {"opportunity_id": name, "kind": "price", "role": random.choice(("vp", "executive", "legal")), "requested_at": asked,
             "decision": random.choice(("approved", "approved", "refused")), "decided_at": random.choice((None, asked, story[-1]["at"], moment(random, asked, 40))),
             "justification": random.choice(("entry", "entry", " ", None))})  # fmt: skip
    if random.random() < 0.15:
        found.setdefault("credits", []).extend(
            {"opportunity_id": name, "rep_id": rep, "share": share}
            for rep, share in (("r1", Decimal("0.6")), ("r3", Decimal("0.4")))
        )
    if random.random() < 0.3:
        found.setdefault("activities", []).append(
            {"opportunity_id": name, "account_id": None, "occurred_at": moment(random, begun, 150), "kind": "call", "side": random.choice(("buyer", "seller"))})  # fmt: skip


def _leave(random: Random, found: Tables, name: str, story: list[Row]) -> None:
    """Declines, answers and returns."""
    at = story[-1]["at"]
    if random.random() < 0.3:
        found.setdefault("decline_reviews", []).append(
            {"opportunity_id": name, "answer": random.choice(("we_left", "they_left", "void")), "reason": "risk", "confirmed_by": "CRO"})  # fmt: skip
    for _ in range(random.choice((0, 1, 1, 2))):
        at = moment(random, at, 10) if random.random() < 0.6 else at + timedelta(seconds=1)
        found.setdefault("declines", []).append(
            {"opportunity_id": name, "decided_at": at, "kind": random.choice(("real", "real", None, "tactical")), "reason": "economics",
             "demanded_amount": random.choice((None, None, 70, 84, 110)), "confirmed_by": random.choice((None, "VP")),
             "rationale": random.choice((None, "low")), "communicated_at": random.choice((None, at)),
             "exit_type": random.choice((None, "open_door")), "lesson": random.choice((None, "ask first"))})  # fmt: skip
        if random.random() < 0.4:
            at = moment(random, at, 15)
            found.setdefault("returns", []).append(
                {"opportunity_id": name, "returned_at": at, **random.choice(({"returned_amount": None}, {"returned_amount": 130}, {"returned_amount": 90, "new_opportunity_id": "d00"}))})  # fmt: skip
