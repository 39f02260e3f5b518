"""What holds of every page: complete contexts, no request, sound markup, the same bytes again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from jinja2 import Environment, meta, nodes

from jobs import shipped
from jobs.errors import BatnaError
from jobs.render import render_week
from jobs.render.conduct import ConductPage
from jobs.render.editions import edition_of
from jobs.render.formats import Formats
from jobs.render.method import MethodPage
from jobs.render.overview import IndexPage
from jobs.render.person import RepPage, TeamPage
from jobs.render.register import DeclinedPage
from jobs.render.team_view import SharedTeamPage
from jobs.render.week_list import WeekListPage
from tests.render.companies import sample
from tests.render.pages import EDITIONS, WAREHOUSES, read, render, resolved, settings, words
from tests.render.warehouse import AS_OF, EARLIER, LAST_QUARTER

CONTEXTS = (IndexPage, DeclinedPage, ConductPage, MethodPage, RepPage, SharedTeamPage, TeamPage, WeekListPage)
TEMPLATES = shipped.REPORTS / "templates"


@pytest.fixture(scope="module", params=sorted(WAREHOUSES))
def pages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return render(WAREHOUSES[request.param](), tmp_path_factory.mktemp(request.param), EDITIONS)


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.template)
def test_a_template_asks_only_for_what_its_context_has(context: type[object]) -> None:
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    environment.filters.update(Formats(Locale.parse("en"), "USD", ZoneInfo("UTC"), 2026).filters())
    source = (TEMPLATES / context.template).read_text(encoding="utf-8")
    parsed = environment.parse(source)
    asked = meta.find_undeclared_variables(parsed) - {"_", "gettext", "ngettext"} - _own_names(parsed)
    given_fields = {field.name for field in fields(context)}
    used = asked | (set() if context is WeekListPage else {"frame"})
    assert asked <= given_fields
    assert used == given_fields, "a field that no page shows should not be made"


def _own_names(parsed: nodes.Template) -> set[str]:
    """What the template itself imports, sets or defines at its top."""
    assigned = {node.target.name for node in parsed.body if isinstance(node, nodes.Assign)}
    named = {getattr(node, "target", None) or node.name for node in parsed.find_all((nodes.Import, nodes.Macro))}
    return assigned | named


def test_a_page_makes_no_request_and_runs_no_script(pages: Mapping[str, str]) -> None:
    for name, source in pages.items():
        page = read(source)
        loading = {"script", "link", "img", "iframe", "object", "embed", "video", "audio", "form", "base"}
        assert not loading & set(page.tags), name
        assert "url(" not in source, name
        assert "@import" not in source, name
        assert not re.search(r"(?:https?:)?//[a-z]", source), name
        assert not [a for a in page.attributes if a[1].startswith("on")], name


def test_a_page_has_a_strict_content_security_policy(pages: Mapping[str, str]) -> None:
    for source in pages.values():
        policy = next(value for tag, name, value in read(source).attributes if name == "content" and "default" in value)
        assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
        assert "script" not in policy


def test_links_lead_to_pages_and_anchors_of_the_same_week(pages: Mapping[str, str]) -> None:
    ids = {name: {v for _, a, v in read(source).attributes if a == "id"} for name, source in pages.items()}
    for name, source in pages.items():
        for tag, attribute, value in read(source).attributes:
            if attribute != "href" or tag == "use":
                continue
            path, _, anchor = value.partition("#")
            target = name if not path else resolved(name, path)
            assert target in pages, (name, value)
            assert not anchor or anchor in ids[target], (name, value)


def test_a_page_can_be_read_by_a_screen_reader(pages: Mapping[str, str]) -> None:
    for name, source in pages.items():
        page = read(source)
        assert ("html", "lang", "en") in page.attributes
        ids = [value for _, attribute, value in page.attributes if attribute == "id"]
        assert len(ids) == len(set(ids)), name
        labelled = {value for _, attribute, value in page.attributes if attribute == "aria-labelledby"}
        assert labelled <= set(ids), name
        assert page.tags.count("table") == page.tags.count("caption"), name
        assert page.tags.count("h1") == 1, name
        levels = [int(tag[1]) for tag in page.tags if re.fullmatch(r"h[1-6]", tag)]
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels)), name
        for chart in page.charts:
            assert chart.get("aria-hidden") == "true" or (chart["role"] == "img" and chart["aria-label"]), name


def test_every_page_that_names_people_says_what_it_may_not_decide(pages: Mapping[str, str]) -> None:
    for source in pages.values():
        assert "This describes deals and quota pressure, not ability. It may not alone decide pay" in words(source)


def test_every_page_of_leaders_says_how_to_make_it_again(pages: Mapping[str, str]) -> None:
    for name, source in pages.items():
        assert ("<code>batna weekly --as-of 2026-11-15</code>" in source) == (edition_of(name) == "leader")


def test_the_same_week_gives_the_same_bytes(tmp_path: Path) -> None:
    first = render(sample(), tmp_path / "a" / "week")
    again = render(sample(), tmp_path / "b")
    assert first == again
    assert not any(str(tmp_path) in source for source in first.values())


def test_templates_are_compiled_once_for_all_weeks_of_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = render(sample(), tmp_path / "first")

    def compile_again(*_: object, **__: object) -> None:
        raise AssertionError("compiled again")

    monkeypatch.setattr(Environment, "compile", compile_again)
    assert render(sample(), tmp_path / "again") == first
    in_euros = render(sample(), tmp_path / "euros", '[reporting]\ncurrency = "EUR"\n')["index.html"]
    assert "€" in in_euros
    assert "€" not in first["index.html"]


def test_rows_in_another_order_give_the_same_bytes(tmp_path: Path) -> None:
    warehouse = sample()
    for table in ("deal_positions", "rep_scorecard", "declined_deals", "findings", "should_have_declined"):
        warehouse.connection.execute(f"create table shuffled as select * from scores.{table} order by hash(rep_id), 1")
        warehouse.connection.execute(f"delete from scores.{table}")
        warehouse.connection.execute(f"insert into scores.{table} select * from shuffled")
        warehouse.connection.execute("drop table shuffled")
    assert render(warehouse, tmp_path / "shuffled") == render(sample(), tmp_path / "plain")


def test_another_date_in_the_warehouse_changes_nothing(tmp_path: Path) -> None:
    warehouse = sample()
    warehouse.connection.execute(
        "insert into scores.company_week select * replace (date '2026-11-22' as as_of_on, 9 as declined_count)"
        " from scores.company_week where as_of_on = ?", [AS_OF]
    )  # fmt: skip
    assert render(warehouse, tmp_path / "later") == render(sample(), tmp_path / "plain")


def test_a_week_that_was_never_scored_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BatnaError, match="batna weekly"):
        render_week(sample().connection, settings(), AS_OF.replace(year=2020), tmp_path)


def test_the_pages_are_named_and_counted(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    written = render_week(
        sample().connection,
        settings(),
        AS_OF,
        tmp_path,
        progress=lambda done, total: told.append((done, total)),
    )
    names = [path.relative_to(tmp_path).as_posix() for path in written]
    assert names[:4] == ["index.html", "declined.html", "conduct.html", "method.html"]
    assert "reps/jonas-weber-a791366f.html" in names
    assert "teams/north-43f853bb.html" in names
    assert told == [(number, len(names)) for number in range(1, len(names) + 1)]
    assert all(path.is_file() for path in written)


def test_the_first_week_has_nothing_to_be_held_against(tmp_path: Path) -> None:
    warehouse = sample()
    for table in ("company_week", "team_scorecard", "rep_scorecard", "deal_positions"):
        warehouse.connection.execute(f"delete from scores.{table} where as_of_on = ?", [EARLIER])
    index = words(render(warehouse, tmp_path)["index.html"])
    assert "The week in figures" in index
    assert "since Nov 8" not in index
    assert "worse" not in index
    assert "better" not in index


def test_scores_are_not_held_against_those_of_another_quarter(tmp_path: Path) -> None:
    warehouse = sample()
    for table in ("company_week", "team_scorecard", "rep_scorecard"):
        warehouse.connection.execute(
            f"update scores.{table} set quarter_start_on = ? where as_of_on = ?", [LAST_QUARTER, EARLIER]
        )
    index = words(render(warehouse, tmp_path)["index.html"])
    assert "Fell below: Harbour and Seraya." in index, "a price is below its line in any quarter"
    teams = index.split("teams have their quarter still to make")[1].split("open deals have slipped")[0]
    assert "pts" not in teams


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@pytest.fixture(scope="module")
def plain_structure(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    return [read(source).tags for source in render(_named("Plain"), tmp_path_factory.mktemp("plain")).values()]


@hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES | st.sampled_from(["<script>alert(1)</script>", '"><img src=x>', "{{ 7*7 }}", "%(name)s", "&amp;"]))
def test_whatever_a_name_holds_is_text(
    name: str, plain_structure: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    pages = render(_named(name), tmp_path_factory.mktemp("named"))
    assert [read(source).tags for source in pages.values()] == plain_structure
    shown = re.sub(r"\s+", " ", name).strip()
    assert shown in words(pages["index.html"])


def _named(name: str):  # type: ignore[no-untyped-def]
    """The sample with one name in every place that takes text from an export."""
    warehouse = sample()
    for table, columns in {
        "deal_positions": ("opportunity_name", "stage"),
        "declined_deals": ("opportunity_name", "rep_name", "confirmed_by_name"),
        "should_have_declined": ("opportunity_name", "rep_name"),
        "possible_declines": ("opportunity_name", "rep_name"),
        "rep_scorecard": ("rep_name",),
        "findings": ("opportunity_id",),
    }.items():
        for column in columns:
            warehouse.connection.execute(f"update scores.{table} set {column} = ? where {column} is not null", [name])
    return warehouse
