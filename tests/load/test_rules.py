"""The loading rules of rows and files (docs/exports.md, What becomes of rows and files)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.load.loading import ARRIVAL, WEEK, Loader, deals, many

MODIFIED = "opportunity_id,rep_id,stage,amount,created_at,modified_at"

# title, header, rows, loaded, unchanged, refused, what is kept of O1
TWINS = [
    ("equal rows count once", None, ["O1,r,P,1.5,2026-01-01,", "O1,r,P,1.5,2026-01-01,"], 1, 1, 0, [1.5]),
    ("rows that are equal once cast", None, ["O1,r,P,1.50,2026-01-01,", "O1,r,P, 1.5,2026-01-01 23:59:59.999999,"], 1, 1, 0, [1.5]),
    ("unequal rows without a time", None, ["O1,r,P,1.5,2026-01-01,", "O1,r,P,2.5,2026-01-01,"], 0, 0, 2, []),
    ("the latest change holds", MODIFIED, ["O1,r,P,2.5,2026-01-01,2026-02-02", "O1,r,P,1.5,2026-01-01,2026-02-01", "O1,r,P,1.5,2026-01-01,2026-02-01"], 1, 2, 0, [2.5]),
    ("two latest changes that differ", MODIFIED, ["O1,r,P,2.5,2026-01-01,2026-02-02", "O1,r,P,1.5,2026-01-01,2026-02-02"], 0, 0, 2, []),
    ("two latest changes that agree", MODIFIED, ["O1,r,P,2.5,2026-01-01,2026-02-02", "O1,r,P,1.5,2026-01-01,2026-02-01", "O1,r,P,2.5,2026-01-01,2026-02-02"], 1, 2, 0, [2.5]),
    ("one of the times is missing", MODIFIED, ["O1,r,P,2.5,2026-01-01,2026-02-02", "O1,r,P,1.5,2026-01-01,"], 0, 0, 2, []),
    ("a bad row is no twin", None, ["O1,r,P,1.5,2026-01-01,", "O1,r,P,x,2026-01-01,"], 1, 0, 1, [1.5]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "rows", "loaded", "unchanged", "refused", "kept"), [c[1:] for c in TWINS], ids=[c[0] for c in TWINS]
)
@pytest.mark.parametrize("turned", [False, True])
def test_rows_of_one_key_in_one_file(
    header: str | None,
    rows: list[str],
    loaded: int,
    unchanged: int,
    refused: int,
    kept: list[float],
    turned: bool,
    loader: Loader,
) -> None:
    rows = rows[::-1] if turned else rows
    text = deals(*rows, header=header or deals().strip())
    result = loader.one(text, max_reject_share=1)
    assert (result.rows_loaded, result.rows_unchanged, result.rows_refused) == (loaded, unchanged, refused)
    assert loader.values("select amount from raw.opportunities") == kept


REQUIRED = [
    ("an empty key", "opportunity_id", 1),
    ("an empty stage", "stage", 1),
    ("an empty created_at is a finding, not a refusal", "created_at", 0),
    ("an empty close_on", "close_on", 0),
    ("an empty owner", "rep_id", 0),
    ("an empty amount", "amount", 0),
]


@pytest.mark.parametrize(("column", "refused"), [case[1:] for case in REQUIRED], ids=[case[0] for case in REQUIRED])
def test_what_must_have_a_value(column: str, refused: int, loader: Loader) -> None:
    names = deals().strip().split(",")
    cells = ["O99", "r1", "Proposal", "1.5", "2026-01-01", "2026-12-01"]
    cells[names.index(column)] = ""
    result = loader.one(deals(*many(9), ",".join(cells)))
    assert (result.rows_loaded, result.rows_refused) == (10 - refused, refused)
    assert loader.values("select reason from ops.rejects") == ["is empty"] * refused


def test_what_must_have_a_value_elsewhere(loader: Loader) -> None:
    offers = "opportunity_id,offered_at,side,amount\nO1,2026-01-01,seller,\nO1,,seller,5\nO1,2026-01-02,,5\n"
    result = loader.one(offers, max_reject_share=1)
    assert (result.entity, result.rows_loaded, result.rows_refused) == ("offers", 1, 2)
    contacts = loader.one("opportunity_id,role,first_seen_at\nO1,Buyer,\n")
    assert (contacts.entity, contacts.rows_loaded) == ("contacts", 1)


def test_a_file_with_too_many_bad_rows_is_refused_whole(loader: Loader) -> None:
    text = deals(*many(7), "X1,r,,1,2026-01-01,", "X2,r,P,x,2026-01-01,")
    refused = loader.one(text)
    assert (refused.status, refused.rejects_path) == ("refused", None)
    assert refused.problem is not None
    assert "2 of its 9 rows are bad, for example record 9: stage is empty" in refused.problem
    assert loader.rows("select * from raw.opportunities union all by name select * from ops.rejects") == []
    assert loader.one(text, max_reject_share=0.25).rows_refused == 2


def test_an_identical_file_changes_nothing(loader: Loader) -> None:
    text = deals(*many(9), "X1,r,,1,2026-01-01,")
    first = loader.one(text)
    again = loader.one(text, "other name.csv", arrived_at=ARRIVAL + WEEK)
    assert (first.status, first.rows_refused, first.file_number) == ("loaded", 1, 1)
    assert (again.status, again.rows_in, again.rows_unchanged, again.file_number) == ("unchanged", 10, 10, None)
    assert loader.values("select count(*) from ops.files") == [1]


def test_a_copy_beside_it_changes_nothing(loader: Loader) -> None:
    results = loader.load({"a.csv": deals(*many(9)), "b.csv": deals(*many(9))})
    assert [result.status for result in results] == ["loaded", "unchanged"]


def test_a_changed_profile_makes_it_another_file(loader: Loader) -> None:
    mine = {"entity": "products", "columns": {"product": "p"}}
    loader.one("p,l\nx,1\n", sources={"mine": mine})
    wider = {"entity": "products", "columns": {"product": "p", "list_amount": "l"}}
    assert loader.one("p,l\nx,1\n", sources={"mine": wider}).rows_loaded == 1


def test_unchanged_rows_are_counted_and_changed_ones_become_versions(loader: Loader) -> None:
    rows = many(10)
    loader.one(deals(*rows))
    rows[3] = rows[3].replace("Proposal", "Won")
    result = loader.one(deals(*rows), arrived_at=ARRIVAL + WEEK)
    assert (result.rows_loaded, result.rows_unchanged, result.rows_gone) == (1, 9, 0)
    assert loader.values("select stage from raw.opportunities where opportunity_id = 'O3' order by file_number") == [
        "Proposal",
        "Won",
    ]


def test_a_full_export_lets_records_go_and_takes_them_back(loader: Loader) -> None:
    rows = many(10)
    loader.one(deals(*rows))
    week = loader.one(deals(*rows[:9]), arrived_at=ARRIVAL + WEEK)
    assert (week.rows_unchanged, week.rows_gone) == (9, 1)
    assert loader.one(deals(*rows[:9], " "), arrived_at=ARRIVAL + 2 * WEEK, max_reject_share=1).rows_gone == 0
    back = loader.one(deals(*rows), arrived_at=ARRIVAL + 3 * WEEK)
    assert (back.rows_loaded, back.rows_unchanged) == (1, 9)
    query = "select is_gone, amount from raw.opportunities where opportunity_id = 'O9' order by version_from_at"
    assert loader.rows(query) == [(False, 109.5), (True, 109.5), (False, 109.5)]


def test_a_record_that_was_refused_has_not_gone(loader: Loader) -> None:
    rows = many(10)
    loader.one(deals(*rows))
    rows[3] = rows[3].replace("103.50", "x")
    result = loader.one(deals(*rows), arrived_at=ARRIVAL + WEEK)
    assert (result.rows_refused, result.rows_gone) == (1, 0)


@pytest.mark.parametrize("record", [",r,P,1.5,2026-01-01,", "O9,r"])
def test_nothing_goes_while_a_record_has_no_readable_key(record: str, loader: Loader) -> None:
    rows = many(10)
    loader.one(deals(*rows))
    result = loader.one(deals(*rows[:9], record), arrived_at=ARRIVAL + WEEK)
    assert (result.rows_refused, result.rows_gone) == (1, 0)


def test_increments_let_nothing_go(loader: Loader) -> None:
    loader.one("product,list_amount\na,1\nb,2\n")
    assert loader.one("product,list_amount\na,1\nc,2\n", arrived_at=ARRIVAL + WEEK).rows_gone == 0
    rows = many(10)
    loader.one(deals(*rows))
    assert loader.one(deals(rows[0].replace("P", "Q") + ",x", header=deals().strip() + ",_reason")).rows_gone == 0


def test_parts_of_one_export_in_one_run(loader: Loader) -> None:
    rows = many(10)
    first = loader.load({"1.csv": deals(*rows[:5]), "2.csv": deals(*rows[5:])})
    assert [(file.status, file.rows_loaded, file.rows_gone) for file in first] == [("loaded", 5, 0), ("loaded", 5, 0)]
    week = loader.load({"1.csv": deals(*rows[:5]), "2.csv": deals(*rows[5:9])}, arrived_at=ARRIVAL + WEEK)
    assert [(file.file_name, file.status, file.rows_unchanged, file.rows_gone) for file in week] == [
        ("1.csv", "unchanged", 5, 0),
        ("2.csv", "loaded", 4, 1),
    ]


def test_nothing_goes_where_a_part_was_refused(loader: Loader) -> None:
    rows = many(10)
    loader.load({"1.csv": deals(*rows[:5]), "2.csv": deals(*rows[5:])})
    bad = deals(*[row.replace("Proposal", "") for row in rows[5:]])
    week = loader.load({"1.csv": deals(*rows[:4]), "2.csv": bad}, arrived_at=ARRIVAL + WEEK)
    assert sorted((file.file_name, file.status, file.rows_gone) for file in week) == [
        ("1.csv", "loaded", 0),
        ("2.csv", "refused", 0),
    ]


def test_several_full_exports_in_one_run_follow_one_another(loader: Loader) -> None:
    rows = many(10)
    older, newer = deals(*rows), deals(*rows[1:], "N1,r1,Proposal,1.5,2026-03-01,2026-12-01")
    results = loader.load({"b.csv": older, "a.csv": newer})
    assert [(file.file_name, file.file_number, file.rows_loaded, file.rows_gone) for file in results] == [
        ("b.csv", 1, 10, 0),
        ("a.csv", 2, 1, 1),
    ]
    again = loader.load({"b.csv": older, "a.csv": newer}, arrived_at=ARRIVAL + WEEK)
    assert {file.status for file in again} == {"unchanged"}


def test_an_older_file_is_stale_or_new(loader: Loader) -> None:
    rows = many(10)
    older, newer = deals(*rows), deals(*rows, "N1,r1,Proposal,1.5,2026-03-01,2026-12-01")
    loader.one(older)
    loader.one(newer, arrived_at=ARRIVAL + WEEK)
    stale = loader.one(older, "old.csv", arrived_at=ARRIVAL + 2 * WEEK)
    assert stale.status == "refused"
    assert stale.problem is not None
    assert "old.csv: it is stale" in stale.problem
    quotas = [
        "rep_id,period_start_on,quota_amount\nr1,2026-01-01,100\n",
        "rep_id,period_start_on,quota_amount\nr1,2026-01-01,120\n",
    ]
    for number, text in enumerate([*quotas, quotas[0]]):
        assert loader.one(text, arrived_at=ARRIVAL + number * WEEK).rows_loaded == 1


def test_a_second_profile_for_one_entity_is_refused_unless_it_sets_a_prefix(loader: Loader) -> None:
    loader.one("rep_id,rep_name\nr1,Ann\n")
    mine = {"entity": "reps", "columns": {"rep_id": "who", "rep_name": "who"}}
    refused = loader.one("who\nBob\n", sources={"mine": mine})
    assert refused.status == "refused"
    assert refused.problem is not None
    assert "id_prefix" in refused.problem
    assert "generic" in refused.problem
    assert loader.one("who\nBob\n", sources={"mine": {**mine, "id_prefix": "b:"}}).rows_loaded == 1
    assert loader.values("select rep_id from raw.reps order by 1") == ["b:Bob", "r1"]
    assert loader.one("rep_id,rep_name\nr1,Anna\n", arrived_at=ARRIVAL + WEEK).rows_gone == 0


def test_two_profiles_for_one_entity_in_one_run(loader: Loader) -> None:
    mine = {"mine": {"entity": "reps", "columns": {"rep_id": "who", "rep_name": "who"}}}
    results = loader.load({"a.csv": "rep_id,rep_name\nr1,Ann\n", "b.csv": "who\nBob\n"}, sources=mine)
    assert [(file.file_name, file.status) for file in results] == [("a.csv", "loaded"), ("b.csv", "refused")]


def test_a_profile_that_extends_another_counts_as_that_one(loader: Loader) -> None:
    loader.one("rep_id,rep_name\nr1,Ann\n")
    mine = {"mine": {"extends": "generic", "entity": "reps", "constants": {"team": "North"}}}
    assert loader.one("rep_id,rep_name\nr1,Ann\n", sources=mine).rows_loaded == 1


def test_one_file_for_two_entities_counts_each_record_once_for_each(loader: Loader) -> None:
    sources = {
        "quotas": {
            "entity": "quotas",
            "columns": {"rep_id": "rep_id", "quota_amount": "q1"},
            "constants": {"period_start_on": "2026-01-01"},
        }
    }
    text = "rep_id,rep_name,team,q1\nr1,Ann,N,5\nr2,Bob,N,x\nr3,Cid,N,7\n,Dan,N,y\n"
    reps, quotas = loader.load({"reps.csv": text}, sources=sources, max_reject_share=0.6)
    assert (reps.entity, reps.rows_in, reps.rows_loaded, reps.rows_refused) == ("reps", 4, 3, 1)
    assert (quotas.entity, quotas.rows_in, quotas.rows_loaded, quotas.rows_refused) == ("quotas", 4, 2, 2)
    assert reps.rejects_path == quotas.rejects_path
    assert reps.rejects_path is not None
    assert reps.rejects_path.read_text().splitlines()[1:] == [
        "r2,Bob,N,x,reps.csv,3,q1,x,q1: 'x' is no number that fits",
        ",Dan,N,y,reps.csv,5,rep_id; q1; rep_id,; y; ,rep_id is empty; q1: 'y' is no number that fits; rep_id is empty",
    ]


def test_good_files_are_kept_beside_refused_ones(loader: Loader) -> None:
    results = loader.load(
        {"bad.csv": "foo\n1\n", "deals.csv": deals(*many(3)), "short.csv": deals(*many(3)).replace("stage", "stge")}
    )
    assert sorted((file.file_name, file.status) for file in results) == [
        ("bad.csv", "refused"),
        ("deals.csv", "loaded"),
        ("short.csv", "refused"),
    ]


def test_numbers_follow_entity_then_export_time_then_name(loader: Loader) -> None:
    files = {
        "z.csv": "rep_id,rep_name\nr1,Ann\n",
        "a.csv": "product,list_amount\na,1\n",
        "m.csv": deals(*many(3)),
        "c.csv": "opportunity_id,offered_at,side,amount\nO1,2026-03-01,seller,5\n",
        "b.csv": "opportunity_id,offered_at,side,amount\nO1,2026-04-01,seller,5\n",
    }
    results = loader.load(files)
    assert [(file.file_name, file.file_number) for file in results] == [
        ("m.csv", 1),
        ("z.csv", 2),
        ("a.csv", 3),
        ("c.csv", 4),
        ("b.csv", 5),
    ]


def test_a_failure_within_an_export_leaves_nothing_of_it(loader: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("jobs.load.accept.write_entry", fail)
    with pytest.raises(RuntimeError):
        loader.load({"deals.csv": deals(*many(3))})
    assert loader.rows("select * from raw.opportunities") == []
    loader.check()
    monkeypatch.undo()
    assert loader.one(deals(*many(3)), arrived_at=ARRIVAL + timedelta(hours=1)).rows_loaded == 3
