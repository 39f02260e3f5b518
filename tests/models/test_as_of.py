"""What was known when: 02-data.md, and 03-metrics.md, section 0."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jobs.build import build
from jobs.errors import SettingsError
from jobs.settings import parse_settings
from tests.models.world import AS_OF, CALENDAR, deal, one, quota, rows, world

WON = {
    "stage": "Closed Won",
    "closed_at": "2026-08-20 12:00:00",
    "modified_at": "2026-08-21 12:00:00",
    "amount": 70,
}


def state(tables: dict[str, Any], as_of: date = AS_OF) -> dict[str, Any]:
    return one(world(tables, as_of=[as_of]), "select outcome, stage, amount, close_on, rep_id from staging.deals")


@pytest.mark.parametrize(
    ("title", "tables", "expected"),
    [
        ("a deal that closes after the as-of date is open, and its final values are not carried back",
         {"opportunities": [deal("d1", **WON)]}, ("open", None, None, None)),
        ("its history tells what it was then",
         {"opportunities": [deal("d1", **WON)],
          "opportunity_snapshots": [{"opportunity_id": "d1", "changed_at": "2026-08-01 00:00:00", "stage": "Proposal", "amount": 90}]},
         ("open", "Proposal", 90, None)),
        ("a later change is not known yet",
         {"opportunities": [deal("d1", **WON)],
          "opportunity_snapshots": [
              {"opportunity_id": "d1", "changed_at": "2026-08-01 00:00:00", "stage": "Proposal", "amount": 90},
              {"opportunity_id": "d1", "changed_at": "2026-08-16 00:00:00", "stage": "Negotiation", "amount": 80}]},
         ("open", "Proposal", 90, None)),
        ("the old value of a first change held from the beginning",
         {"opportunities": [deal("d1", **WON)],
          "opportunity_changes": [{"opportunity_id": "d1", "changed_at": "2026-08-18 00:00:00", "field": "rep_id", "old_value": "r9", "new_value": "r1"}]},
         ("open", None, None, "r9")),
        ("a field that was emptied is empty",
         {"opportunities": [deal("d1", **WON)],
          "opportunity_changes": [{"opportunity_id": "d1", "changed_at": "2026-08-01 00:00:00", "field": "amount", "old_value": "80", "new_value": None}]},
         ("open", None, None, None)),
        ("an older version of our own",
         {"opportunities": [deal("d1", amount=95, version_from_at="2026-08-10 00:00:00"), deal("d1", **WON)]},
         ("open", "Negotiation", 95, "r1")),
    ],
)  # fmt: skip
def test_an_open_deal_is_told_by_the_evidence_of_its_time(
    title: str, tables: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    found = state(tables)

    assert (found["outcome"], found["stage"], found["amount"], found["rep_id"]) == expected, title


def test_a_win_counts_from_its_closing_whenever_the_record_was_touched_last() -> None:
    touched = deal("d1", **{**WON, "closed_at": "2026-08-05 12:00:00", "modified_at": "2026-09-30 00:00:00"})

    assert (
        state({"opportunities": [touched]})["outcome"],
        state({"opportunities": [touched]})["amount"],
    ) == ("won", 70)


def test_a_deal_of_tomorrow_does_not_exist_today() -> None:
    late = deal("d1", created_at="2026-08-16 12:00:00", modified_at="2026-08-16 12:00:00")

    assert rows(world({"opportunities": [late]}), "select * from staging.deals") == []


def test_the_day_ends_in_the_zone_of_the_workspace() -> None:
    """23:30 on the 15th in New York is 03:30 on the 16th in UTC."""
    won = deal("d1", stage="Closed Won", closed_at="2026-08-16 03:30:00", modified_at="2026-08-16 03:30:00")
    utc = world({"opportunities": [won]})
    new_york = world({"opportunities": [won]}, settings=CALENDAR + '[workspace]\ntime_zone = "America/New_York"\n')

    assert one(utc, "select outcome from staging.deals")["outcome"] == "open"
    assert one(new_york, "select outcome, closed_on from staging.deals") == {
        "outcome": "won",
        "closed_on": AS_OF,
    }


def test_gone_while_open_is_void_gone_after_closing_stays() -> None:
    gone = {"version_from_at": "2026-08-10 00:00:00", "is_gone": True}
    won = {"stage": "Closed Won", "closed_at": "2026-07-05 12:00:00"}
    built = world({"opportunities": [deal("d1"), deal("d1", **gone), deal("d2", **won), deal("d2", **won, **gone)]})

    assert {
        row["opportunity_id"]: row["outcome"]
        for row in rows(built, "select opportunity_id, outcome from staging.deals")
    } == {"d1": "void", "d2": "won"}
    assert {row["code"] for row in rows(built, "select code from marts.findings where code like 'gone%'")} == {
        "gone_while_open",
        "gone_after_closing",
    }


def later_file(built: Any) -> None:
    built.execute(
        "insert into ops.files (file_number, file_name, entity, rows_in) values (9, 'quotas.csv', 'quotas', 0)"
    )
    built.execute(
        "insert into raw.quotas (rep_id, period_start_on, quota_amount, file_number, record_number, version_from_at, is_gone)"
        " values ('r1', '2026-07-01', 100, 9, 2, '1900-01-01', false)"
    )


def test_a_scored_week_stays_as_it_was_until_it_is_restated() -> None:
    built = world({"opportunities": [deal("d1", probability=0.5)]}, as_of=[])
    settings, only = parse_settings(CALENDAR), ["marts.rep_scorecard"]
    build(built.whole(), settings, [AS_OF], only=only)
    later_file(built)

    build(built.whole(), settings, [AS_OF], only=only)
    assert one(built, "select quota_amount from marts.rep_scorecard")["quota_amount"] is None
    build(built.whole(), settings, [AS_OF], only=only, restate=True)
    assert one(built, "select quota_amount from marts.rep_scorecard")["quota_amount"] == 100


def test_a_week_scored_under_other_settings_is_not_scored_again_in_silence() -> None:
    built = world({"opportunities": [deal("d1")]}, as_of=[]).whole()
    only = ["marts.rep_scorecard"]
    build(built, parse_settings(CALENDAR), [AS_OF], only=only)
    changed = parse_settings(CALENDAR + "[buffer]\ntarget = 0.1\n")

    with pytest.raises(SettingsError, match="first scored under other settings"):
        build(built, changed, [AS_OF], only=only)
    build(built, changed, [AS_OF], only=only, restate=True)


def test_one_pass_of_several_weeks_says_what_each_week_says_alone() -> None:
    tables = {
        "opportunities": [deal("d1", probability=0.5), deal("d2", **WON)],
        "opportunity_snapshots": [
            {
                "opportunity_id": "d2",
                "changed_at": "2026-06-01 00:00:00",
                "stage": "Negotiation",
                "amount": 90,
            }
        ],
        "quotas": [quota(100)],
    }
    weeks = [date(2026, 8, 8), date(2026, 8, 15), date(2026, 8, 22)]
    query = "select * from scores.rep_scorecard order by as_of_on, rep_id"
    together = rows(world(tables, as_of=weeks), query)
    alone = [row for week in weeks for row in rows(world(tables, as_of=[week]), query)]

    assert together == alone


def test_scoring_one_week_leaves_the_others() -> None:
    built = world({"opportunities": [deal("d1")]}, as_of=[date(2026, 8, 8)])
    build(built.whole(), parse_settings(CALENDAR), [AS_OF])

    assert one(built, "select count(distinct as_of_on) as weeks from scores.deal_positions") == {"weeks": 2}
    assert one(built, "select count(*) as entries from marts.data_quality where measure = 'batna_strength'") == {
        "entries": 1
    }


def test_won_says_that_it_is_closed() -> None:
    won = deal("d1", stage="Signed", is_won=True, closed_at="2026-08-05 12:00:00")

    assert state({"opportunities": [won]})["outcome"] == "won"


LATER = {"version_from_at": "2026-08-20 00:00:00"}


def test_a_rate_that_was_corrected_later_is_not_known_yet() -> None:
    rate = {"currency": "EUR", "valid_from": "2026-01-01", "rate_to_reporting": 2}
    tables = {
        "opportunities": [deal("d1", currency="EUR")],
        "fx_rates": [rate, {**rate, **LATER, "rate_to_reporting": 3}],
    }
    query = "select price_amount from marts.deal_positions"

    assert one(world(tables), query)["price_amount"] == 100
    assert one(world(tables, as_of=[date(2026, 8, 22)]), query)["price_amount"] == 150


def test_an_answer_that_was_changed_later_is_not_known_yet() -> None:
    lost = deal("d1", stage="Closed Lost", closed_at="2026-08-05 12:00:00")
    answers = [{"opportunity_id": "d1", "answer": "they_left"}, {"opportunity_id": "d1", "answer": "we_left", **LATER}]
    tables = {"opportunities": [lost], "decline_reviews": answers}

    assert state(tables)["outcome"] == "lost"
    assert state(tables, date(2026, 8, 22))["outcome"] == "declined"


def test_a_probability_that_was_emptied_is_empty() -> None:
    emptied = {
        "opportunity_id": "d1",
        "changed_at": "2026-08-05 00:00:00",
        "field": "probability",
        "old_value": "0.5",
        "new_value": None,
    }
    built = world({"opportunities": [deal("d1", probability=0.5)], "opportunity_changes": [emptied]})

    assert one(built, "select probability from staging.deals") == {"probability": None}


def test_a_corrected_record_takes_the_place_of_the_one_before_and_is_no_cut() -> None:
    told = {"opportunity_id": "d1", "changed_at": "2026-08-01 00:00:00", "stage": "Proposal", "close_on": "2026-09-15"}
    change = {"opportunity_id": "d1", "changed_at": "2026-08-02 00:00:00", "field": "amount"}
    built = world(
        {
            "opportunities": [deal("d1", amount=70, modified_at="2026-08-03 00:00:00")],
            "opportunity_snapshots": [{**told, "amount": 100}],
            "opportunity_changes": [{**change, "new_value": "70"}],
            "quotas": [quota(100)],
        }
    )
    assert one(built, "select cut_count, cut_amount from marts.deal_positions") == {"cut_count": 1, "cut_amount": 30}
    built.execute(
        "insert into raw.opportunity_snapshots by name select * replace (70 as amount, 9 as file_number, "
        "timestamp '2026-08-10' as version_from_at) from raw.opportunity_snapshots"
    )
    built.execute("insert into ops.files (file_number, file_name, entity) values (9, 'x.csv', 'opportunity_snapshots')")
    build(built.whole(), parse_settings(CALENDAR), [AS_OF], restate=True)

    assert one(built, "select cut_count from marts.deal_positions") == {"cut_count": 0}
