"""Every code that a model can give has words on a page."""

from __future__ import annotations

import re

import pytest

from jobs import shipped
from jobs.load.entities import entities

TEMPLATES = shipped.REPORTS / "templates"


def _keys(template: str, name: str) -> set[str]:
    """The codes that a table of words in a template knows."""
    source = (TEMPLATES / template).read_text(encoding="utf-8")
    table = re.search(rf"set {name}_words = \{{(.*?)\}} -%", source, re.DOTALL)
    assert table is not None
    return set(re.findall(r'"(\w+(?::\w+)?)": _\(', table[1]))


def _model(path: str) -> str:
    return (shipped.SQL / path).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("template", "words", "model", "pattern"),
    [
        ("method_words.html.j2", "finding", "scores/findings.sql", r"as_of_on,\s*'(\w+)'|'(\w+)' as code"),
        ("method_words.html.j2", "finding", "working/odd_rows.sql", r"'(\w+)' as code"),
        ("method_words.html.j2", "finding", "working/contradictions.sql", r"as_of_on,\s*'(\w+)'|'(\w+)' as code|then '(\w+_\w+)'|else '(\w+_\w+)'"),
        ("method_words.html.j2", "measure", "scores/data_quality.sql", r"as_of_on, '(\w+)'|\('(\w+)'\)"),
        ("words.html.j2", "not_counted", "staging/open_deals.sql", r"(?:when [^\n]*) then '(\w+)'\n(?=[^;]*as exclusion)"),
        ("words.html.j2", "signal", "scores/possible_declines.sql", r"then '(\w+)' end\b"),
        ("words.html.j2", "trigger", "working/term_triggers.sql", r"'(\w+)' as trigger_code|\.requested_at,\n +'(\w+)'"),
        ("words.html.j2", "trigger", "working/scope_triggers.sql", r"'(\w+)' as trigger_code"),
        ("words.html.j2", "chance_source", "staging/open_deals.sql", r"probability is not null then '(\w+)'|else '(\w+_\w+)'"),
        ("words.html.j2", "chance_source", "working/learning_status.sql", r"learners[^\n]* then '(\w+)'"),
        ("words.html.j2", "trigger", "working/fit_triggers.sql", r"_id,\n +'(\w+)'(?: as trigger_code)?,"),
    ],
)  # fmt: skip
def test_a_code_of_a_model_has_words(template: str, words: str, model: str, pattern: str) -> None:
    found = re.findall(pattern, _model(model))
    codes = {code for match in found for code in ([match] if isinstance(match, str) else match) if code}
    assert codes, "the pattern no longer finds a code"
    assert codes <= _keys(template, words)


def test_a_check_has_words() -> None:
    assert {path.stem for path in (shipped.SQL / "checks").glob("*.sql")} == _keys("method_words.html.j2", "check")


def test_what_a_buyer_changed_has_words() -> None:
    [column] = [column for column in entities()["returns"].columns if column.name == "what_changed"]
    assert set(column.codes) == _keys("words.html.j2", "change")


def test_a_share_in_which_a_rep_may_differ_has_its_sentence() -> None:
    shares = _model("working/rep_shares.sql")
    codes = set(re.findall(r"as_of_on, '(\w+)'|'(\w+)' as measure", shares))
    source = (TEMPLATES / "conduct_words.html.j2").read_text(encoding="utf-8")
    told = set(re.findall(r'row\.measure == "(\w+)"', source))
    assert {first or second for first, second in codes} <= told
