"""The Salesforce profiles on the shapes that one org exports (docs/exports.md, Shipped profiles)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.load.loading import Loader

SHORT, LONG = "006bm00000LKJNN", "006bm00000LKJNNAA5"
OWNER = "005bm00000NCJmQ"

SHAPES = {
    "Weekly Data Export": (
        '"Id","IsDeleted","Name","StageName","Amount","Probability","CloseDate","IsClosed","IsWon","OwnerId","CreatedDate","LastModifiedDate"\n'
        f'"{LONG}","0","Deal","Closed Won","176125.2","100","2023-01-31 00:00:00","1","1","{OWNER}AAX","2022-01-31 17:05:09","2023-01-31 17:05:09"\n'
    ),
    "Data Loader": (
        "ID,ISDELETED,NAME,STAGENAME,AMOUNT,PROBABILITY,CLOSEDATE,ISCLOSED,ISWON,OWNERID,CREATEDDATE,LASTMODIFIEDDATE\n"
        f"{LONG},false,Deal,Closed Won,176125.2,100,2023-01-31,true,true,{OWNER}AAX,2022-01-31T17:05:09.000+0000,2023-01-31T17:05:09.000Z\n"
    ),
    "saved again by a spreadsheet": (
        "\ufeffId,IsDeleted,Name,StageName,Amount,Probability,CloseDate,IsClosed,IsWon,OwnerId,CreatedDate,LastModifiedDate\r\n"
        f"{LONG},FALSE,Deal,Closed Won,176125.2,100,01/31/23,TRUE,TRUE,{OWNER}AAX,01/31/22 05:05 PM,01/31/23 05:05 PM\r\n"
    ),
    "15-character ids": (
        "Id,Name,StageName,Amount,Probability,CloseDate,IsClosed,IsWon,OwnerId,CreatedDate,LastModifiedDate\n"
        f"{SHORT},Deal,Closed Won,176125.2,100,2023-01-31,true,true,{OWNER},2022-01-31T17:05:09Z,2023-01-31T17:05:09Z\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_one_deal_in_every_shape(shape: str, loader: Loader) -> None:
    loader.zone = "Europe/Berlin"
    result = loader.one(SHAPES[shape], "Opportunity.csv")
    assert (result.profile, result.rows_loaded) == ("salesforce_opportunity", 1)
    (row,) = loader.rows(
        "select opportunity_id, rep_id, amount, probability, close_on, closed_at, is_closed, is_won, "
        "date_trunc('minute', created_at), date_trunc('minute', modified_at) from raw.opportunities"
    )
    assert row == (
        LONG, "005bm00000NCJmQAAX", Decimal("176125.2"), 1, date(2023, 1, 31), datetime(2023, 1, 31, 22, 59, 59, 999999),
        True, True, datetime(2022, 1, 31, 17, 5), datetime(2023, 1, 31, 17, 5),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("short", "whole"),
    [(SHORT, LONG), ("001bm00000ZL8UC", "001bm00000ZL8UCAA1"), ("aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaAAA"), ("AAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAA555"), ("abc", "abc")],
)  # fmt: skip
def test_check_characters_of_ids(short: str, whole: str, loader: Loader) -> None:
    loader.one(f"Id,Name,Industry,ParentId\n{short},x,y,\n")
    assert loader.values("select account_id from raw.accounts") == [whole]


HEADER = "Id,IsDeleted,Name,StageName,CloseDate,IsClosed,IsWon,OwnerId,CreatedDate,LossReason__c,Loss_Reason__c,List_Amount__c,Direct_Cost__c,Allocated_Overhead__c,Segment__c,Product__c,Scope_Units__c,ForecastCategory\n"


def test_own_columns_the_recycle_bin_and_open_deals(loader: Loader) -> None:
    rows = [
        f"006bm00000LKJN1,0,A,Closed Lost,2026-01-31,1,0,{OWNER},2026-01-01,,Price,100,50,10,enterprise,Seat,7.5,Omitted",
        f"006bm00000LKJN2,0,B,Closed Lost,2026-01-31,1,0,{OWNER},2026-01-01,Other,Price,,,,,,,BestCase",
        f"006bm00000LKJN3,1,C,Closed Lost,2026-01-31,1,0,{OWNER},2026-01-01,,,,,,,,,Forecast",
        f"006bm00000LKJN4,0,D,Prospecting,2026-01-31,0,0,{OWNER},2026-01-01,,,,,,,,,Forecast",
    ]
    result = loader.one(HEADER + "\n".join(rows) + "\n")
    assert (result.rows_in, result.rows_loaded, result.rows_unchanged) == (4, 3, 1)
    assert loader.rows(
        "select opportunity_name, loss_reason, list_amount, direct_cost, allocated_overhead, segment, product, scope_units, "
        "forecast_category, closed_at is null from raw.opportunities order by 1"
    ) == [
        ("A", "Price", 100, 50, 10, "enterprise", "Seat", Decimal("7.5"), "Omitted", False),
        ("B", "Other", None, None, None, None, None, None, "Best Case", False),
        ("D", None, None, None, None, None, None, None, "Commit", True),
    ]  # fmt: skip


def test_a_deal_that_went_to_the_recycle_bin_has_gone(loader: Loader) -> None:
    rows = [f"006bm00000LKJN{i},0,A,Prospecting,2026-01-31,0,0,{OWNER},2026-01-01,,,,,,,,,\n" for i in range(5)]
    loader.one(HEADER + "".join(rows))
    assert loader.one(HEADER + "".join(rows[:4]) + rows[4].replace(",0,A", ",1,A")).rows_gone == 1


def test_history_and_two_changes_in_one_second(loader: Loader) -> None:
    text = (
        "Id,OpportunityId,CreatedById,CreatedDate,StageName,Amount,CloseDate,Probability,ForecastCategory,IsDeleted\n"
        f"008bm00000UoqOk,{SHORT},{OWNER},2026-02-23T20:55:01.000Z,Negotiation/Review,90,2026-03-01,90,Commit,false\n"
        f"008bm00000UoqOj,{SHORT},{OWNER},2026-02-23T20:55:01.000Z,Qualification,100,2026-03-01,10,Pipeline,false\n"
    )
    result = loader.one(text)
    assert (result.profile, result.rows_loaded, result.rows_unchanged) == ("salesforce_opportunity_history", 1, 1)
    assert loader.rows(
        "select opportunity_id, stage, amount, probability, changed_by from raw.opportunity_snapshots"
    ) == [(LONG, "Negotiation/Review", 90, Decimal("0.9"), "005bm00000NCJmQAAX")]


def test_field_history_follows_the_fields_that_are_measured(loader: Loader) -> None:
    rows = [
        "StageName,Prospecting,Qualification",
        "Amount,1000,900.5",
        "CloseDate,2026-01-31,2026-03-31",
        "CloseDate,2026-01-31 00:00:00,2026-04-30 00:00:00",
        "Probability,10,25",
        f"Owner,{OWNER},005bm00000NCJmR",
        "Owner,Ann,Bob",
        "NextStep,call,mail",
        "created,,",
    ]
    lines = [f"017{i:012},{LONG},{OWNER},2026-02-{i + 1:02}T10:00:00.000+0000,{row}" for i, row in enumerate(rows)]
    result = loader.one("Id,OpportunityId,CreatedById,CreatedDate,Field,OldValue,NewValue\n" + "\n".join(lines) + "\n")
    assert (result.profile, result.rows_loaded, result.rows_unchanged, result.rows_refused) == (
        "salesforce_opportunity_field_history",
        6,
        3,
        0,
    )
    assert loader.rows("select field, old_value, new_value from raw.opportunity_changes order by changed_at") == [
        ("stage", "Prospecting", "Qualification"),
        ("amount", "1000.0000", "900.5000"),
        ("close_on", "2026-01-31", "2026-03-31"),
        ("close_on", "2026-01-31", "2026-04-30"),
        ("probability", "0.100000", "0.250000"),
        ("rep_id", "005bm00000NCJmQAAX", "005bm00000NCJmRAAX"),
    ]


def test_users_accounts_and_contact_roles(loader: Loader) -> None:
    files = {
        "User.csv": f"Id,Username,FirstName,LastName,Email,Department,Division,ManagerId,IsActive\n{OWNER},a@b,Ann,Lee,a@b,North,EMEA,005bm00000NCJmR,1\n005bm00000NCJmR,c@d,,Solo,c@d,,,,1\n",
        "Account.csv": "Id,IsDeleted,Name,Industry,AnnualRevenue,NumberOfEmployees,BillingCountry,ParentId\n001bm00000ZL8UC,FALSE,Edge,Electronics,139000000,1000,US,\n",
        "OpportunityContactRole.csv": f"Id,OpportunityId,ContactId,Role,IsPrimary,CreatedDate\n00K1,{SHORT},003x,Decision Maker,1,2026-01-01T00:00:00Z\n00K2,{SHORT},003y,,0,2026-01-01T00:00:00Z\n",
    }
    assert {file.file_name: (file.entity, file.rows_loaded) for file in loader.load(files)} == {
        "User.csv": ("reps", 2), "Account.csv": ("accounts", 1), "OpportunityContactRole.csv": ("contacts", 2),
    }  # fmt: skip
    assert loader.rows("select rep_name, team, region, manager_id from raw.reps order by 1") == [
        ("Ann Lee", "North", "EMEA", "005bm00000NCJmRAAX"),
        ("Solo", None, None, None),
    ]
    assert loader.rows("select account_id, industry, annual_revenue, employees, country from raw.accounts") == [
        ("001bm00000ZL8UCAA1", "Electronics", 139000000, 1000, "US")
    ]
    assert loader.rows("select opportunity_id, role, is_decision_maker from raw.contacts order by 2") == [
        (LONG, "Decision Maker", True),
        (LONG, "unspecified", None),
    ]


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("mine", {"extends": "salesforce_opportunity"}),
        ("mine", {"extends": "salesforce", "entity": "opportunities"}),
        ("salesforce_opportunity", {}),
        ("salesforce", {"entity": "opportunities"}),
    ],
)
def test_a_shipped_profile_taken_over(name: str, head: dict[str, str], loader: Loader) -> None:
    table = {"constants": {"rep_id": "me"}, "values": {"stage": {"Closed Won": "Won"}}}
    text = (
        "Id,Name,StageName,CloseDate,IsClosed,IsWon,CreatedDate,Probability\n"
        f"{SHORT},x,Closed Won,2026-01-01,1,1,2026-01-01,100\n"
    )
    result = loader.one(text, sources={name: {**head, **table}})
    assert (result.profile, result.rows_loaded, result.notes) == (name, 1, ())
    assert loader.values("select source from ops.files") == ["salesforce_opportunity"]
    kept = "select opportunity_id, rep_id, stage, probability from raw.opportunities"
    assert loader.rows(kept) == [(LONG, "me", "Won", 1)]
