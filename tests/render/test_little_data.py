"""What pages say where there is little: no declines, few cases, or opportunities and quotas alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.render.companies import bare, none_declined, sample
from tests.render.pages import render, words

JONAS = "reps/jonas-weber-a791366f.html"


def test_zero_declines_are_said_in_words(tmp_path: Path) -> None:
    pages = render(none_declined(), tmp_path)
    index, declined = words(pages["index.html"]), words(pages["declined.html"])
    assert "None. Not one deal declined this quarter, while 2 of 5 open deals stand below the price" in index
    assert "What did we decline? None. Not one deal." in index
    assert "None. Not one deal was declined this quarter." in declined
    assert "Meanwhile 2 deals were signed that should have been declined, $20K under their lines." in declined


def test_with_opportunities_and_quotas_alone_the_page_is_worth_reading(tmp_path: Path) -> None:
    pages = render(bare(), tmp_path)
    index, declined = words(pages["index.html"]), words(pages["declined.html"])
    assert "1 deal carries more than half of what its owner can still expect this quarter." in index
    assert "Nobody has recorded a decline; these 2 lost deals may be some." in index
    assert "Losing 1 deal would break its owner's quarter" in index
    assert "only 31% of what the owner can still expect survives without it" in words(pages[JONAS])
    assert "Amount now" in index
    assert "4 times" in index
    assert "8 of 20 wins in four quarters" in index
    assert "declines: opportunity_id" in index
    assert "Nobody has recorded a decline; these 2 lost deals may be some." in declined
    assert "Read this with care: a reason is on record for 40% of 15 lost deals." in declined
    assert "price ladder" not in index.lower()


def test_a_page_never_opens_with_an_empty_box(tmp_path: Path) -> None:
    for number, make in enumerate((sample, bare, none_declined)):
        for name, source in render(make(), tmp_path / str(number)).items():
            assert '<tbody role="rowgroup">\n</tbody>' not in source, name
            assert '<p class="deck"></p>' not in source, name
            assert '<span class="v"></span>' not in source, name


def test_few_cases_are_counted_and_many_are_a_share(tmp_path: Path) -> None:
    warehouse = sample()
    few = words(render(warehouse, tmp_path / "few")[JONAS])
    assert "Signed below the line 1 of 4" in few
    warehouse.connection.execute("update scores.rep_scorecard set lined_won_count = 20, below_threshold_won_count = 5")
    assert "Signed below the line 25%" in words(render(warehouse, tmp_path / "many")[JONAS])


def test_of_few_next_deals_those_below_the_line_are_counted(tmp_path: Path) -> None:
    warehouse = sample()
    warehouse.connection.execute(
        "update scores.precedents set known_count = 4, value_mean = 0.25 where measure = 'below_threshold_share'"
    )
    assert "Below the line again 1 of 4" in words(render(warehouse, tmp_path)["declined.html"])


@pytest.mark.parametrize(
    ("column", "sentence"), [("closed_4q_count", "Cover it takes"), ("usual_rep_count", "of reps are usually weak")]
)
def test_what_few_cases_stand_behind_is_not_told(tmp_path: Path, column: str, sentence: str) -> None:
    warehouse = sample()
    warehouse.connection.execute(
        "update scores.rep_scorecard set batna_band = 'weak', usual_weak_share = 0.35, usual_rep_count = 40 where rep_id = 'R1'"
    )
    assert sentence in words(render(warehouse, tmp_path / "many")[JONAS])
    warehouse.connection.execute(f"update scores.rep_scorecard set {column} = 9")
    assert sentence not in words(render(warehouse, tmp_path / "few")[JONAS])


def test_without_open_amounts_the_page_says_what_is_missing(tmp_path: Path) -> None:
    warehouse = bare()
    warehouse.connection.execute(
        "update scores.deal_positions set is_candidate = false, is_at_table = false, amount = null,"
        " candidate_reason = 'no_amount', surviving_share = null, loss_if_gone_amount = null, cut_count = 0, push_count = 0"
    )
    warehouse.connection.execute(
        "update scores.company_week set missing_amount_count = 2, qualified_count = 0, cut_count = 0, push_count = 0,"
        " attainment_probability = 0"
    )
    index = words(render(warehouse, tmp_path)["index.html"])
    assert "2 of 2 open deals have no amount, so they count for nothing until they have." in index
