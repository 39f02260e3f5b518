"""A random world in which every entity tells something, what a later export brings, and the same world in another currency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from tests.models.reference import random_worlds
from tests.models.reference.random_worlds import Row, Tables

WEEK = date(2026, 8, 15)
BEGIN, DAYS = datetime(2026, 3, 1), 150
EVER, YOUNG = datetime(1900, 1, 1), datetime(2026, 7, 20)
LATER = datetime(2026, 8, 20)
FLAGS = ("C080", "C081", "C085", "showstopper")
ITEMS = ("offers_rejected_twice", "sold_first", "needs_uncovered", "decision_maker", "timeline", "value_of_money")
ABROAD = ("EUR", "JPY")
MONEY = (
    "amount", "credit_amount", "list_amount", "direct_cost", "allocated_overhead", "quota_amount", "annual_revenue",
    "floor_amount", "threshold_amount", "demanded_amount", "returned_amount", "realised_margin_amount",
    "reentry_min_amount",
)  # fmt: skip

MORE = """
[fit]
industries = ["Retail", "Energy"]
min_employees = 50
max_annual_revenue = {revenue}
[terms]
payment_days = 30
[discounts]
size_bands = [{band}]
min_deals = 2
[declines]
escalation_amount = {band}
[unborn]
min_rep_quarters = 2
[effects]
min_quarters = 2
[calibration]
bins = 4
"""


def settings(random: Random, *, factor: int = 1, currency: str = "USD") -> str:
    """Settings under which so few deals are enough to learn from; every amount of money times the factor."""
    text = random_worlds.settings(random).replace(
        "history_quarters = 2", "history_quarters = 3\nmin_learnt_deals = 4\nmin_learnt_quarters = 1\nprior_deals = 3"
    )
    for key, amount in (("fallback", 150), ("max_amount", 100), ("min_amount", 100)):
        text = text.replace(f"{key} = {amount}", f"{key} = {amount * factor}")
    more = MORE.format(revenue=1000 * factor, band=100 * factor)
    return f'{text}{more}[reporting]\ncurrency = "{currency}"\n'


def tables(random: Random, deals: int = 40) -> Tables:
    """Rows of a world; every row has its version_from_at."""
    found = random_worlds.tables(random, deals)
    found["opportunities"] = [_told_more(row) for row in found["opportunities"]]
    names = sorted({row["opportunity_id"] for row in found["opportunities"]})
    found["accounts"] = [_account(random, number) for number in range(5)]
    for name in names:
        for entity, rows in _about(random, name, BEGIN, DAYS).items():
            found.setdefault(entity, []).extend(rows)
    found["corrections"] = [_contest(random, name) for name in random.sample(names, 3)]
    found["outcomes"] = [
        {"opportunity_id": name, "as_of_on": date(2026, 7, 1) + timedelta(days=random.randint(0, 60)),
         "status": random.choice(("renewed", "churned", "expanded")), "realised_margin_amount": 20}
        for name in names if random.random() < 0.3
    ]  # fmt: skip
    return {entity: [_known(row) for row in rows] for entity, rows in found.items()}


def _told_more(row: Row) -> Row:
    number = int(row["opportunity_id"][1:])
    return {
        **row,
        "account_id": f"a{number % 5}",
        "scope_units": 10 + number % 3,
        "lead_source": ("Web", "Fair")[number % 2],
    }


def _account(random: Random, number: int) -> Row:
    return {
        "account_id": f"a{number}", "account_name": f"A{number}", "industry": random.choice(("Retail", "Mining", None)),
        "employees": random.choice((10, 500, None)), "annual_revenue": random.choice((500, 5000, None)),
        "country": "DE", "is_strategic": random.random() < 0.3,
    }  # fmt: skip


def _about(random: Random, name: str, begin: datetime, days: int) -> Tables:
    """What else happens to a deal in a stretch of time."""

    def at() -> datetime:
        return random_worlds.moment(random, begin, days)

    def often(share: float) -> bool:
        return random.random() < share

    asked = at()
    return {
        "offers": [_offer(random, name, at()) for _ in range(random.choice((0, 0, 3)))],
        "change_requests": [
            {"opportunity_id": name, "requested_at": asked, "kind": random.choice(("scope", "payment", "price")), "value": "90",
             "answered_at": asked + timedelta(hours=random.choice((3, 60))), "answer": random.choice(("accepted", "refused", "traded")),
             "alternative_offered": random.choice((None, "pilot"))}
        ] if often(0.3) else [],
        "term_requests": [
            {"opportunity_id": name, "requested_at": at(), "term": random.choice(("indemnity", "payment_days")), "value": "45",
             "status": random.choice(("requested", "refused", "accepted")), "decided_at": at()}
        ] if often(0.3) else [],
        "red_flags": [
            {"opportunity_id": name, "flag": flag, "observed_at": at(), "reported_by": "r1"} for flag in FLAGS if often(0.3)
        ],
        "readiness": [
            {"opportunity_id": name, "item": item, "met_at": random.choice((None, at()))} for item in ITEMS if often(0.3)
        ],
        "contacts": [
            {"opportunity_id": name, "role": role, "first_seen_at": at(), "is_decision_maker": role == "buyer"}
            for role in ("buyer", "user") if often(0.5)
        ],
    }  # fmt: skip


def _offer(random: Random, name: str, at: datetime) -> Row:
    return {
        "opportunity_id": name, "offered_at": at, "side": random.choice(("seller", "seller", "buyer")),
        "amount": random.choice((80, 95, 110, 150)), "currency": None, "is_final": random.random() < 0.2,
        "lever": random.choice((None, "price", "term")), "traded_for": random.choice((None, "volume")),
    }  # fmt: skip


def _contest(random: Random, name: str) -> Row:
    return {
        "row_kind": "position", "opportunity_id": name, "contested_at": datetime(2026, 8, 1), "contested_by": "r1",
        "claim": "the buyer was late", "status": random.choice(("open", "accepted")),
    }  # fmt: skip


TIMES = (
    "changed_at", "set_at", "offered_at", "requested_at", "decided_at", "returned_at", "occurred_at", "observed_at",
    "met_at", "first_seen_at", "contested_at", "as_of_on",
)  # fmt: skip


def _known(row: Row) -> Row:
    """The row with the moment from which it holds: its event, where nothing else was said."""
    if row.get("version_from_at") not in (None, datetime(1900, 1, 1)):
        return row
    return {**row, "version_from_at": next((row[name] for name in TIMES if row.get(name)), datetime(1900, 1, 1))}


def later(random: Random, found: Tables) -> Tables:
    """What happens after the week: news of the same deals, and deals that begin then."""
    names = sorted({row["opportunity_id"] for row in found["opportunities"]})
    new: Tables = {"walk_away_points": [], "returns": [], "declines": [], "approvals": [], "opportunity_snapshots": []}
    for name in names:
        for entity, rows in _about(random, name, LATER, 20).items():
            new.setdefault(entity, []).extend(rows)
        at = random_worlds.moment(random, LATER, 20)
        new["walk_away_points"].append(
            {"opportunity_id": name, "set_at": at, "floor_amount": 40, "threshold_amount": 50}
        )
        new["opportunity_snapshots"].append({"opportunity_id": name, "changed_at": at, "stage": "Won", "amount": 33})
        new["returns"].append({"opportunity_id": name, "returned_at": at, "returned_amount": 77})
        new["declines"].append({"opportunity_id": name, "decided_at": at, "kind": "real", "reason": "risk"})
        new["approvals"].append(
            {"opportunity_id": name, "kind": "price", "role": "vp", "requested_at": at, "decided_at": at, "decision": "approved", "justification": "x"})  # fmt: skip
    new["readiness"] = [row for row in new["readiness"] if row["met_at"]]
    new["term_requests"] = [{**row, "decided_at": row["requested_at"]} for row in new["term_requests"]]
    new["opportunities"] = [_young(number) for number in range(5)]
    new["fx_rates"] = [{"currency": "EUR", "valid_from": date(2026, 8, 20), "rate_to_reporting": Decimal(9)}]
    new["corrections"] = [{**_contest(random, name), "contested_at": LATER} for name in names[:3]]
    return {entity: [_known(row) for row in rows] for entity, rows in new.items() if rows}


def _young(number: int) -> Row:
    return {
        "opportunity_id": f"y{number}", "rep_id": "r1", "stage": "Negotiation", "amount": 500, "currency": "USD",
        "created_at": LATER, "modified_at": LATER, "version_from_at": LATER, "close_on": date(2026, 9, 20),
    }  # fmt: skip


def together(first: Tables, second: Tables) -> Tables:
    return {entity: [*first.get(entity, []), *second.get(entity, [])] for entity in {**first, **second}}


def without(found: Tables, *entities: str) -> Tables:
    return {entity: rows for entity, rows in found.items() if entity not in entities}


def without_lines(found: Tables) -> Tables:
    """No walk-away points, and nothing that lines are made of: costs, list prices, products."""
    left = without(found, "walk_away_points", "products")
    sources = dict.fromkeys(("list_amount", "direct_cost", "allocated_overhead"))
    return left | {"opportunities": [row | sources for row in left["opportunities"]]}


def shuffled(random: Random, rows: Sequence[Row]) -> list[Row]:
    return random.sample(list(rows), len(rows))


def in_other_money(found: Tables, factor: int, currency: str) -> Tables:
    """The reporting currency replaced by one of which `factor` units are one of the old: amounts of home and rates of others."""
    abroad = {row["opportunity_id"] for row in found["opportunities"] if row["currency"] in ABROAD}

    def is_home(row: Row) -> bool:
        return row.get("opportunity_id") not in abroad and row.get("currency") not in ABROAD

    return {
        entity: [_times(row, factor) | _named(row, currency) if is_home(row) else row for row in rows]
        if entity != "fx_rates"
        else [{**row, "rate_to_reporting": row["rate_to_reporting"] * factor} for row in rows]
        for entity, rows in found.items()
    }


def _times(row: Row, factor: int) -> Row:
    """The row with its money times the factor; a change of an amount tells it as text."""
    if row.get("field") == "amount":
        return {
            **row,
            **{name: str(int(row[name]) * factor) for name in ("old_value", "new_value") if row[name] is not None},
        }
    return {name: value * factor if name in MONEY and value is not None else value for name, value in row.items()}


def _named(row: Row, currency: str) -> Row:
    return {"currency": currency} if row.get("currency") == "USD" else {}


def begun(found: Tables, rep: str, *, number: int) -> Tables:
    """The world with deals of a rep that began in this quarter: nothing is learnt from them yet."""
    deals = [
        {"opportunity_id": f"b{each}", "rep_id": rep, "stage": "Negotiation", "amount": 40 + 30 * each, "currency": "USD", "deal_type": "New",
         "created_at": YOUNG, "modified_at": YOUNG, "version_from_at": YOUNG, "close_on": date(2026, 9, 1),
         "probability": Decimal("0.4")}
        for each in range(number)
    ]  # fmt: skip
    quota = {"rep_id": rep, "period_start_on": date(2026, 7, 1), "quota_amount": 300, "version_from_at": EVER}
    quotas = [row for row in found["quotas"] if row["rep_id"] != rep]
    return found | {"opportunities": [*found["opportunities"], *deals], "quotas": [*quotas, quota]}


def padded(found: Tables, rep: str) -> Tables:
    """Five small wins of a rep in the last quarter, and five large new deals that the CRM calls certain."""
    begun_at, won_at = datetime(2026, 4, 10), datetime(2026, 6, 10)
    wins = [
        {"opportunity_id": f"small{each}", "rep_id": rep, "stage": "Won", "amount": 1, "currency": "USD", "deal_type": "New",
         "created_at": begun_at, "modified_at": won_at, "version_from_at": won_at, "closed_at": won_at}
        for each in range(5)
    ]  # fmt: skip
    history = [
        {"opportunity_id": f"small{each}", "changed_at": begun_at, "stage": "Proposal", "amount": 1, "rep_id": rep,
         "close_on": date(2026, 6, 20), "version_from_at": begun_at}
        for each in range(5)
    ]  # fmt: skip
    junk = [
        {"opportunity_id": f"junk{each}", "rep_id": rep, "stage": "Proposal", "amount": 900, "currency": "USD", "probability": 1,
         "deal_type": "New", "created_at": YOUNG, "modified_at": YOUNG, "version_from_at": YOUNG, "close_on": date(2026, 9, 1)}
        for each in range(5)
    ]  # fmt: skip
    quota = {"rep_id": rep, "period_start_on": date(2026, 7, 1), "quota_amount": 2500, "version_from_at": EVER}
    quotas = [row for row in found["quotas"] if row["rep_id"] != rep]
    told = {"opportunities": [*wins, *junk], "opportunity_snapshots": history}
    return together(found | {"quotas": [*quotas, quota]}, told)
