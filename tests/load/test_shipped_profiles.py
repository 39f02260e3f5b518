"""What holds for every profile of config/sources: it knows its own files, and the defaults know its CRM's words."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.load.entities import entities
from jobs.load.header import Header
from jobs.load.profile import Profile
from jobs.load.profiles import GENERIC, all_profiles
from jobs.load.recognise import find, recognise
from jobs.settings import load_settings
from tests.load.loading import REPO

ALL = all_profiles({}, "batna.toml")
PROFILES = [profile for profile in ALL if profile.name != GENERIC]


def _header(profile: Profile, *, with_others: bool = False) -> Header:
    """The headers that a profile looks for: the first one for each canonical column, and its signature."""
    signature = [names[0] for names in profile.signature]
    columns = [headers[0] for headers in (*profile.columns.values(), *profile.concatenations.values())]
    required = {column.name for column in entities()[profile.entity].columns if column.is_required}
    needed = [headers[0] for column, headers in profile.columns.items() if column in required]
    names = dict.fromkeys([*signature, *needed, *(columns if with_others else [])])
    without = {name.casefold() for name in profile.signature_without}
    return Header(tuple(name for name in names if name.casefold() not in without), ",", 0)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
@pytest.mark.parametrize("with_others", [False, True], ids=["required", "all"])
def test_a_profile_knows_its_own_header(profile: Profile, with_others: bool) -> None:
    header = _header(profile, with_others=with_others)
    (match,) = recognise(header, ALL, "file.csv", "batna.toml")
    assert match.profile.name == profile.name


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
@pytest.mark.parametrize("write", [str.upper, str.lower], ids=["capitals", "small"])
def test_capitals_decide_nothing(profile: Profile, write: type[str]) -> None:
    names = tuple(write(name) for name in _header(profile, with_others=True).names)
    (match,) = recognise(Header(names, ",", 0), ALL, "file.csv", "batna.toml")
    assert match.profile.name == profile.name


@given(st.sampled_from(PROFILES), st.randoms(use_true_random=False), st.integers(0, 40))
def test_neither_the_order_of_columns_nor_columns_of_ones_own_decide(
    profile: Profile, random: Random, own: int
) -> None:
    names = [*_header(profile, with_others=True).names, *(f"Our column {number}" for number in range(own))]
    random.shuffle(names)
    (match,) = recognise(Header(tuple(names), ",", 0), ALL, "file.csv", "batna.toml")
    assert match.profile.name == profile.name


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_a_header_under_another_name_is_one_that_is_looked_for(profile: Profile) -> None:
    wanted = {header for headers in (*profile.columns.values(), *profile.concatenations.values()) for header in headers}
    wanted |= {name for names in profile.signature for name in names}
    rules = {header for rules in profile.rules.values() for rule in rules.values() for header in rule.only_when}
    assert set(profile.headers.values()) - wanted - rules == set()
    assert all(find(profile, Header((other,), ",", 0), meant) for other, meant in profile.headers.items())


STAGES = {
    "Salesforce": (
        "Prospecting; Qualification; Needs Analysis; Value Proposition; Id. Decision Makers; Perception Analysis; "
        "Proposal/Price Quote; Negotiation/Review; Closed Won; Closed Lost"
    ),
    "HubSpot": (
        "Appointment Scheduled; Qualified To Buy; Presentation Scheduled; Decision Maker Bought-In; Contract Sent; Closed Won; "
        "Closed Lost; appointmentscheduled; qualifiedtobuy; presentationscheduled; decisionmakerboughtin; contractsent; "
        "closedwon; closedlost"
    ),
    "Dynamics": "Qualify; Develop; Propose; Close; Won; Lost",
    "Pipedrive": "Qualified; Contact Made; Demo Scheduled; Proposal Made; Negotiations Started",
    "Zoho": (
        "Qualification; Needs Analysis; Value Proposition; Identify Decision Makers; Proposal/Price Quote; "
        "Negotiation/Review; Closed Won; Closed Lost; Closed Lost to Competition"
    ),
}


@pytest.mark.parametrize("crm", STAGES)
def test_the_defaults_know_the_stages_of_a_crm(crm: str, tmp_path: Path) -> None:
    (tmp_path / "batna.toml").write_text("")
    settings = load_settings(tmp_path)
    stages = STAGES[crm].split("; ")
    assert [stage for stage in stages if stage not in settings.stages] == []
    closed = [stage for stage in stages if settings.stages[stage] == "closed"]
    assert [stage for stage in closed if stage not in settings.outcomes.stage] == []


PAGES = [REPO / "docs" / "exports.md", *sorted((REPO / "docs" / "exports").glob("*.md"))]


def test_every_shipped_profile_is_in_the_docs() -> None:
    text = PAGES[0].read_text(encoding="utf-8")
    assert [profile.name for profile in PROFILES if f"`{profile.name}`" not in text] == []


@pytest.mark.parametrize("page", PAGES[1:], ids=lambda page: page.name)
def test_profiles_in_the_docs_can_be_used(page: Path) -> None:
    """Each block by itself, as somebody would copy it. Those of exports.md are loaded in tests/acceptance."""
    for block in re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        all_profiles(tomllib.loads(block)["sources"], page.name)
