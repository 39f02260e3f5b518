"""Three real sets of files, with the profiles that docs/exports.md shows for them. Counts were taken by hand."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from tests.load.loading import REPO, SHARED, Loader

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data is not here")

MAVEN = ["sales_pipeline.csv", "accounts.csv", "products.csv", "sales_teams.csv"]


def documented(heading: str, blocks: int = 1) -> Mapping[str, Any]:
    """The profiles in the TOML blocks under a heading of docs/exports.md."""
    text = (REPO / "docs" / "exports.md").read_text().split(f"## {heading}")[1]
    found = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)[:blocks]
    sources: Mapping[str, Any] = tomllib.loads("\n".join(found))["sources"]
    return sources


def test_maven_crm_loads_whole(loader: Loader) -> None:
    sources = documented("Worked example")
    results = loader.load_paths([SHARED / "maven_crm" / name for name in MAVEN], sources=sources)
    assert [(file.file_name, file.entity, file.rows_loaded, file.rows_refused, file.notes) for file in results] == [
        ("sales_pipeline.csv", "opportunities", 8800, 0, ()),
        ("sales_teams.csv", "reps", 35, 0, ()),
        ("accounts.csv", "accounts", 85, 0, ()),
        ("products.csv", "products", 7, 0, ()),
    ]
    counts = "select stage, count(*), count(amount), count(closed_at) from raw.opportunities group by 1 order by 1"
    assert loader.rows(counts) == [
        ("Engaging", 1589, 0, 0), ("Lost", 2473, 0, 2473), ("Prospecting", 500, 0, 0), ("Won", 4238, 4238, 4238),
    ]  # fmt: skip
    assert loader.values("select count(*) from raw.opportunities where account_id is null") == [1425]
    unknown = "select count(*) from raw.opportunities where product not in (select product from raw.products)"
    assert loader.values(unknown) == [0]
    first = "select closed_at from raw.opportunities where opportunity_id = '1C1I7A6R'"
    assert loader.values(first) == [datetime(2017, 3, 1, 23, 59, 59, 999999)]
    assert loader.values("select count(distinct team) from raw.reps") == [6]


def test_maven_crm_with_its_price_list_joined(loader: Loader) -> None:
    sources = documented("Worked example", blocks=2)
    results = loader.load_paths([SHARED / "maven_crm" / "sales_pipeline.csv"], sources=sources)
    assert [(file.rows_loaded, file.rows_refused) for file in results] == [(8800, 0)]
    assert loader.values("select count(list_amount) from raw.opportunities") == [8800]
    ratios = "select min(amount / list_amount), max(amount / list_amount) from raw.opportunities"
    assert [(round(low, 2), round(high, 2)) for low, high in loader.rows(ratios)] == [(0.66, 1.34)]


def test_meridian_loads_whole_with_the_quotas_of_its_rep_list(loader: Loader) -> None:
    sources = documented("One file, two entities")
    results = loader.load_paths([SHARED / "meridian" / name for name in ("deals.csv", "reps.csv")], sources=sources)
    assert [(file.file_name, file.entity, file.rows_loaded, file.rows_refused) for file in results] == [
        ("deals.csv", "opportunities", 75, 0), ("reps.csv", "reps", 10, 0), ("reps.csv", "quotas", 10, 0),
    ]  # fmt: skip
    outcomes = "select count(*) filter (stage not like 'Closed%'), count(*) filter (stage = 'Closed Won'), count(*) filter (stage = 'Closed Lost') from raw.opportunities"
    assert loader.rows(outcomes) == [(40, 27, 8)]
    assert loader.values("select count(loss_reason) from raw.opportunities where stage = 'Closed Lost'") == [7]
    assert loader.values("select quota_amount from raw.quotas where rep_id = 'REP-01'") == [900000]


def test_earthfink_is_refused_for_its_owner_and_loads_with_a_constant(loader: Loader) -> None:
    names = ["Opportunity.csv", "OpportunityHistory.csv", "Account.csv"]
    paths = [SHARED / "earthfink_sf" / name for name in names]
    refused, history, accounts = loader.load_paths(paths)
    assert (refused.file_name, refused.status) == ("Opportunity.csv", "refused")
    assert refused.problem is not None
    assert "required column rep_id of opportunities" in refused.problem
    assert "[sources.<name>.constants]" in refused.problem
    assert (history.rows_loaded, accounts.rows_loaded) == (48, 18)
    sources = documented("Salesforce without a column")
    (loaded,) = loader.load_paths(paths[:1], sources=sources)
    assert (loaded.rows_loaded, loaded.rows_refused, loaded.notes) == (36, 0, ())
    check_earthfink(loader)


def test_earthfink_by_a_whole_profile_of_its_own(loader: Loader) -> None:
    columns = {
        "opportunity_id": "Id", "opportunity_name": "Name", "account_id": "AccountId", "stage": "StageName", "amount": "Amount",
        "probability": "Probability", "created_at": "CreatedDate", "close_on": "CloseDate", "closed_at": "CloseDate",
        "is_closed": "IsClosed", "is_won": "IsWon", "modified_at": "LastModifiedDate",
    }  # fmt: skip
    sources = {"earthfink": {"entity": "opportunities", "columns": columns, "constants": {"rep_id": "me"}}}
    (loaded,) = loader.load_paths([SHARED / "earthfink_sf" / "Opportunity.csv"], sources=sources)
    assert (loaded.rows_loaded, loaded.rows_refused) == (36, 0)
    check_earthfink(loader)


def check_earthfink(loader: Loader) -> None:
    outcomes = "select is_closed, is_won, count(*), count(amount), max(probability) from raw.opportunities group by 1, 2 order by 1, 2"
    assert [row[:4] for row in loader.rows(outcomes)] == [
        (False, False, 16, 13),
        (True, False, 8, 6),
        (True, True, 12, 12),
    ]
    assert loader.values("select distinct rep_id from raw.opportunities") == ["me"]
    assert loader.values("select max(probability) from raw.opportunities") == [1]


def test_files_that_hold_nothing_known_are_refused_with_the_reason(loader: Loader) -> None:
    paths = [SHARED / "maven_crm" / "data_dictionary.csv", SHARED / "earthfink_sf" / "OpportunityHistoryGroup.csv"]
    for result in loader.load_paths(paths):
        assert result.problem is not None
        assert "no profile fits its header" in result.problem
