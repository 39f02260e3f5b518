"""What stands beside BATNA strength: N, bands, the next quarter, deals needed, pairs (03-metrics.md, section 3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jobs.check import run_checks
from tests.models.calibrated import with_bands, with_unborn
from tests.models.cases import side_by_side, told
from tests.models.world import AS_OF, CALENDAR, World, deal, one, quota, rows, world

NEXT = "2026-10-01"
TEAM = [{"rep_id": rep_id, "rep_name": rep_id, "team": "North"} for rep_id in ("r1", "r2")]


def built(deals: list[dict[str, Any]], quotas: list[dict[str, Any]], **options: Any) -> World:
    return world({"opportunities": deals, "quotas": quotas, "reps": options.pop("reps", TEAM)}, **options)


CARD = "select * from marts.rep_scorecard where rep_id = 'r1'"


def test_business_that_is_not_in_the_pipeline_yet_counts_towards_the_gap() -> None:
    """One deal of 60 at even odds, gap 100, N 0 or 50 with equal chances: nothing without the deal, a quarter with it."""
    connection = built([deal("d1", amount=60, probability=0.5)], [quota(100)])
    before = one(connection, CARD)
    with_unborn(connection, {"": [0, 0.5]})
    found = one(connection, CARD)

    assert (before["attainment_probability"], before["unborn_amount"]) == (0, None)
    assert (found["attainment_probability"], found["batna_strength"], found["unborn_amount"]) == (0.25, 0, 25)
    assert found["all_won_misses"] is False
    assert found["expected_amount"] == pytest.approx((0 + 50 + 60 + 100) / 4)


def test_a_rep_without_a_candidate_lives_on_business_to_be_found() -> None:
    connection = built([deal("d1", stage="Prospecting")], [quota(100)])
    with_unborn(connection, {"": [0, 1.2, 0.9, 1]})
    found = one(connection, CARD)

    assert (found["batna_basis"], found["batna_strength"], found["band_withheld_reason"]) == ("none", 50, "none")


def test_a_segment_has_its_own_n_and_a_team_the_sum_of_its_reps() -> None:
    reps = [TEAM[0] | {"segment": "Enterprise"}, TEAM[1] | {"segment": "Mid"}]
    connection = built([deal("d1", probability=0.5)], [quota(100), quota(200, "r2")], reps=reps)
    with_unborn(connection, {"": [0.5], "Enterprise": [0.1, 0.3]})
    found = rows(
        connection, "select book_kind, book_id, unborn_cents from scores.book_unborn where horizon = 'this_quarter'"
    )
    points: dict[str, list[int]] = {}
    for row in found:
        points.setdefault(row["book_id"], []).append(row["unborn_cents"])

    assert (sorted(points["r1"]), points["r2"]) == ([1000, 3000], [10000])
    assert sum(points["North"]) / len(points["North"]) == pytest.approx(2000 + 10000, abs=1)
    assert (min(points["North"]), max(points["North"])) == (pytest.approx(11000, abs=2), pytest.approx(13000, abs=2))
    assert sorted(points["company"]) == sorted(points["North"])


def test_on_the_last_day_nothing_more_is_found() -> None:
    connection = built([deal("d1", close_on="2026-09-30")], [quota(100)], as_of=[date(2026, 9, 30)])
    with_unborn(connection, {"": [2.0]}, weeks_left=0)

    assert one(connection, CARD)["attainment_probability"] == 0


HALVES = [deal(f"d{number}", probability=0.5) for number in range(5)]


WORDS: list[tuple[str, float | None, dict[str, Any], str | None, str | None]] = [
    ("fair", 100, {}, "fair", None),
    ("weak under 40", 150, {}, "weak", None),
    ("strong from 70", 50, {}, "strong", None),
    ("out of reach under 5 % attainment, never weak", 250, {}, "out_of_reach", None),
    ("a rep who just began", 100, {"started_on": "2026-06-01"}, None, "ramping"),
    ("without a quota there is no strength", None, {}, None, None),
]


@pytest.fixture(scope="module")
def worded() -> World:
    cases = {
        title: {"opportunities": HALVES, "quotas": [quota(amount)] if amount else [], "reps": [TEAM[0] | person]}
        for title, amount, person, *_ in WORDS
    }
    connection = world(side_by_side(cases))
    with_bands(connection)
    return connection


@pytest.mark.parametrize(("title", "band", "reason"), [(case[0], *case[3:]) for case in WORDS])
def test_the_word_for_a_strength(worded: World, title: str, band: str | None, reason: str | None) -> None:
    [found] = told(worded, "marts.rep_scorecard", title, "rep_id")

    assert (found["batna_band"], found["band_withheld_reason"]) == (band, reason)


def test_with_n_unknown_it_is_the_open_pipeline_only() -> None:
    connection = built(HALVES, [quota(100)])
    with_bands(connection, unborn=False)
    found = one(connection, CARD)

    assert (found["batna_band"], found["band_withheld_reason"]) == (None, "pipeline_only")


def test_no_word_while_the_probabilities_are_untested() -> None:
    connection = built(HALVES, [quota(100)])
    with_unborn(connection, {"": [0.1]})

    assert one(connection, CARD)["band_withheld_reason"] == "uncalibrated"


def test_the_usual_share_of_weak_reps_is_that_of_weeks_with_bands_and_as_many_weeks_left() -> None:
    connection = built(HALVES, [quota(150)], as_of=[date(2026, 5, 16), date(2026, 5, 23), AS_OF])
    connection.execute(
        "update scores.weak_counts set weak_rep_count = 1, banded_rep_count = 4 where as_of_on in ('2026-05-16', '2026-05-23')"
    )
    connection.forget("scores.weak_counts")
    query = "select usual_weak_share, usual_rep_count from marts.rep_scorecard where rep_id = 'r1' order by as_of_on"

    assert [tuple(row.values()) for row in rows(connection, query)] == [(None, None), (None, None), (0.25, 4)]


def test_weak_reps_are_counted_among_those_who_have_a_band() -> None:
    connection = built(HALVES, [quota(150), quota(50, "r2")])
    with_bands(connection)
    found = one(connection, "select weak_rep_count, banded_rep_count from scores.weak_counts")

    assert found == {"weak_rep_count": 1, "banded_rep_count": 1}, "r2 has no candidate, and so no band"


def test_the_next_quarter_from_the_deals_that_will_still_be_open() -> None:
    """Three deals of 50: open with 1/2 and then won with 1/2, so 1/4 each; any one of the other two makes 50."""
    deals = HALVES[:3]
    found = one(built(deals, [quota(100), quota(50, period_start_on=NEXT)]), CARD)

    assert found["next_quarter_strength"] == pytest.approx(100 * (1 - 0.75**2))
    assert found["next_quarter_quota_amount"] == 50


def test_the_close_date_is_set_against_the_end_of_the_next_quarter() -> None:
    deals = [
        deal(name, amount=50, probability=0.5, close_on=on) for name, on in (("a", "2026-11-15"), ("b", "2027-02-01"))
    ]
    connection = built(deals, [quota(100), quota(50, period_start_on=NEXT)])
    found = {row["opportunity_id"]: row["win_probability"] for row in rows(connection, "from working.next_chances")}

    assert found == {"a": 0.5, "b": 0.05}


def test_without_a_quota_for_the_next_quarter_it_says_nothing() -> None:
    found = one(built(HALVES, [quota(100)]), CARD)

    assert (found["next_quarter_strength"], found["next_quarter_quota_amount"]) == (None, None)


def past(
    count: int, won: int, created: str, closed: str, rep_id: str = "r1", amount: float = 40
) -> list[dict[str, Any]]:
    """Deals of an earlier quarter, the first of them won."""
    return [
        deal(
            f"{rep_id}-{created}-{number}", rep_id=rep_id, amount=amount, created_at=f"{created} 12:00:00",
            modified_at=f"{closed} 12:00:00", closed_at=f"{closed} 12:00:00",
            stage="Closed Won" if number < won else "Closed Lost",
        )
        for number in range(count)
    ]  # fmt: skip


def test_new_deals_that_lift_a_weak_quarter() -> None:
    """Half of the deals created with six weeks left were won at once, at 40. Without the deal at the table three such
    deals must come in: of four with 5/16, of five with a half."""
    fresh = deal("d1", amount=100, probability=0.5, created_at="2026-07-05 12:00:00")
    deals = [fresh, *past(40, 20, "2026-05-14", "2026-06-23")]
    found = one(built(deals, [quota(100)]), CARD)

    assert (found["new_deal_source"], found["new_deal_count"], found["new_deal_probability"]) == ("own", 40, 0.5)
    assert found["new_deal_amount"] == 40
    assert (found["batna_strength"], found["deals_needed"]) == (0, 5)
    assert found["deals_needed_by_on"] == date(2026, 8, 21)


@pytest.mark.parametrize(
    ("title", "deals", "needed", "source"),
    [
        ("it is there already", [*HALVES, *past(40, 20, "2026-05-14", "2026-06-23")], 0, "own"),
        ("no history, no number", [HALVES[0]], None, None),
        ("none that was created so late was ever won in its quarter",
         [HALVES[0], *past(40, 20, "2026-02-12", "2026-04-10")], None, "own"),
        ("more than can be named", [HALVES[0], *past(40, 20, "2026-05-14", "2026-06-23", amount=0.5)], None, "own"),
        ("the company's, where one's own are few", [HALVES[0], *past(40, 20, "2026-05-14", "2026-06-23", "r2")], 5, "company"),
    ],
)  # fmt: skip
def test_how_many_new_deals(title: str, deals: list[dict[str, Any]], needed: int | None, source: str | None) -> None:
    found = one(built(deals, [quota(100)]), CARD)

    assert (found["deals_needed"], found["new_deal_source"]) == (needed, source), title


PAIRS = [
    ("rep_weak_team_strong", 100, 10), ("both_weak", 100, 400), ("both_strong", 50, 10), ("rep_strong_team_weak", 50, 400),
    ("in_between", 80, 10),
]  # fmt: skip


@pytest.mark.parametrize(("code", "own_quota", "others_quota"), PAIRS, ids=[pair[0] for pair in PAIRS])
def test_who_can_spare_a_deal(code: str, own_quota: float, others_quota: float) -> None:
    """The rep's quarter without the deal, and the team's."""
    deals = [
        deal("d1", amount=100, probability=0.5),
        deal("d2", amount=80, probability=0.5),
        deal("d3", amount=50, probability=0.5),
    ]
    others = [deal(f"o{number}", rep_id="r2", amount=60, probability=0.9) for number in range(4)]
    connection = built([*deals, *others], [quota(own_quota), quota(others_quota, "r2")])
    pair = "select pair_code from marts.deal_positions where opportunity_id = 'd1'"

    assert one(connection, pair) == {"pair_code": None}, "strong and weak are no words while the chances are untested"
    with_bands(connection)
    assert one(connection, pair) == {"pair_code": code}


@pytest.mark.parametrize(
    ("title", "team", "unborn", "code"),
    [
        ("bands of both", TEAM, True, "both_weak"),
        ("a rep in the first months", [{**person, "started_on": "2026-06-01"} for person in TEAM], True, None),
        ("nothing is known of business still to be found", TEAM, False, None),
    ],
)
def test_a_pair_needs_the_word_of_both(title: str, team: list[dict[str, Any]], unborn: bool, code: str | None) -> None:
    connection = built(HALVES, [quota(200), quota(100, "r2")], reps=team)
    with_bands(connection, unborn=unborn)

    assert one(connection, "select distinct pair_code from marts.deal_positions") == {"pair_code": code}, title


def test_a_made_quarter_needs_no_forecast_to_be_strong() -> None:
    won = deal("won", amount=100, stage="Closed Won", closed_at="2026-07-20 12:00:00")
    connection = built([deal("d1", probability=0.5), won], [quota(60)])

    assert one(connection, "select pair_code from marts.deal_positions") == {"pair_code": "both_strong"}


def test_learnt_probabilities_widen_the_bounds_and_every_check_holds() -> None:
    connection = built(HALVES, [quota(100)])
    connection.execute(
        "update scores.book_deals set probability_deviation = 0.1, probability_cell = case when opportunity_id < 'd3' then 'a' else 'b' end"
    )
    connection.forget("scores.book_deals")
    found = one(connection, CARD)

    assert found["batna_strength_low"] < 60 < found["batna_strength"] < 77 < found["batna_strength_high"]
    assert found["is_exact"] is True
    assert [result for result in run_checks(connection.whole(), [AS_OF]) if not result.is_passed] == []


def test_five_deals_that_never_win_cannot_lift_a_strength_by_more_than_they_are_believed() -> None:
    """Whatever is added, the strength rises at most by the chance that one of the new deals is believed to be won."""
    junk = [deal(f"j{number}", amount=500, probability=0.03) for number in range(5)]
    before = one(built(HALVES[:1], [quota(100)]), CARD)
    after = one(built([*HALVES[:1], *junk], [quota(100)]), CARD)

    assert after["batna_strength"] - before["batna_strength"] <= 100 * (1 - 0.97**5) + 1e-9


def test_the_correlation_is_told_with_how_far_it_moves_the_answer() -> None:
    settings = CALENDAR.replace("correlation = 0", 'correlation = "estimate"')
    found = one(built(HALVES, [quota(100)], settings=settings), "select * from marts.correlation")

    assert (found["correlation"], found["correlation_source"], found["rep_quarter_count"]) == (0.1, "default", 0)
    assert 0 < found["mean_move_points"] <= found["largest_move_points"] < 5
    assert one(built(HALVES, [quota(Decimal(100))]), "select correlation_source, largest_move_points from marts.correlation") == {
        "correlation_source": "set", "largest_move_points": 0,
    }  # fmt: skip
