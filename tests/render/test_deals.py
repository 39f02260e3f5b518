"""Which move a deal calls for, which deals matter, and what could take a deal's place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.render.deal_rows import Position
from jobs.render.deals import Owner, alternatives, breaks_quarter, by_stake, in_focus, own
from jobs.render.ladder import ladder_of
from jobs.render.names import anchor, page_name, rep_page, slug
from jobs.render.overview import decisions
from tests.render.warehouse import deal, money


def position(opportunity_id: str = "D1", **values: Any) -> Position:
    row = dict.fromkeys(field.name for field in fields(Position)) | deal(opportunity_id, "R1", opportunity_id)
    return Position(**(row | values))


LINE = money(80_000)


@pytest.mark.parametrize(
    ("case", "values", "move", "because"),
    [
        (
            "below the floor nothing else matters",
            {"zone": "walk", "missing_approvals": "price:vp"},
            "escalate",
            "floor",
        ),
        ("an approval is missing", {"zone": "approval", "missing_approvals": "price:vp"}, "escalate", "approvals"),
        ("nobody needs it enough to sign so", {"missing_approvals": "term:legal"}, "hold", "approvals"),
        ("the buyer asks for less than the line", {"last_buyer_amount": money(79_999)}, "hold", "demand"),
        ("the buyer asks for the line itself", {"last_buyer_amount": LINE}, "hold", "pair"),
        ("neither quarter can spare it", {"pair_code": "both_weak"}, "escalate", "pair"),
        ("it does not fit", {"triggers": "misfit,red_flags"}, "walk_closed_door", "triggers"),
        ("nothing to be decided", {}, None, None),
    ],
)
def test_the_sentence_of_a_move_names_a_fact(case: str, values: Mapping[str, Any], move: str, because: str) -> None:
    owned = own(position(**values), {}, {"D1": move} if move else {})
    assert (owned.move, owned.because) == (move, because), case


def test_where_the_quota_is_out_of_reach_no_quarter_is_called_weak() -> None:
    weak = position(pair_code="both_weak")
    assert own(weak, {"R1": Owner("Jonas", None)}, {}).pair_code == "both_weak"
    assert own(weak, {"R1": Owner("Jonas", None, is_out_of_reach=True)}, {}).pair_code is None


def test_a_deal_that_we_leave_and_nobody_needs_is_not_held() -> None:
    deal = position(pair_code="both_strong", triggers="red_flags")
    assert own(deal, {}, {"D1": "walk_closed_door"}).is_spared
    assert not own(deal, {}, {"D1": "hold"}).is_spared


def test_the_deals_in_focus_are_those_at_the_table_and_else_all_candidates() -> None:
    table, open_deal = position("D1"), position("D2", is_at_table=False)
    other = position("D3", is_at_table=False, is_candidate=False)
    assert in_focus([table, open_deal, other]) == (table,)
    assert in_focus([open_deal, other]) == (open_deal,)
    assert in_focus([other]) == ()


def test_a_decision_needs_money_unless_it_is_to_leave() -> None:
    idle = position("D1", pair_code="both_weak", stake_amount=money(0))
    broken = position("D2", zone="walk", stake_amount=money(0))
    calls = decisions([idle, broken], {}, {"D1": "escalate", "D2": "walk_open_door"})
    assert [call.deal.opportunity_id for call in calls] == ["D2"]


def test_to_hold_is_a_decision_only_against_something() -> None:
    strong, pressed = position("D1"), position("D2", last_buyer_amount=money(70_000))
    calls = decisions([strong, pressed], {}, {"D1": "hold", "D2": "hold"})
    assert [call.deal.opportunity_id for call in calls] == ["D2"]


def test_a_candidate_below_its_line_is_a_decision_before_it_is_at_the_table() -> None:
    early = position("D2", is_at_table=False, zone="walk", stake_amount=money(5_000))
    calls = decisions([position("D1"), early], {}, {"D2": "walk_open_door"})
    assert [call.deal.opportunity_id for call in calls] == ["D2"]


def test_an_alternative_is_as_far_along_and_of_a_similar_size() -> None:
    target = position("D1", phase="negotiation", counted_amount=money(100))
    fits = position("D2", phase="evaluation", counted_amount=money(70), win_probability=0.2)
    likelier = position("D3", phase="negotiation", counted_amount=money(80), win_probability=0.9)
    small = position("D4", counted_amount=money("69.99"))
    early = position("D5", phase="qualified", counted_amount=money(500))
    idle = position("D6", is_candidate=False, counted_amount=money(500))
    found = alternatives(target, [target, fits, likelier, small, early, idle], Decimal("0.7"))
    assert [other.opportunity_id for other in found] == ["D3", "D2"]


def test_half_of_what_can_be_expected_is_where_a_quarter_breaks() -> None:
    assert breaks_quarter(position(surviving_share=0.49))
    assert not breaks_quarter(position(surviving_share=0.5))
    assert not breaks_quarter(position(surviving_share=None))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=8), st.randoms())
def test_the_order_of_decisions_is_total(stakes: list[tuple[int, int]], random: Any) -> None:
    deals = [position(f"D{number}", stake_amount=money(stake)) for number, (stake, _) in enumerate(stakes)]
    shuffled = deals.copy()
    random.shuffle(shuffled)
    assert by_stake(shuffled) == by_stake(deals)


def test_a_ladder_is_relative_to_list_and_in_order() -> None:
    ladder = ladder_of([position()])
    assert ladder is not None
    assert ladder.basis == "list"
    (rung,) = ladder.rungs
    assert rung.floor_x is not None
    assert rung.list_x is not None
    assert rung.floor_x < rung.threshold_x < rung.price_x < rung.list_x <= 100
    assert not rung.is_beyond


def test_without_list_prices_a_ladder_is_relative_to_the_line() -> None:
    ladder = ladder_of([position(list_amount=None), position("D2")])
    assert ladder is not None
    assert ladder.basis == "threshold"
    assert ladder.rungs[0].threshold_x == ladder.rungs[1].threshold_x


def test_a_price_far_off_stands_at_the_end_and_says_so() -> None:
    ladder = ladder_of([position(price_amount=money(900_000)), position("D2")])
    assert ladder is not None
    assert (ladder.rungs[0].price_x, ladder.rungs[0].is_beyond) == (100.0, True)


def test_deals_without_a_line_have_no_ladder() -> None:
    assert ladder_of([position(threshold_amount=None)]) is None
    assert ladder_of([position(price_amount=None)]) is None


AMOUNTS = st.decimals(min_value="0.01", max_value="1e9", places=2)


@given(price=AMOUNTS, line=AMOUNTS, floor=AMOUNTS | st.none(), listed=AMOUNTS | st.none())
def test_every_mark_lies_on_the_axis(
    price: Decimal, line: Decimal, floor: Decimal | None, listed: Decimal | None
) -> None:
    values = {"price_amount": price, "threshold_amount": line, "floor_amount": floor, "list_amount": listed}
    ladder = ladder_of([position(**values)])
    assert ladder is not None
    (rung,) = ladder.rungs
    marks = [rung.price_x, rung.threshold_x, rung.floor_x, rung.list_x]
    assert all(0 <= mark <= 100 for mark in marks if mark is not None)
    assert 2 <= len(ladder.ticks) <= 8
    assert all(0 <= tick.x <= 100 for tick in ladder.ticks)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Jonas Weber", "reps/jonas-weber-a791366f.html"),
        ("Zoë  Müller-O'Neill", "reps/zoe-muller-o-neill-a791366f.html"),
        ("陈伟", "reps/a791366f.html"),
        ("../../etc/passwd", "reps/etc-passwd-a791366f.html"),
    ],
)
def test_a_page_is_named_after_the_person_and_the_id(name: str, path: str) -> None:
    assert rep_page(name, "R1") == path


@given(st.text(max_size=60), st.text(max_size=20))
def test_a_file_name_is_safe_whatever_the_name(label: str, key: str) -> None:
    key = key.encode("utf-8", "replace").decode()
    assert set(page_name(label, key)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert len(page_name(label, key)) <= 54
    assert not slug(label).startswith("-")
    assert anchor(key) != anchor(key + "x")
