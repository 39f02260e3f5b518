"""Companies that differ in their lines and floors alone, through all models: what may not tell them says the same."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from jobs.check import run_checks
from jobs.render import render_week
from jobs.settings import parse_settings
from tests.models.world import AS_OF, CALENDAR, deal, quota, world
from tests.render.pages import EDITIONS

PRICE = 100  # of every deal; buyers ask for 20
OPEN = [("a", "r1", "clear"), ("b", "r1", "approval"), ("c", "r1", "walk"), ("d", "r2", "clear"), ("e", "r3", "clear"),
        ("f", "r4", "walk"), ("g", "r5", "approval"), ("h", "r6", "clear")]  # fmt: skip
WON = [("w1", "r1", "clear"), ("w2", "r2", "approval"), ("w3", "r3", "walk")]
DECLINED = [("x", "r1", "walk")]
# Between which prices floor and line of a zone lie, for a price of 100 and a demand of 20.
FLOORS = {"clear": (30, 60), "approval": (30, 95), "walk": (105, 125)}
LINES = {"clear": (61, 92), "approval": (105, 140), "walk": (126, 180)}


def company(seed: int, *, with_lines: bool) -> dict[str, list[dict[str, Any]]]:
    """Six reps, whose floors are drawn, and whose lines too, or always in the middle of where they may lie."""
    draw, deals = Random(seed), [*OPEN, *WON, *DECLINED]
    won = {"stage": "Closed Won", "closed_at": "2026-07-20 12:00:00"}
    lost = {"stage": "Closed Lost", "closed_at": "2026-07-20 12:00:00"}
    ends = {key: won for key, _, _ in WON} | {key: lost for key, _, _ in DECLINED}
    return {
        "opportunities": [deal(key, rep_id=rep, amount=PRICE, **ends.get(key, {})) for key, rep, _ in deals],
        "reps": [{"rep_id": f"r{n}", "rep_name": f"Rep {n}", "team": "North"} for n in range(1, 7)],
        "quotas": [quota(150, f"r{n}") for n in range(1, 7)],
        "offers": [
            {"opportunity_id": key, "offered_at": f"2026-07-0{day} 12:00:00", "side": side, "amount": amount}
            for key, _, _ in deals
            for day, side, amount in ((2, "buyer", 20), (3, "seller", PRICE))
        ],
        "walk_away_points": [
            {"opportunity_id": key, "set_at": "2026-06-01 12:00:00", "floor_amount": cents(draw, *FLOORS[zone]),
             "threshold_amount": cents(draw, *LINES[zone]) if with_lines else sum(LINES[zone]) / 2}
            for key, _, zone in deals
        ],
        "declines": [{"opportunity_id": key, "decided_at": "2026-07-20 12:00:00", "kind": "real", "reason": "economics",
                      "demanded_amount": 20} for key, _, _ in DECLINED],
    }  # fmt: skip


def cents(draw: Random, low: int, high: int) -> Decimal:
    return Decimal(draw.randint(low * 100, high * 100)) / 100


def pages(tables: dict[str, list[dict[str, Any]]], edition: str, target: Path) -> dict[str, str]:
    """The pages of an edition, after every model and check."""
    connection = world(tables).whole()
    run_checks(connection, (AS_OF,))
    written = render_week(connection, parse_settings(CALENDAR + EDITIONS), AS_OF, target)
    texts = {path.relative_to(target).as_posix(): path.read_text(encoding="utf-8") for path in written}
    return {name: text for name, text in texts.items() if f"/{edition}/" in name}


def test_no_page_of_a_team_depends_on_lines_and_floors(tmp_path: Path) -> None:
    companies = [company(seed, with_lines=True) for seed in range(3)]
    made = [pages(tables, "team", tmp_path / str(number)) for number, tables in enumerate(companies)]
    assert made[0] == made[1] == made[2]
    [page] = made[0].values()
    assert "4 of 8 open deals have slipped under the price where we said we would walk" in page
    text = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    for point in (point for tables in companies for point in tables["walk_away_points"]):
        for amount in (point["floor_amount"], point["threshold_amount"]):
            assert not re.search(rf"[^\d.]{re.escape(str(amount))}[^\d]", text)


def test_no_page_of_a_rep_depends_on_floors(tmp_path: Path) -> None:
    made = [pages(company(seed, with_lines=False), "rep", tmp_path / str(seed)) for seed in range(2)]
    assert made[0] == made[1]
    assert sum("below the floor</span>" in page for page in made[0].values()) == 2
