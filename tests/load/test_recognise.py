"""Which profile reads a file, and what is said where none does."""

from __future__ import annotations

from typing import Any

import pytest

from jobs.load.entities import entities
from tests.load.loading import Loader

DEALS = {
    "entity": "opportunities",
    "columns": {"opportunity_id": "no", "rep_id": "agent", "stage": "step", "created_at": "since", "amount": "value"},
}
REPS = {"entity": "reps", "columns": {"rep_id": "agent", "rep_name": "agent", "team": "boss"}}
DEAL_FILE = "no,agent,step,since,value\n1,Ann,Won,2026-01-01,5\n"

# title, profiles of batna.toml, file, profiles and entities that read it
FITS: list[tuple[str, dict[str, Any], str, list[tuple[str, str]]]] = [
    ("canonical names", {}, "opportunity_id,rep_id,stage,created_at\nO1,r,P,2026-01-01\n", [("generic", "opportunities")]),
    ("canonical names among a few others", {}, "rep_id,rep_name,region,shoe_size\nr,x,y,43\n", [("generic", "reps")]),
    ("Salesforce in capitals", {}, "ID,ISDELETED,NAME,STAGENAME,OWNERID,CLOSEDATE,CREATEDDATE\n006000000000001,0,x,P,005000000000001,2026-01-01,2026-01-01\n", [("salesforce_opportunity", "opportunities")]),
    ("Salesforce's history is no list of opportunities", {}, "Id,OpportunityId,StageName,CloseDate,CreatedDate,OwnerId\n008000000000001,006000000000001,P,2026-01-01,2026-01-01,x\n", [("salesforce_opportunity_history", "opportunity_snapshots")]),
    ("a profile of one's own", {"mine": DEALS}, DEAL_FILE, [("mine", "opportunities")]),
    ("one's own goes before a shipped one", {"mine": {"extends": "generic", "entity": "credits", "columns": {"share": "share"}}}, "opportunity_id,rep_id,share\nO1,r,0.5\n", [("mine", "credits")]),
    ("the one that knows more columns", {"short": {"entity": "products", "columns": {"product": "p"}}, "long": {"entity": "products", "columns": {"product": "p", "list_amount": "l"}}}, "p,l\nx,1\n", [("long", "products")]),
    ("the one that is signed", {"plain": {"entity": "products", "columns": {"product": "p"}}, "signed": {"entity": "products", "columns": {"product": "p"}, "signature": ["p"]}}, "p\nx\n", [("signed", "products")]),
    ("a rep list's profile does not take the deals", {"deals": DEALS, "reps": REPS}, DEAL_FILE, [("deals", "opportunities")]),
    ("two profiles for two entities", {"deals": DEALS, "quotas": {"entity": "quotas", "columns": {"rep_id": "agent", "quota_amount": "value"}, "constants": {"period_start_on": "2026-01-01"}}}, DEAL_FILE, [("deals", "opportunities"), ("quotas", "quotas")]),
    ("a shipped profile joins in where it knows more", {"quotas": {"entity": "quotas", "columns": {"rep_id": "rep_id", "quota_amount": "q1"}, "constants": {"period_start_on": "2026-01-01"}}}, "rep_id,rep_name,team,q1\nr,Ann,North,5\n", [("generic", "reps"), ("quotas", "quotas")]),
    ("a generic profile with a setting of its own stays with its own files", {"mine": {"extends": "generic", "entity": "products", "formats": {"decimal": ","}}}, "opportunity_id,rep_id,stage,created_at,product\nO1,r,P,2026-01-01,x\n", [("generic", "opportunities")]),
    ("a mended rejects file", {}, "rep_id,rep_name,_reason\nr,x,rep_name is empty\n", [("generic", "reps")]),
    ("the answered review file", {}, "opportunity_id,opportunity_name,account_name,rep_name,closed_on,amount,loss_reason,signals,answer,reason,confirmed_by\nO1,a,b,c,2026-01-01,5,x,words,We left,,Ann\nO2,a,b,c,2026-01-01,5,x,words,,,\n", [("review_declines", "decline_reviews")]),
]  # fmt: skip


@pytest.mark.parametrize(("sources", "text", "expected"), [case[1:] for case in FITS], ids=[case[0] for case in FITS])
def test_the_profile_that_reads_a_file(sources: Any, text: str, expected: Any, loader: Loader) -> None:
    results = loader.load({"file.csv": text}, sources=sources)
    assert [(result.profile, result.entity) for result in results] == expected
    assert {result.status for result in results} == {"loaded"}


# title, profiles of batna.toml, file, words of the message
REFUSED: list[tuple[str, dict[str, Any], str, list[str]]] = [
    ("nothing known", {}, "foo,bar\n1,2\n", ["no profile fits its header (foo, bar)", "[sources.<name>]"]),
    ("one canonical name among strangers", {}, "product,foo,bar\nx,1,2\n", ["no profile fits"]),
    ("a required column is missing", {}, "opportunity_id,rep_id,stag,created_at,amount\nO1,r,P,2026-01-01,5\n", ["lacks the required column stage of opportunities", "nearest header: stag", "constants"]),
    ("Salesforce without an owner", {}, "Id,Name,StageName,CloseDate,CreatedDate,AccountId\n006000000000001,x,P,2026-01-01,2026-01-01,001000000000001\n", ["required column rep_id", "reads it from OwnerId", 'extends = "salesforce_opportunity"', "[sources.<name>.constants]"]),
    ("a profile of one's own that maps nothing to a required column", {"mine": {"entity": "opportunities", "columns": {"opportunity_id": "no", "stage": "step", "created_at": "since"}}}, DEAL_FILE, ["required column rep_id", "profile mine maps nothing to it", "[sources.mine.constants]"]),
    ("a profile of one's own that looks for a wrong header", {"mine": {**DEALS, "columns": {**DEALS["columns"], "stage": "stepp"}}}, DEAL_FILE, ["required column stage", "reads it from stepp", "nearest header: step"]),  # type: ignore[dict-item]
    ("two profiles that fit equally well", {"one": DEALS, "two": DEALS}, DEAL_FILE, ["'one'", "'two'", "equally well"]),
    ("a mapped header that stands twice", {}, "rep_id,rep_name,rep_name\nr,a,b\n", ["the column 'rep_name' twice", "duplicate_header"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sources", "text", "words"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_a_file_that_nobody_reads_says_what_is_missing(
    sources: Any, text: str, words: list[str], loader: Loader
) -> None:
    (result,) = loader.load({"file.csv": text}, sources=sources)
    assert (result.status, result.entity, result.rows_in) == ("refused", None, 0)
    assert result.problem is not None
    assert [word for word in words if word not in result.problem] == []


def test_every_required_column_missing_in_turn_is_named(loader: Loader) -> None:
    for entity in entities().values():
        required = [column.name for column in entity.columns if column.is_required]
        for absent in required if len(required) > 2 else []:
            header = ",".join(name for name in entity.names if name != absent)
            (result,) = loader.load({"file.csv": header + "\n"})
            assert result.status == "refused"
            assert result.problem is not None
            assert f"required column {absent} of {entity.name}" in result.problem


def test_the_first_of_two_headers_where_the_profile_says_so(loader: Loader) -> None:
    sources = {"mine": {"extends": "generic", "entity": "reps", "duplicate_header": "first"}}
    assert loader.one("rep_id,rep_name,rep_name\nr,a,b\n", sources=sources).status == "loaded"
    assert loader.values("select rep_name from raw.reps") == ["a"]


def test_a_header_that_stands_twice_and_is_not_mapped_does_no_harm(loader: Loader) -> None:
    assert loader.one("rep_id,rep_name,note,note\nr,a,b,c\n").status == "loaded"


def test_slips_are_noted(loader: Loader) -> None:
    near = loader.one("rep_id,rep_name,regoin\nr,a,b\n")
    assert near.notes == ("the column 'regoin' is not read; is it region?",)
    missing = {"mine": {**DEALS, "columns": {**DEALS["columns"], "close_on": "closes"}}}  # type: ignore[dict-item]
    (result,) = loader.load({"deals.csv": DEAL_FILE}, sources=missing)
    assert result.status == "loaded"
    assert "reads close_on from 'closes', which is not in the header" in result.notes[0]


def test_empty_answers_of_the_review_file_are_passed_over(loader: Loader) -> None:
    (result,) = loader.load({"declines.csv": FITS[-1][2]})
    assert (result.rows_loaded, result.rows_unchanged) == (1, 1)
    assert loader.rows("select opportunity_id, answer, confirmed_by from raw.decline_reviews") == [
        ("O1", "we_left", "Ann")
    ]
