"""What `batna sql` says of a slip, and of what is no question."""

from __future__ import annotations

import pytest

from jobs.errors import BatnaError
from tests.analyst.conftest import Ask


def told(ask: Ask, sql: str, **parameters: str) -> str:
    with pytest.raises(BatnaError) as raised:
        ask(sql, **parameters)
    return str(raised.value)


FAULTS = {
    "a column with a slip: the nearest of the tables that are read": (
        "select repid from marts.rep_scorecard",
        'sql, line 1, column 8: Referenced column "repid" not found in FROM clause. The nearest is rep_id.\n'
        "1 | select repid from marts.rep_scorecard\n"
        "  |        ^^^^^",
    ),
    "a column of another mart": (
        "select zone from marts.rep_scorecard",
        'sql, line 1, column 8: Referenced column "zone" not found in FROM clause. It is a column of marts.deal_positions.\n'
        "1 | select zone from marts.rep_scorecard\n"
        "  |        ^^^^",
    ),
    "a table with a slip, on the third line": (
        "select\n    rep_id\nfrom marts.rep_scorecrd",
        "sql, line 3, column 6: Table with name rep_scorecrd does not exist. The nearest is marts.rep_scorecard.\n"
        "3 | from marts.rep_scorecrd\n"
        "  |      ^^^^^^^^^^^^^^^^^^",
    ),
    "a table without its schema: the mart of that name": (
        "from rep_scorecard",
        "sql, line 1, column 6: Table with name rep_scorecard does not exist. The nearest is marts.rep_scorecard.\n"
        "1 | from rep_scorecard\n"
        "  |      ^^^^^^^^^^^^^",
    ),
    "a table like none": (
        "from pizza",
        "sql, line 1, column 6: Table with name pizza does not exist. `batna tables` lists the marts.\n"
        "1 | from pizza\n"
        "  |      ^^^^^",
    ),
    "a function": (
        "select summ(1)",
        "sql, line 1, column 8: Scalar Function with name summ does not exist. The nearest is sum.\n"
        "1 | select summ(1)\n"
        "  |        ^^^^^^^",
    ),
    "a slip of syntax": (
        "selct 1",
        'sql, line 1, column 1: syntax error at or near "selct".\n1 | selct 1\n  | ^^^^^',
    ),
    "a caret below wide letters": (
        "select 'ä世界', repid from marts.rep_scorecard",
        'sql, line 1, column 15: Referenced column "repid" not found in FROM clause. The nearest is rep_id.\n'
        "1 | select 'ä世界', repid from marts.rep_scorecard\n"
        "  |                 ^^^^^",
    ),
    "a parameter whose type nothing tells": (
        "select $n + 1",
        'sql, line 1, column 11: Could not choose a best candidate function for the function call "+(STRING_LITERAL, INTEGER_LITERAL)". '
        "In order to select one, please add explicit type casts. Say the type of a parameter with a cast, as $name::integer.\n"
        "1 | select $n + 1\n"
        "  |           ^",
    ),
}


@pytest.mark.parametrize("title", FAULTS)
def test_a_slip_is_told_with_its_place_and_the_nearest_name(ask: Ask, title: str) -> None:
    sql, message = FAULTS[title]
    assert told(ask, sql, **({"n": "1"} if "$n" in sql else {})) == message


def test_of_a_long_line_the_part_around_the_place_is_shown(ask: Ask) -> None:
    message = told(ask, "select " + "1, " * 300 + "repid from marts.rep_scorecard")
    place, line, caret = message.splitlines()
    assert "column 908:" in place
    assert len(line) <= 104
    assert line[caret.index("^") : caret.rindex("^") + 1] == "repid"


NO_QUESTION = {
    "several statements: none is run": (
        "select 1; select 2",
        "sql: there are 2 statements, and none of them was run. Run them one by one, or make them one with "
        "`with ... as (...)`.",
    ),
    "nothing but a comment": ("-- nothing", "sql: there is nothing to run."),
    "a change": ("delete from raw.opportunities", "sql: this is a statement of the kind delete."),
    "a call": ("call duckdb_settings()", "Write `select * from` in place of `call`."),
    "a setting": ("set threads = 8", "What a query may take stands in batna.toml under [sql]."),
    "a prepared statement": ("prepare p as select 1", "Write $quarter in the select"),
}


@pytest.mark.parametrize("title", NO_QUESTION)
def test_what_is_no_question_is_refused_with_what_to_do(ask: Ask, title: str) -> None:
    sql, message = NO_QUESTION[title]
    assert message in told(ask, sql)
