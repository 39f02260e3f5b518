"""Records that a CRM deleted or merged, and ids that look alike (docs/exports.md)."""

from __future__ import annotations

from tests.load.loading import ARRIVAL, WEEK, Loader

OPPORTUNITY = "Id,IsDeleted,OwnerId,StageName,CloseDate,CreatedDate,LastModifiedDate"
ACCOUNT = "Id,IsDeleted,MasterRecordId,Name,Industry"


def opportunity(number: int, is_deleted: int, month: int) -> str:
    return f"006000000000{number:03}AAA,{is_deleted},005000000000001AAA,Prospecting,2026-12-01,2026-01-01 10:00:00,2026-{month:02}-01 10:00:00"


def test_a_deleted_record_goes_and_comes_back(loader: Loader) -> None:
    rest = [opportunity(number, 0, 5) for number in range(5)]
    query = "select is_gone from raw.opportunities where opportunity_id = '006000000000009AAA' order by file_number"
    for week, (is_deleted, month) in enumerate([(0, 5), (1, 6), (0, 7)]):
        text = "\n".join([OPPORTUNITY, *rest, opportunity(9, is_deleted, month)]) + "\n"
        result = loader.one(text, arrived_at=ARRIVAL + week * WEEK)
        assert (result.status, result.rows_gone) == ("loaded", is_deleted)
    assert loader.values(query) == [False, True, False]


def test_a_deleted_record_that_was_never_known_is_passed_over(loader: Loader) -> None:
    text = "\n".join([OPPORTUNITY, *(opportunity(n, 0, 5) for n in range(5)), opportunity(9, 1, 5)]) + "\n"
    result = loader.one(text)
    assert (result.rows_in, result.rows_loaded, result.rows_unchanged) == (6, 5, 1)


def test_an_increment_lets_the_deleted_ones_go(loader: Loader) -> None:
    """A daily delta holds what changed, the recycle bin included; what it lacks has not gone."""
    daily = {"daily": {"extends": "salesforce_opportunity", "coverage": "increment"}}
    loader.one("\n".join([OPPORTUNITY, *(opportunity(n, 0, 5) for n in range(5))]) + "\n", sources=daily)
    delta = [opportunity(1, 1, 6).replace("AAA,1", ",1", 1), opportunity(2, 0, 6), opportunity(8, 1, 6)]
    result = loader.one("\n".join([OPPORTUNITY, *delta]) + "\n", sources=daily, arrived_at=ARRIVAL + WEEK)
    assert (result.rows_in, result.rows_loaded, result.rows_unchanged, result.rows_gone) == (3, 1, 2, 1)
    assert loader.values("select opportunity_id from raw.opportunities where is_gone") == ["006000000000001AAA"]
    back = loader.one(f"{OPPORTUNITY}\n{opportunity(1, 0, 7)}\n", sources=daily, arrived_at=ARRIVAL + 2 * WEEK)
    assert (back.rows_loaded, back.rows_gone) == (1, 0)


def test_a_merged_account_says_into_which_and_a_deleted_one_goes(loader: Loader) -> None:
    rows = [
        "001000000000001AAA,0,,Acme,x",
        "001000000000002AAA,1,001000000000001,Acme Inc,x",
        "001000000000003AAA,1,,Gone,x",
    ]
    result = loader.one("\n".join([ACCOUNT, *rows]) + "\n")
    assert (result.entity, result.rows_loaded, result.rows_unchanged) == ("accounts", 2, 1)
    merged = loader.rows("select account_name, merged_into_id from raw.accounts order by 1")
    assert merged == [("Acme", None), ("Acme Inc", "001000000000001AAA")]


def test_accounts_without_the_column_of_merges_lose_their_deleted_ones_too(loader: Loader) -> None:
    result = loader.one("Id,IsDeleted,Name,Industry\n001000000000001AAA,0,Acme,x\n001000000000003AAA,1,Gone,x\n")
    assert (result.rows_loaded, result.rows_unchanged) == (1, 1)


def test_deals_that_hubspot_merged(loader: Loader) -> None:
    result = loader.one("deal_id,merged_deal_id,_fivetran_synced\n11,12,2026-11-01 00:00:00\n")
    assert (result.entity, result.rows_loaded) == ("deal_merges", 1)
    assert loader.rows("select opportunity_id, merged_into_id from raw.deal_merges") == [("12", "11")]


def test_ids_that_differ_in_capitals_alone_are_two(loader: Loader) -> None:
    ids = ["0065g00000ABCde", "0065g00000abcDE"]
    row = "{},0,005000000000001,Prospecting,2026-12-01,2026-01-01 10:00:00,2026-05-01 10:00:00"
    loader.one("\n".join([OPPORTUNITY, *(row.format(each) for each in ids)]) + "\n")
    found = loader.values("select opportunity_id from raw.opportunities order by 1")
    assert len(set(found)) == 2
    assert all(len(each) == 18 for each in found)
    again = [row.format(each).replace("05-01", "06-01") for each in found]
    loader.one("\n".join([OPPORTUNITY, *again]) + "\n", arrived_at=ARRIVAL + WEEK)
    assert loader.values("select count(distinct opportunity_id) from raw.opportunities") == [2]
